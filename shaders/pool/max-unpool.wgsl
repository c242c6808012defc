// Sends each value back to where its maximum was: dy, switches [planes, p, q] → dx [planes, h, w], 0 elsewhere.
// A gather: every element of dx looks at the COVER_H × COVER_W windows that can cover it, in scan order, and compares their
// switches with itself. An invocation has TILE_H × TILE_W elements, which share what they load.
//#import lib/index.wgsl

override OVERWRITE = false; // windows that share a maximum: the last in scan order wins, instead of adding up

const COVER_H = 2u;
const COVER_W = 2u;
const STRIDE_W = 1u;
const TILE_H = 1u; // at most the stride: elements under the same rows of windows
const TILE_W = 1u; // a multiple of the stride
const PATCH_W = 2u; // COVER_W + (TILE_W − 1) / STRIDE_W
const NOWHERE = 0xffffffffu;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  stride: vec2<u32>,
  pad: vec2<u32>, // top, left
  ahead: vec2<u32>, // by how much tiles start before the image, so that they start where windows do
  tiles: vec2<u32>, // of an image
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> switches: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

fn gather(sum: f32, signal: f32, is_here: bool) -> f32 {
  return select(sum, signal + select(sum, 0.0, OVERWRITE), is_here);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.tiles.y;
  let plane = to_row / params.tiles.x;
  let tile = vec2(to_row - plane * params.tiles.x, i - to_row * params.tiles.y);
  let first = tile * vec2(TILE_H, TILE_W) - params.ahead; // negative becomes huge
  let at = (first + params.pad) / params.stride + 1u - vec2(COVER_H, COVER_W);

  //#unroll q 0..PATCH_W
  let column_q = at.y + q;
  let within_q = column_q < params.windows.y;
  let offset_q = min(column_q, params.windows.y - 1u);
  //#end
  //#unroll p 0..COVER_H
  let row_p = at.x + p;
  let inside_p = row_p < params.windows.x;
  let line_p = (plane * params.windows.x + min(row_p, params.windows.x - 1u)) * params.windows.y;
  //#end
  let signals = array<array<f32, PATCH_W>, COVER_H>(
    //#unroll p 0..COVER_H
    array<f32, PATCH_W>(
      //#unroll q 0..PATCH_W
      dy[line_p + offset_q],
      //#end
    ),
    //#end
  );
  let places = array<array<u32, PATCH_W>, COVER_H>(
    //#unroll p 0..COVER_H
    array<u32, PATCH_W>(
      //#unroll q 0..PATCH_W
      select(NOWHERE, switches[line_p + offset_q], inside_p & within_q),
      //#end
    ),
    //#end
  );
  //#unroll k 0..TILE_H
  let to_k = (plane * params.image.x + first.x + k) * params.image.y + first.y;
  //#unroll j 0..TILE_W
  let sum_k_j =
    //#unroll p 0..COVER_H
    //#unroll q 0..COVER_W
    gather(
    //#end
    //#end
    0.0
    //#unroll p 0..COVER_H
    //#unroll q 0..COVER_W
    , signals[p][j / STRIDE_W + q], places[p][j / STRIDE_W + q] == to_k + j)
    //#end
    //#end
    ;
  if ((first.x + k < params.image.x) & (first.y + j < params.image.y)) {
    dx[to_k + j] = sum_k_j;
  }
  //#end
  //#end
}
