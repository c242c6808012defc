// How fast a device multiplies and adds when nothing has to be loaded: independent chains in registers. A chain is one
// expression, since on software adapters every write to a variable goes through the stack.

const CHAINS = 8u;
const STEPS = 32u;

struct Params {
  rounds: u32,
  m: f32,
  c: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let m = params.m;
  let c = params.c;
  //#unroll p 0..CHAINS
  var a_p = f32(id.x + p);
  //#end
  for (var i = 0u; i < params.rounds; i++) {
    //#unroll p 0..CHAINS
    a_p =
      //#unroll s 0..STEPS
      (
      //#end
      a_p
      //#unroll s 0..STEPS
      * m + c)
      //#end
      ;
    //#end
  }
  y[id.x] =
    //#unroll p 0..CHAINS
    a_p +
    //#end
    0.0;
}
