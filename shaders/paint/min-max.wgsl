// Smallest and largest finite number of each row and where the largest is first: x [rows, length] → y [rows, 3]. One
// workgroup does a row. Numbers are taken as bits, since a shader may treat NaN and infinity as it likes.
//#import lib/index.wgsl

struct Params {
  rows: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const NOWHERE = 0xffffffffu;
const EXPONENT = 0x7f800000u;
const NAN = 0x7fc00000u; // the extents of a row without finite numbers

var<workgroup> lows: array<f32, GROUP>;
var<workgroup> highs: array<f32, GROUP>;
var<workgroup> places: array<u32, GROUP>; // NOWHERE where an invocation has found none

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  let first = min(row, params.rows - 1u) * params.length;
  var low = 0.0;
  var high = 0.0;
  var place = NOWHERE;
  for (var i = lane; i < params.length; i += GROUP) {
    let bits = x[first + i];
    if ((bits & EXPONENT) == EXPONENT) {
      continue;
    }
    let value = bitcast<f32>(bits);
    low = select(min(low, value), value, place == NOWHERE);
    if (place == NOWHERE || value > high) {
      high = value;
      place = i;
    }
  }
  lows[lane] = low;
  highs[lane] = high;
  places[lane] = place;
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half && places[lane + half] != NOWHERE) {
      let other = lane + half;
      let none = places[lane] == NOWHERE;
      lows[lane] = select(min(lows[lane], lows[other]), lows[other], none);
      let later = highs[other] == highs[lane] && places[other] > places[lane];
      if (none || (highs[other] >= highs[lane] && !later)) {
        highs[lane] = highs[other];
        places[lane] = places[other];
      }
    }
  }
  workgroupBarrier();
  if (lane == 0u && row < params.rows) {
    let none = places[0] == NOWHERE;
    y[3u * row] = select(bitcast<u32>(lows[0]), NAN, none);
    y[3u * row + 1u] = select(bitcast<u32>(highs[0]), NAN, none);
    y[3u * row + 2u] = bitcast<u32>(f32(select(places[0], 0u, none)));
  }
}
