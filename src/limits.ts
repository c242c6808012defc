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
