// A few rows times many: matmul/lib/matmul-rows.wgsl, with b [n, k] in float32.
//#import matmul/lib/lanes-alone.wgsl
//#import matmul/lib/matmul-rows.wgsl

@group(0) @binding(2) var<storage, read> b: array<vec4<f32>, WEIGHTS>;

fn weights(at: u32) -> vec4<f32> {
  return b[at];
}
