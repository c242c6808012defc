import type { Value } from '../../ir/graph.ts';
import type { Launch } from '../../ir/op.ts';
import { bands } from './bands.ts';

const TILE_I = 4;
const TILE_J = 8;

/** A number for each pair of points x [d, n] → y [n, columns]. */
export function launchPairs(x: Value, y: Value, rows?: Value): readonly Launch[] {
  const [d, n] = x.shape as [number, number];
  const columns = y.shape[1]!;
  const tiles = Math.ceil(columns / TILE_J);
  return bands(n, 3 * n * d, TILE_I).map(({ first, count }) => {
    const size = Math.ceil(count / TILE_I) * tiles;
    return {
      shader: 'tsne/pairs',
      constants: { TILE_I, TILE_J, JOINT: rows ? 1 : 0 },
      params: { n, d, columns, first, tiles, size },
      bindings: { x: x.name, rows: (rows ?? x).name, y: y.name },
      threads: [size, 1, 1],
    };
  });
}
