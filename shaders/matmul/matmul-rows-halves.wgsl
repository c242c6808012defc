// A few rows times many: matmul/lib/matmul-rows.wgsl, with b [n, k / 2] of pairs of float16, the first of each in the
// low bits.
//#import matmul/lib/lanes-alone.wgsl
//#import matmul/lib/matmul-rows.wgsl

@group(0) @binding(2) var<storage, read> b: array<vec2<u32>, WEIGHTS>;

fn weights(at: u32) -> vec4<f32> {
  let pairs = b[at];
  return vec4(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
}
