// Parts [n, c, p, q] of one map [c, h, w], each from another place on, where a window [n, c, r, s] has replaced a part of
// the map; `fill` beyond its border. One invocation makes TILE neighbours of a row.
//#import lib/index.wgsl

const TILE = 4u;

const NONE = 0xffffffffu;

struct Params {
  size: u32, // invocations
  c: u32,
  map: vec2<u32>, // h, w
  window: vec2<u32>, // r, s
  out: vec2<u32>, // p, q
  stride: vec2<u32>, // elements of the map from one place to the next
  before: vec2<i32>, // elements that a part begins ahead of its place
  columns: u32, // of places
  from_column: u32, // with the places of windows; NONE: there are none
  to_column: u32, // with the places of parts; NONE: all lie at the origin
  fill: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> places: array<u32>; // [n, columns, 2]
@group(0) @binding(2) var<storage, read> map: array<f32>;
@group(0) @binding(3) var<storage, read> window: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn place(image: u32, column: u32) -> vec2<u32> {
  let at = (image * params.columns + select(column, 0u, column == NONE)) * 2u;
  return select(vec2(places[at], places[at + 1u]), vec2(0u), column == NONE);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let tiles = (params.out.y + TILE - 1u) / TILE;
  let line = i / tiles; // (image · c + channel) · p + row
  let q0 = min((i - line * tiles) * TILE, params.out.y - TILE); // the last tile may make some of the one before again
  let part = line / params.out.x;
  let image = part / params.c;
  let channel = part - image * params.c;

  let start = vec2<i32>(place(image, params.to_column) * params.stride) - params.before;
  let row = u32(start.x + i32(line - part * params.out.x)); // negative becomes huge
  let inside_row = row < params.map.x;
  let map_line = (channel * params.map.x + min(row, params.map.x - 1u)) * params.map.y;

  let corner = place(image, params.from_column);
  let window_row = row - corner.x; // above the window becomes huge
  let changed_row = (params.from_column != NONE) & (window_row < params.window.x);
  let window_line = (part * params.window.x + min(window_row, params.window.x - 1u)) * params.window.y;

  //#unroll q 0..TILE
  let column_q = u32(start.y + i32(q0 + q));
  let window_column_q = column_q - corner.y;
  let old_q = map[map_line + min(column_q, params.map.y - 1u)];
  let new_q = window[window_line + min(window_column_q, params.window.y - 1u)];
  let value_q = select(old_q, new_q, changed_row & (window_column_q < params.window.y));
  y[line * params.out.y + q0 + q] = select(params.fill, value_q, inside_row & (column_q < params.map.y));
  //#end
}
