/**
 * Sizes beyond which something from outside is refused before anything is allocated for it: a file of a kilobyte may
 * ask for gigabytes. Each is well above what figures need; errors name the limit and what was asked for.
 */

/** Pixels of a picture before it is cut and scaled. Decoded, each takes 4 bytes: 400 MB. */
export const MAX_PICTURE_PX = 100e6;
/** Bytes of a compressed file once it is unpacked: a gzip of a network, all members of a zip together. */
export const MAX_UNPACKED_BYTES = 2 ** 30;
/** Members of a zip file. */
export const MAX_ZIP_ENTRIES = 100_000;
/** Names in a list of classes. */
export const MAX_LABELS = 200_000;
/** Elements along an axis of a map that a network resizes: each has a row of weights. */
export const MAX_RESIZED = 65_536;
