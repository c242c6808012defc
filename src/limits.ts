/**
 * Sizes beyond which something from outside is refused before anything is allocated for it: a file of a kilobyte may
 * ask for gigabytes. Each is well above what figures need; errors name the limit and what was asked for.
 */

/** Pixels of a picture before it is cut and scaled. Decoded, each takes 4 bytes: 400 MB. */
export const MAX_PICTURE_PX = 100e6;
/** Bytes of a compressed file once it is unpacked: a gzip of a network, all members of a zip together. */
export const MAX_UNPACKED_BYTES: number = 2 ** 30;
/** Members of a zip file. */
export const MAX_ZIP_ENTRIES = 100_000;
/** Names in a list of classes. */
export const MAX_LABELS = 200_000;

/** Elements of a tensor: 2 GiB of float32, about the most that a GPU binds at once. */
export const MAX_TENSOR_ELEMENTS: number = 2 ** 29;
/** Axes of a tensor: NumPy's limit too. */
export const MAX_AXES = 64;
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
/** Of many weights there may be more, for each of their bytes: they are transposed, scaled, dequantised. */
export const MAX_FOLDED_PER_BYTE = 4;
/** Operations that this takes, on numbers in turn: half a second. */
export const MAX_FOLDING_OPERATIONS: number = 2 ** 27;
/** And for each weight. */
export const MAX_FOLDING_PER_WEIGHT = 64;
