// Rows of x, of float32 or of bytes packed by fours: x [rows, length], order [places] → y [count, row].
//#import lib/index.wgsl

struct Params {
  size: u32,
  row: u32, // numbers of a row of y
  length: u32, // words of a row of x
  rows: u32,
  count: u32,
  places: u32,
  ordered: u32, // 0: places are rows
  packed: u32, // 1: bytes
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> step: array<f32>; // a whole number
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let place = (u32(step[0]) * params.count + i / params.row) % params.places;
  var row = place;
  if (params.ordered == 1u) {
    row = min(order[place], params.rows - 1u);
  }
  let at = i % params.row;
  if (params.packed == 1u) {
    y[i] = f32((x[row * params.length + at / 4u] >> (8u * (at % 4u))) & 255u);
  } else {
    y[i] = bitcast<f32>(x[row * params.length + at]);
  }
}
