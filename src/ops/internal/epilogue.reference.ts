import type { Epilogue } from './epilogue.ts';

/** What an epilogue does to results, in float64. */
export function applyEpilogue(
  results: Float64Array,
  { clip: [low, high], operand }: Epilogue,
  numbers?: Float64Array,
): Float64Array {
  return results.map((result, i) => {
    const other = operand ? numbers![i]! : 0;
    const [above, below] = operand?.mask ?? [-Infinity, Infinity];
    const passed = operand?.mask ? (other > above && other < below ? result : 0) : result + other;
    return Math.min(Math.max(passed, low), high);
  });
}
