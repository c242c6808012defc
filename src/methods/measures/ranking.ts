/** Places of a map from the largest value to the smallest; equal values by their places, so that every machine has the same. */
export function rankingOf(map: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: map.length }, (_, i) => i).sort((a, b) => map[b]! - map[a]! || a - b);
}

/** Rank of each value among all, 1 the smallest; equal values share the mean of their ranks. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = rankingOf(values).reverse();
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    // The mean of from + 1, …, to
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** The value below which p % of all lie, between two of them linearly, as NumPy's `percentile`. `ascending` are sorted. */
export function percentileOf(ascending: ArrayLike<number>, p: number): number {
  const at = ((ascending.length - 1) * p) / 100;
  const [low, high] = [ascending[Math.floor(at)]!, ascending[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
