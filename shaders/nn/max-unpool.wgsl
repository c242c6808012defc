// Sends each value back to where its maximum was: dy, switches [planes, p, q] → dx [planes, h, w], 0 elsewhere.
// A gather: every element of dx looks at the COVER_H × COVER_W windows that can cover it, in scan order, and compares their
// switches with itself. An invocation has TILE_W elements of a row, which share what they load.
//#import lib/index.wgsl

override OVERWRITE = false; // windows that share a maximum: the last in scan order wins, instead of adding up

const COVER_H = 2u;
const COVER_W = 2u;
const STRIDE_W = 1u;
const TILE_W = 1u; // a multiple of the stride
const PATCH_W = 2u; // COVER_W + (TILE_W − 1) / STRIDE_W
const NOWHERE = 0xffffffffu;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  stride: vec2<u32>,
  pad: vec2<u32>, // top, left
  ahead: u32, // columns by which tiles start before the image, so that they start where windows do
  tiles: u32, // of a row
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> switches: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.tiles;
  let column0 = (i - to_row * params.tiles) * TILE_W - params.ahead; // negative becomes huge
  let at = (vec2(to_row % params.image.x, column0) + params.pad) / params.stride + 1u - vec2(COVER_H, COVER_W);
  let plane = (to_row / params.image.x) * params.windows.x;

  //#unroll q 0..PATCH_W
  let column_q = at.y + q;
  let within_q = column_q < params.windows.y;
  let offset_q = min(column_q, params.windows.y - 1u);
  //#end
  //#unroll j 0..TILE_W
  let place_j = to_row * params.image.y + column0 + j;
  var sum_j = 0.0;
  //#end
  //#unroll p 0..COVER_H
  let row_p = at.x + p;
  let inside_p = row_p < params.windows.x;
  let line_p = (plane + min(row_p, params.windows.x - 1u)) * params.windows.y;
  let signals_p = array<f32, PATCH_W>(
    //#unroll q 0..PATCH_W
    dy[line_p + offset_q],
    //#end
  );
  let switches_p = array<u32, PATCH_W>(
    //#unroll q 0..PATCH_W
    select(NOWHERE, switches[line_p + offset_q], inside_p & within_q),
    //#end
  );
  //#unroll j 0..TILE_W
  //#unroll q 0..COVER_W
  sum_j = select(sum_j, signals_p[j / STRIDE_W + q] + select(sum_j, 0.0, OVERWRITE), switches_p[j / STRIDE_W + q] == place_j);
  //#end
  //#end
  //#end
  //#unroll j 0..TILE_W
  if (column0 + j < params.image.y) {
    dx[place_j] = sum_j;
  }
  //#end
}
