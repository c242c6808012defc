// AssemblyScript. Pairs of points. Addresses are bytes.
import { storeFirst } from './lanes';
import { multiplyAdd } from './tile';

/** y [count] = squared distances of point i from those from `first` on, of x [d][n]. */
export function distances(x: usize, d: i32, n: i32, i: i32, first: i32, count: i32, y: usize): void {
  for (let j = 0; j < count; j += 4) {
    let so = f32x4.splat(0);
    let row = x;
    for (let axis = 0; axis < d; axis++) {
      const difference = f32x4.sub(v128.load32_splat(row + (<usize>i << 2)), v128.load(row + (<usize>(first + j) << 2)));
      so = multiplyAdd(difference, difference, so);
      row += <usize>n << 2;
    }
    storeFirst(y + (<usize>j << 2), so, count - j);
  }
}

/**
 * Σ w, Σ p·w·(yᵢ − yⱼ) and Σ w²·(yᵢ − yⱼ) over parts of `span` points j each, for four points i at once from `from` to before
 * `to`; w = 1 / (1 + ‖yᵢ − yⱼ‖²). p [n][columns] is symmetric: its rows are read for its columns. y [2][n], sums [5][parts][n].
 */
export function forces(
  p: usize,
  columns: i32,
  y: usize,
  n: i32,
  from: i32,
  to: i32,
  span: i32,
  parts: i32,
  sums: usize,
): void {
  const one = f32x4.splat(1);
  const row = <usize>n << 2;
  const quantity = <usize>parts * row;
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const left = v128.load(y + at);
    const top = v128.load(y + row + at);
    const lanes = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
    for (let part = 0; part < parts; part++) {
      let weights = f32x4.splat(0);
      let pullX = weights;
      let pullY = weights;
      let pushX = weights;
      let pushY = weights;
      const end = min(n, (part + 1) * span);
      for (let j = part * span; j < end; j++) {
        const dx = f32x4.sub(left, v128.load32_splat(y + (<usize>j << 2)));
        const dy = f32x4.sub(top, v128.load32_splat(y + row + (<usize>j << 2)));
        const near = f32x4.div(one, multiplyAdd(dx, dx, multiplyAdd(dy, dy, one)));
        const w = v128.and(near, i32x4.ne(lanes, i32x4.splat(j)));
        const pull = f32x4.mul(w, v128.load(p + (<usize>(j * columns + i) << 2)));
        const push = f32x4.mul(w, w);
        weights = f32x4.add(weights, w);
        pullX = multiplyAdd(pull, dx, pullX);
        pullY = multiplyAdd(pull, dy, pullY);
        pushX = multiplyAdd(push, dx, pushX);
        pushY = multiplyAdd(push, dy, pushY);
      }
      const so = sums + <usize>part * row + at;
      const count = to - i;
      storeFirst(so, weights, count);
      storeFirst(so + quantity, pullX, count);
      storeFirst(so + 2 * quantity, pullY, count);
      storeFirst(so + 3 * quantity, pushX, count);
      storeFirst(so + 4 * quantity, pushY, count);
    }
  }
}
