// Fetched when filters are shown that are large enough.
import type { Filters } from '../../src/internal.ts';
import { GABOR_LIKE, gaborSummary, isGaborLike, type GaborFit, type GaborSummaryOptions } from '../../src/training.ts';

/** What is said of filters that were fitted. */
export interface GaborWords {
  /** Of all of them. */
  readonly layer: string;
  /** Of each. */
  readonly filters: readonly string[];
}

/** Rejects with the signal's reason once it has fired. */
export async function gaborWords(
  { weights }: Filters,
  options: Required<Pick<GaborSummaryOptions, 'signal' | 'onProgress'>>,
): Promise<GaborWords> {
  const { fits, count, scrambledCount } = await gaborSummary(weights, options);
  const rule = `R² ≥ ${GABOR_LIKE.r2}, frequency × width ≥ ${GABOR_LIKE.cycles}`;
  const are = count === 1 ? 'is' : 'are';
  return {
    layer: `${count} of ${fits.length} filters ${are} Gabor-like (${rule}); of copies with scrambled phases ${scrambledCount}.`,
    filters: fits.map(wordsFor),
  };
}

function wordsFor(fit: GaborFit): string {
  const { r2, frequency, width, orientation } = fit;
  if (Number.isNaN(r2)) return 'No Gabor function fits: some of its weights are no numbers.';
  const [explained, cycles] = [r2, frequency * width].map((value) => value.toFixed(2).replace('-', '−')) as [
    string,
    string,
  ];
  const verdict = isGaborLike(fit) ? 'Gabor-like.' : 'Not Gabor-like.';
  // Of a blob or a ramp there is one half of a wave, or less.
  const hasStripes = frequency * width >= GABOR_LIKE.cycles;
  const stripes = hasStripes ? `stripes at ${Math.round(orientation) % 180}°` : 'no stripes';
  return `The nearest Gabor function: R² ${explained}, frequency × width ${cycles}, ${stripes}. ${verdict}`;
}
