import type { Tensor } from '../../src/tensor/tensor.ts';

/**
 * How far the k neighbours of each point on a map [n, 2] are neighbours of its code [n, d] (Venna & Kaski 2001), 0…1: each
 * that is not among the k nearest there costs by how much its rank exceeds k.
 */
export function trustworthiness({ shape, data }: Tensor, map: ArrayLike<number>, k: number): number {
  const [n, d] = shape as [number, number];
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    const ranks = new Map(byDistance(data, d, i, n).map((j, rank) => [j, rank + 1]));
    for (const j of byDistance(map, 2, i, n).slice(0, k)) penalty += Math.max(0, ranks.get(j)! - k);
  }
  return 1 - (2 * penalty) / (n * k * (2 * n - 3 * k - 1));
}

/** The other points, nearest first. */
function byDistance(points: ArrayLike<number>, d: number, i: number, n: number): number[] {
  const distances = Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += (points[i * d + c]! - points[j * d + c]!) ** 2;
    return sum;
  });
  return [...distances.keys()].filter((j) => j !== i).sort((a, b) => distances[a]! - distances[b]! || a - b);
}
