/**
 * Sizes beyond which something from outside is refused before anything is allocated for it: a file of a kilobyte may
 * ask for gigabytes. Each is well above what figures need; errors name the limit and what was asked for.
 */

/** Pixels of a picture before it is cut and scaled. Decoded, each takes 4 bytes: 400 MB. */
export const MAX_PICTURE_PX = 100e6;
/** Pixels on a side of a picture: what a JPEG can have. Weights of scaling grow with it. */
export const MAX_PICTURE_SIDE_PX = 65_535;
/** Pixels of a network's input. As float32 in three planes: 200 MB. */
export const MAX_INPUT_PX: number = 2 ** 24;
/** Pixels to which a picture's shorter side may be scaled before it is cropped. */
export const MAX_RESIZE_PX = 65_536;
/** Bytes of a compressed file once it is unpacked: a gzip of a network, all members of a zip together. */
export const MAX_UNPACKED_BYTES: number = 2 ** 30;
/** Members of a zip file. */
export const MAX_ZIP_ENTRIES = 100_000;
/** Bytes of one member of a zip file once it is unpacked: a picture. */
export const MAX_ZIP_MEMBER_BYTES: number = 2 ** 28;
/** Pictures of a corpus. */
export const MAX_CORPUS_IMAGES = 100_000;
/** Names in a list of classes. */
export const MAX_LABELS = 200_000;
/** Characters of the name of a class. */
export const MAX_NAME_LENGTH = 1000;

/** Elements of a tensor: 2 GiB of float32, about the most that a GPU binds at once. */
export const MAX_TENSOR_ELEMENTS: number = 2 ** 29;
/** Axes of a tensor: NumPy's limit too. */
export const MAX_AXES = 64;
/** Numbers that an operator goes by: sizes, axes, bounds, the places that a Gather takes, each of which is a node. */
export const MAX_LIST: number = 2 ** 14;
/** Elements along an axis with its padding, taps with their dilation, strides: they are 32-bit integers in WGSL. */
export const MAX_SPAN: number = 2 ** 31 - 1;
/** Elements along an axis whose border repeats what is inside: its gradient is a sum of one part for each repetition. */
export const MAX_REPEATED_AXIS: number = 2 ** 16;
/** Nodes, initializers, inputs and outputs of a file: networks have some thousands. */
export const MAX_PARTS = 200_000;
/** Nodes of a graph: networks have some thousands, each of which is compiled and launched. */
export const MAX_NODES = 100_000;
/** Launches of one run. */
export const MAX_LAUNCHES = 100_000;
/** Floating-point operations of one launch, which nothing can interrupt: a fast GPU takes a second. */
export const MAX_LAUNCH_OPERATIONS = 1e13;
/** Bytes of the tensors between input and outputs of one run, memory that is used again counted once. */
export const MAX_RUN_BYTES: number = 8 * 2 ** 30;
/** Bytes that are computed from constants while a graph is built: tables of positions, weights that are made anew. */
export const MAX_FOLDED_BYTES = 48e6;
/** Bytes of weights that a file fills with one number each: what a compressed file may unpack to. */
export const MAX_FILLED_BYTES: number = 2 ** 30;
/** Of many weights there may be more, for each of their bytes: they are transposed, scaled, dequantised. */
export const MAX_FOLDED_PER_BYTE = 4;
/** Bytes that this takes on the way, results included: arithmetic on constants is in float64. */
export const MAX_FOLDING_BYTES = 96e6;
/** And for each byte of weights, which some networks standardise. */
export const MAX_FOLDING_BYTES_PER_BYTE = 32;
/** Operations that this takes, on numbers in turn: half a second. */
export const MAX_FOLDING_OPERATIONS: number = 2 ** 27;
/** And for each weight. */
export const MAX_FOLDING_PER_WEIGHT = 64;
/** Elements along an axis of a map that a network resizes: each has a row of weights. */
export const MAX_RESIZED = 65_536;

// What callers ask for. Above each figures gain nothing, and memory or patience ends.

/** Steps of an optimisation, of all octaves and frames of a dream together: each keeps a number of its objective. */
export const MAX_STEPS = 100_000;
/** The least and the most seed: they are 32 bits, larger ones would mean the same as smaller ones. */
export const SEEDS: readonly [least: number, most: number] = [-(2 ** 31), 2 ** 32 - 1];
/** Side of an image that is made: a Fourier parametrisation has a matrix of four times its square, 67 MB. */
export const MAX_IMAGE_SIDE = 2048;
/** Pixels of all images that are made at once. */
export const MAX_IMAGE_PX: number = MAX_IMAGE_SIDE ** 2;
/** Images made at once. */
export const MAX_IMAGES = 64;
/** Pixels that a jitter moves an image: each offset is a number on the device, and images come round again. */
export const MAX_JITTER = 1024;
/** Values that a transform chooses one of, such as angles. */
export const MAX_CHOICES = 10_000;
/** Standard deviation of a blur, px: its kernel is eight times as wide. */
export const MAX_BLUR = 256;
/** Pairs that L-BFGS remembers, each as large as two images. */
export const MAX_HISTORY = 64;
/** Sizes that a dream goes through: the 13th before 224 pixels is a pixel at a scale of 1.5. */
export const MAX_OCTAVES = 32;
/** Frames of a zoom, which all stay in memory: 100 MB at 224×224 pixels. */
export const MAX_FRAMES = 500;
/** Attacks of a series, each as long as an image that grows. */
export const MAX_EPSILONS = 100;
/** Numbers that an occlusion keeps, the scores of all classes at all positions: 512 MB. */
export const MAX_OCCLUSION_NUMBERS: number = 2 ** 27;
/** Pictures run at once. */
export const MAX_BATCH = 256;
/** Inputs of which an attribution or a measure is the mean: noisy ones, places on a way. */
export const MAX_SAMPLES = 4096;
/** Masks through which a network looks: twice what RISE was published with. */
export const MAX_MASKS = 16_384;
/** Steps in which a measure takes a picture apart, one pass each. */
export const MAX_MEASURE_STEPS = 10_000;
/** Pictures of a map: t-SNE holds a number for each pair of them, 400 MB. */
export const MAX_POINTS = 10_000;
/** Numbers of all codes together: 1 GB. */
export const MAX_CODE_NUMBERS: number = 2 ** 28;
/** Side of the matrix that principal components come from, the smaller of codes and their dimensions: 512 MB. */
export const MAX_COMPONENTS_SIDE = 8192;
/** Patches kept of each channel: readers see a hundred. */
export const MAX_PATCHES = 1000;
/** Layers that one optimisation follows. */
export const MAX_LAYERS = 64;
/** Channels drawn at once, each with pictures of its own. */
export const MAX_CHANNELS = 256;
/** Times that a measurement is repeated. */
export const MAX_RUNS = 1000;

// Training.

/** Channels or units of a layer. */
export const MAX_CHANNELS_TRAINED = 65_536;
/** Networks of a recorded training: a film of them has no more frames. */
export const MAX_CHECKPOINTS = 1000;
/** Layers of a network that is a list. */
export const MAX_TRAINED_LAYERS = 1000;
/** Steps of a training. */
export const MAX_TRAINING_STEPS = 1e9;
/** Pictures of a mini-batch. */
export const MAX_TRAINING_BATCH = 4096;
/** Bytes of examples that stay on the device; of more, those of the next steps are uploaded. */
export const MAX_RESIDENT_BYTES: number = 64 * 2 ** 20;
/** Of the pictures of a corpus that are to be learned, which are held up to three times while they are put together. */
export const MAX_EXAMPLE_BYTES: number = 2 ** 28;
