// How fast a device multiplies and adds when nothing has to be loaded: independent chains in registers, 32 steps a round.
// The chains are woven together, since processors look only so far ahead, and go through names that are written once,
// since on software adapters a variable lies on the stack.

const CHAINS = 10u;

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
    let b_p = (((a_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let d_p = (((b_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let e_p = (((d_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let f_p = (((e_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let g_p = (((f_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let h_p = (((g_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    let k_p = (((h_p * m + c) * m + c) * m + c) * m + c;
    //#end
    //#unroll p 0..CHAINS
    a_p = (((k_p * m + c) * m + c) * m + c) * m + c;
    //#end
  }
  y[id.x] =
    //#unroll p 0..CHAINS
    a_p +
    //#end
    0.0;
}
