import { checkNumber } from '../check.ts';

/** Round values for the ticks of a colour scale: multiples of 1, 2 or 5 times a power of ten inside min…max, about `count` of them. */
export function niceTicks(min: number, max: number, count: number = 5): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / count;
  const power = Math.floor(Math.log10(rough));
  // The nearest of the four on a logarithmic scale: the borders are the geometric means.
  const share = rough / 10 ** power;
  const digit = share < Math.sqrt(2) ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10;
  // Dividing by a whole number is exact where multiplying by its inverse is not: 3 * 0.1 is 0.30000000000000004.
  const value = (i: number): number => (power < 0 ? (i * digit) / 10 ** -power : i * digit * 10 ** power);
  const step = value(1);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => value(first + i));
}

/** A tick, and what stands beside it. */
export type Tick = readonly [value: number, text: string];

/** Characters for which a scale of a figure has room, those between its texts included. */
const ROOM = 31;

/**
 * Ticks whose texts have room beside each other: fewer where texts are long; where numbers differ by little of their size,
 * `+2e−8`, how far they are above the low end.
 */
export function labelledTicks(low: number, high: number): readonly Tick[] {
  checkNumber('an end', low);
  checkNumber('an end', high);
  const labelled = (count: number, from = 0): readonly Tick[] => {
    const ticks = niceTicks(low - from, high - from, count);
    const texts = formatTicks(ticks);
    return ticks.map((tick, i) => [from + tick, (from ? '+' : '') + texts[i]!]);
  };
  const fit = (ticks: readonly Tick[]): boolean => ticks.map(([, text]) => text).join(' ').length <= ROOM;
  const span = high - low;
  const narrow = span > 0 && span < Math.max(-low, high) / 10;
  const [many, few] = [labelled(4), labelled(3)];
  return fit(many) ? many : narrow && !fit(few) ? labelled(3, low) : few;
}

/** The ticks as text with the same number of decimals, three digits of a single one, or all in exponential form where that would be long. */
export function formatTicks(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : Math.abs(ticks[0] ?? 0) / 100;
  const largest = Math.max(...ticks.map(Math.abs));
  const decimals = step === 0 ? 0 : Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (decimals > 4 || largest >= 1e5) {
    const digits = step === 0 ? 0 : Math.max(0, Math.floor(Math.log10(largest)) - Math.floor(Math.log10(step) + 1e-9));
    return ticks.map((v) => (v === 0 ? '0' : v.toExponential(digits)).replace('e+', 'e').replaceAll('-', '−'));
  }
  return ticks.map((v) => v.toFixed(decimals).replaceAll('-', '−'));
}
