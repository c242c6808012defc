/** Largest number that rounds to a finite float16 is below this. */
const OVERFLOW = 65_520;
const SMALLEST_NORMAL = 2 ** -14;
/** Of the numbers below, which are multiples of it. */
const SMALLEST = 2 ** -24;

const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

/** Bits of the nearest float16, the even one of two (IEEE 754 binary16); undefined where that is not finite. */
export function halfBits(value: number): number | undefined {
  const size = Math.abs(value);
  if (!(size < OVERFLOW)) return undefined;
  number[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  if (size < SMALLEST_NORMAL) return sign | roundEven(size / SMALLEST);
  const magnitude = bits[0]! & 0x7fffffff;
  // The last 13 bits go: half of the last that stays is added, or a little less where that is even.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded >>> 13) - ((127 - 15) << 10));
}

function roundEven(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
}

/** The number with these bits. */
export function ofHalfBits(half: number): number {
  const [sign, exponent, fraction] = [half >>> 15 ? -1 : 1, (half >>> 10) & 0x1f, half & 0x3ff];
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * SMALLEST : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
