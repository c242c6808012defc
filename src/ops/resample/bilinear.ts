import type { Attributes } from '../../ir/graph.ts';
import type { NodeContext, Result } from '../../ir/op.ts';
import { expectAxis, expectRank } from '../internal/check.ts';
import { expectImage } from '../internal/window.ts';

/** Images [n, c, h, w] and a matrix [4], row by row. */
export function inferAffine({
  node,
  inputs: [x, matrix],
}: Omit<NodeContext<Attributes>, 'outputs'>): readonly Result[] {
  expectImage(node, 'x', x!);
  expectRank(node, 'the matrix', matrix!, 1);
  expectAxis(node, 'the matrix', matrix!, 0, 4);
  return [{ dtype: 'float32', shape: x!.shape }];
}

/** Calls back for each pixel and each of its sources inside the image, with the share of the source in the pixel. */
export function eachSource(
  [, , h, w]: readonly number[],
  [a, b, c, d]: ArrayLike<number> & Iterable<number>,
  call: (pixel: number, source: number, share: number) => void,
): void {
  const [y0, x0] = [(h! - 1) / 2, (w! - 1) / 2];
  for (let i = 0; i < h! * w!; i++) {
    const [row, column] = [Math.floor(i / w!) - y0, (i % w!) - x0];
    const [y, x] = [y0 + a! * row + b! * column, x0 + c! * row + d! * column];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    for (let r = top; r <= top + 1; r++) {
      for (let s = left; s <= left + 1; s++) {
        if (r >= 0 && r < h! && s >= 0 && s < w!) call(i, r * w! + s, (1 - Math.abs(y - r)) * (1 - Math.abs(x - s)));
      }
    }
  }
}
