// AssemblyScript. Matrices in the order in which products read them. Addresses and steps are bytes.
import { rowsOf } from './convolution';

/**
 * `groups` matrices whose rows and columns lie so far apart, a column for each channel, row and column of a tap, in blocks of
 * `height` rows: [group][block][column][height], each number times `factor`. The last block is filled up with zeros; under a
 * height of 0 blocks have the rows of the tiles.
 */
export function packBlocks(
  from: usize,
  groups: i32,
  groupStep: usize,
  rows: i32,
  rowStep: usize,
  height: i32,
  channels: i32,
  channelStep: usize,
  tall: i32,
  tallStep: usize,
  wide: i32,
  wideStep: usize,
  factor: f32,
  to: usize,
): void {
  for (let group = 0; group < groups; group++) {
    let first = from;
    for (let left = rows; left > 0; ) {
      const block = height ? height : rowsOf(left);
      const given = min(block, left);
      let channel = first;
      for (let c = 0; c < channels; c++) {
        let line = channel;
        for (let r = 0; r < tall; r++) {
          let tap = line;
          for (let s = 0; s < wide; s++) {
            let at = tap;
            for (let row = 0; row < given; row++) {
              store<f32>(to, factor * load<f32>(at));
              at += rowStep;
              to += 4;
            }
            for (let row = given; row < block; row++) {
              store<f32>(to, 0);
              to += 4;
            }
            tap += wideStep;
          }
          line += tallStep;
        }
        channel += channelStep;
      }
      first += rowStep * given;
      left -= block;
    }
    from += groupStep;
  }
}

@inline
function half(sign: f64, first: f64, second: f64, third: f64): f64 {
  return (first + sign * second + third) * 0.5;
}

/** A row of G·g times Gᵀ, to four places that are `step` apart. */
@inline
function storeRow(first: f64, second: f64, third: f64, to: usize, step: usize): void {
  store<f32>(to, <f32>first);
  store<f32>(to + step, <f32>half(1, first, second, third));
  store<f32>(to + 2 * step, <f32>half(-1, first, second, third));
  store<f32>(to + 3 * step, <f32>third);
}

/**
 * The transforms G·g·Gᵀ of 3×3 filters (Lavin & Gray 2016), which lie as in {@link packBlocks}:
 * [group][16][block][channel][rows].
 */
export function packTransformed(
  from: usize,
  groups: i32,
  groupStep: usize,
  rows: i32,
  rowStep: usize,
  channels: i32,
  channelStep: usize,
  tallStep: usize,
  wideStep: usize,
  to: usize,
): void {
  const step = <usize>(rows * channels) << 2;
  const lineStep = step << 2;
  for (let group = 0; group < groups; group++) {
    let first = from;
    let put = to;
    for (let left = rows; left > 0; ) {
      const block = rowsOf(left);
      let channel = first;
      for (let c = 0; c < channels; c++) {
        let at = channel;
        for (let row = 0; row < block; row++) {
          const middle = at + tallStep;
          const last = middle + tallStep;
          const g00 = <f64>load<f32>(at);
          const g01 = <f64>load<f32>(at + wideStep);
          const g02 = <f64>load<f32>(at + 2 * wideStep);
          const g10 = <f64>load<f32>(middle);
          const g11 = <f64>load<f32>(middle + wideStep);
          const g12 = <f64>load<f32>(middle + 2 * wideStep);
          const g20 = <f64>load<f32>(last);
          const g21 = <f64>load<f32>(last + wideStep);
          const g22 = <f64>load<f32>(last + 2 * wideStep);
          let line = put;
          storeRow(g00, g01, g02, line, step);
          line += lineStep;
          storeRow(half(1, g00, g10, g20), half(1, g01, g11, g21), half(1, g02, g12, g22), line, step);
          line += lineStep;
          storeRow(half(-1, g00, g10, g20), half(-1, g01, g11, g21), half(-1, g02, g12, g22), line, step);
          line += lineStep;
          storeRow(g20, g21, g22, line, step);
          at += rowStep;
          put += 4;
        }
        channel += channelStep;
      }
      first += rowStep * block;
      left -= block;
    }
    from += groupStep;
    to += step << 4;
  }
}
