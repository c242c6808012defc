// The number of x [size], none negative, that has exactly `rank` of them before it in ascending order. Such floats are
// ordered as their bits are, NaN behind ∞: each turn finds one bit, from the highest on. One workgroup.
//#import lib/index.wgsl

struct Params {
  size: u32,
  rank: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>; // bits
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

var<workgroup> counts: array<u32, GROUP>;
var<workgroup> total: u32;

@compute @workgroup_size(GROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var found = 0u;
  for (var turn = 0u; turn < 31u; turn++) {
    let candidate = found | (1u << (30u - turn));
    var below = 0u;
    for (var i = lane; i < params.size; i += GROUP) {
      below += select(0u, 1u, (x[i] & 0x7fffffffu) < candidate);
    }
    counts[lane] = below;
    workgroupBarrier();
    if (lane == 0u) {
      var sum = 0u;
      for (var k = 0u; k < GROUP; k++) {
        sum += counts[k];
      }
      total = sum;
    }
    found = select(found, candidate, workgroupUniformLoad(&total) <= params.rank);
  }
  if (lane == 0u) {
    y[0] = found;
  }
}
