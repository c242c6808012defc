import { SEEDS } from '../../../limits.ts';
import { checkWhole } from '../../../check.ts';

/** An integer that looks like chance (lowbias32 of Chris Wellons' hash prospector), 32 bits. */
export function mix(x: number): number {
  let y = x ^ (x >>> 16);
  y = Math.imul(y, 0x7feb352d);
  y ^= y >>> 15;
  y = Math.imul(y, 0x846ca68b);
  return (y ^ (y >>> 16)) >>> 0;
}

/**
 * Number i of a stream of 32 bits. It depends on nothing else, so that every page, backend and order of work draws the same; any 32-bit
 * integers do.
 */
export function bitsAt(stream: number, i: number): number {
  return mix((mix(i) + mix(stream ^ 0x9e3779b9)) >>> 0);
}

/** Uniform in 0 ≤ u < 1, a multiple of 2⁻²⁴. */
export function uniformAt(stream: number, i: number): number {
  return (bitsAt(stream, i) >>> 8) * 2 ** -24;
}

/** Variance of the sum of eight bytes. */
const VARIANCE = 43_690;

/**
 * About normal, of mean 0 and variance 1: the sum of eight bytes, which needs no function that differs between machines. Its kurtosis is
 * 2.85, and it is never beyond 4.88.
 */
export function bellAt(stream: number, i: number): number {
  let sum = -1020;
  for (const bits of [bitsAt(stream, 2 * i), bitsAt(stream, 2 * i + 1)])
    sum += (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return sum / Math.sqrt(VARIANCE);
}

/** Throws ArgumentError for what is no seed; returns it. */
export function checkSeed(seed: number): number {
  return checkWhole('the seed', seed, ...SEEDS);
}
