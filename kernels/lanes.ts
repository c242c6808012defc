// AssemblyScript. The last numbers of a row, which do not fill a vector: they are computed as all others, so that an image
// has the same bits wherever it lies in a batch. Reading beyond the end is allowed (src/cpu/arena.ts), writing is not.

/** Stores the first of the four numbers: all where `count` is 4 or more. */
@inline
export function storeFirst(at: usize, numbers: v128, count: i32): void {
  if (count >= 4) v128.store(at, numbers);
  else storeSome(at, numbers, count);
}

function storeSome(at: usize, numbers: v128, count: i32): void {
  if (count & 2) {
    v128.store64_lane(at, numbers, 0);
    numbers = v128.shuffle<i32>(numbers, numbers, 2, 3, 2, 3);
    at += 8;
  }
  if (count & 1) v128.store32_lane(at, numbers, 0);
}

/** The first of four numbers, and zeros. */
export function loadFirst(at: usize, count: i32): v128 {
  const numbers = v128.load(at);
  if (count >= 4) return numbers;
  return v128.and(numbers, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}

/** The sum of four numbers. */
@inline
export function across(numbers: v128): f32 {
  const halves = f32x4.add(numbers, v128.shuffle<f32>(numbers, numbers, 2, 3, 2, 3));
  return f32x4.extract_lane(halves, 0) + f32x4.extract_lane(halves, 1);
}
