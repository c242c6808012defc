// Noise by a counter: the number at a place depends on the stream and the place alone, so that Python, a page and a shader make
// the same without sharing a state. Two rounds of the integer hash lowbias32 (Wellons, "Prospecting for hash functions").

function mix(bits: number): number {
  const a = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  const b = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  return (b ^ (b >>> 16)) >>> 0;
}

/** 32 random bits at a place of a stream. */
export function noiseBits(stream: number, place: number): number {
  return mix((mix(place | 0) + mix(stream ^ 0x9e3779b9)) | 0);
}

/** Uniform in [0, 1), a multiple of 2⁻²⁴, which float32 holds exactly. */
export function uniformNoise(stream: number, place: number): number {
  return (noiseBits(stream, place) >>> 8) / 2 ** 24;
}

/** Mean 0 and variance 1, about normal: the sum of eight bytes over its own deviation, so that there is no logarithm in it. */
export function bellNoise(stream: number, place: number): number {
  const sum = bytesOf(noiseBits(stream, 2 * place)) + bytesOf(noiseBits(stream, 2 * place + 1));
  // A byte has the variance (256² − 1) / 12, and eight of them 43690.
  return (sum - 8 * 127.5) / Math.sqrt(43690);
}

function bytesOf(bits: number): number {
  return (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
}
