import type { Epilogue } from './epilogue.ts';

/** What an epilogue does to results, in float64. */
export function finish(results: Float64Array, { clip: [low, high], z }: Epilogue, zv?: Float64Array): Float64Array {
  return results.map((result, i) => {
    const other = z ? zv![i]! : 0;
    const [lo, hi] = z?.mask ?? [-Infinity, Infinity];
    const passed = z?.mask ? (other > lo && other < hi ? result : 0) : result + other;
    return Math.min(Math.max(passed, low), high);
  });
}
