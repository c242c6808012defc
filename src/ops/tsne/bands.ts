/** Work of a launch on a processor that looks like a GPU takes about as long as a page may wait, in floating-point operations. */
const BAND_FLOPS = 6e7;

export interface Band {
  readonly first: number;
  readonly count: number;
}

/** Rows in bands of one launch each, so that the page stays alive between them. */
export function bands(rows: number, flopsOfRow: number, least: number): Band[] {
  const count = Math.max(least, Math.floor(BAND_FLOPS / flopsOfRow));
  return Array.from({ length: Math.ceil(rows / count) }, (_, band) => {
    const first = band * count;
    return { first, count: Math.min(count, rows - first) };
  });
}
