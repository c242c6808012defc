// AssemblyScript. Convolutions in which every channel is filtered for itself.
import { border, clamped, spread } from './border';
import { multiplyAdd } from './tile';

/** Numbers that are made at once: eight vectors of sums. */
const AT_ONCE = 32;

/**
 * `count` sums, to whole blocks of 32: `offsets` has one number for each tap, how far what it reads lies from where the
 * sum begins. The plane is read as if it were one long row.
 */
function filterPlane(x: usize, offsets: usize, taps: i32, weights: usize, bias: f32, count: i32, y: usize): void {
  const end = offsets + (<usize>taps << 2);
  for (; count > 0; count -= AT_ONCE) {
    let sum0 = f32x4.splat(bias);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let sum4 = sum0;
    let sum5 = sum0;
    let sum6 = sum0;
    let sum7 = sum0;
    let weight = weights;
    for (let tap = offsets; tap < end; tap += 4) {
      const from = x + <usize>load<i32>(tap);
      const factor = v128.load32_splat(weight);
      sum0 = multiplyAdd(factor, v128.load(from), sum0);
      sum1 = multiplyAdd(factor, v128.load(from, 16), sum1);
      sum2 = multiplyAdd(factor, v128.load(from, 32), sum2);
      sum3 = multiplyAdd(factor, v128.load(from, 48), sum3);
      sum4 = multiplyAdd(factor, v128.load(from, 64), sum4);
      sum5 = multiplyAdd(factor, v128.load(from, 80), sum5);
      sum6 = multiplyAdd(factor, v128.load(from, 96), sum6);
      sum7 = multiplyAdd(factor, v128.load(from, 112), sum7);
      weight += 4;
    }
    v128.store(y, sum0);
    v128.store(y, sum1, 16);
    v128.store(y, sum2, 32);
    v128.store(y, sum3, 48);
    v128.store(y, sum4, 64);
    v128.store(y, sum5, 80);
    v128.store(y, sum6, 96);
    v128.store(y, sum7, 112);
    x += AT_ONCE << 2;
    y += AT_ONCE << 2;
  }
}

/** The first q of each `wide` numbers, between low and high. */
function crop(x: usize, wide: i32, y: usize, p: i32, q: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = 0; row < p; row++) {
    let from = x;
    let left = q;
    for (; left >= 4; left -= 4) {
      v128.store(y, f32x4.pmin(f32x4.pmax(v128.load(from), lows), highs));
      from += 16;
      y += 16;
    }
    for (; left > 0; left--) {
      store<f32>(y, clamped(load<f32>(from), low, high));
      from += 4;
      y += 4;
    }
    x += <usize>wide << 2;
  }
}

/**
 * x [channels][h][w] → y [channels][filters][p][q]. Each channel gets its border first, as in {@link border}, or is spread
 * out as in {@link spread}, in `plane`; what its windows make of that is a plane as wide, in `sums`. Both have 128 bytes more
 * than their numbers need.
 */
export function depthwise(
  x: usize,
  channels: i32,
  filters: i32,
  h: i32,
  w: i32,
  tall: i32,
  wide: i32,
  top: i32,
  left: i32,
  strideH: i32,
  strideW: i32,
  phasesH: i32,
  phasesW: i32,
  spreads: bool,
  offsets: usize,
  taps: i32,
  weights: usize,
  bias: usize,
  y: usize,
  p: i32,
  q: i32,
  low: f32,
  high: f32,
  plane: usize,
  sums: usize,
): void {
  for (let channel = 0; channel < channels; channel++) {
    if (spreads) spread(x, h, w, plane, tall, wide, top, left, strideH, strideW);
    else border(x, 1, h, w, plane, tall, wide, top, left, strideH, strideW, phasesH, phasesW);
    for (let filter = 0; filter < filters; filter++) {
      filterPlane(plane, offsets, taps, weights, load<f32>(bias), (p - 1) * wide + q, sums);
      crop(sums, wide, y, p, q, low, high);
      weights += <usize>taps << 2;
      bias += 4;
      y += (<usize>p * q) << 2;
    }
    x += (<usize>h * w) << 2;
  }
}
