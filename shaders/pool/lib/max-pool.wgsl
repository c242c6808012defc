// What the two kernels of max-pool share, for small windows: x [planes, h, w] → [planes, p, q]. They say what to store.
// An invocation has TILE_Q windows of a row, which share what they load.
//#import lib/index.wgsl
//#import lib/ordered.wgsl

const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_W = 1u;
const TILE_Q = 1u; // not more than there are; 1 under a dilation
const PATCH_W = 3u; // (TILE_Q − 1)·STRIDE_W + KERNEL_W

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<i32>, // top, left
  size: u32, // tiles
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<i32>; // bits

const NOWHERE = 0xffffffffu; // place of the maximum of a window that lies in the padding

struct Cell {
  order: i32,
  place: u32,
}

fn larger(a: Cell, b: Cell) -> Cell {
  let is_larger = b.order > a.order;
  return Cell(select(a.order, b.order, is_larger), select(a.place, b.place, is_larger));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  // A tile that would hang over the edge is moved back inside.
  let tiles = (params.windows.y + TILE_Q - 1u) / TILE_Q;
  let to_row = i / tiles;
  let q0 = min((i - to_row * tiles) * TILE_Q, params.windows.y - TILE_Q);
  let plane = (to_row / params.windows.x) * params.image.x;
  let at = vec2(to_row % params.windows.x, q0) * params.stride - vec2<u32>(params.pad); // negative becomes huge

  //#unroll s 0..PATCH_W
  let column_s = at.y + s * params.dilation.y;
  let within_s = column_s < params.image.y;
  let offset_s = min(column_s, params.image.y - 1u);
  //#end
  //#unroll r 0..KERNEL_H
  let row_r = at.x + r * params.dilation.x;
  let inside_r = row_r < params.image.x;
  let line_r = (plane + min(row_r, params.image.x - 1u)) * params.image.y;
  //#end
  let cells = array<array<Cell, PATCH_W>, KERNEL_H>(
    //#unroll r 0..KERNEL_H
    array<Cell, PATCH_W>(
      //#unroll s 0..PATCH_W
      Cell(select(BEFORE_ALL, ordered(x[line_r + offset_s]), inside_r & within_s), line_r + offset_s),
      //#end
    ),
    //#end
  );
  // The first in scan order; of a window with NaN the first of these
  //#unroll q 0..TILE_Q
  let largest_q =
    //#unroll r 0..KERNEL_H
    //#unroll s 0..KERNEL_W
    larger(
    //#end
    //#end
    Cell(BEFORE_ALL, NOWHERE)
    //#unroll r 0..KERNEL_H
    //#unroll s 0..KERNEL_W
    , cells[r][q * STRIDE_W + s])
    //#end
    //#end
    ;
  store(to_row * params.windows.y + q0 + q, largest_q);
  //#end
}
