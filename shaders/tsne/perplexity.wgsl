// For each point the width of the Gaussian under which it has `perplexity` neighbours: distances x [n, n], symmetric →
// y [3, n]: precision β, smallest distance m to another point, and 1 / Σ e^(−β (d − m)). One invocation does a point.
// Newton's method on ln β, kept inside of a bracket. Distances are measured from m and in units of their mean, so that
// nothing overflows whatever the scale of the codes is.
//#import lib/index.wgsl

struct Params {
  n: u32,
  first: u32, // point with which this launch begins
  entropy: f32, // wanted, ln(perplexity)
  most: f32, // β is at most this: points with more twins than neighbours
  flat: f32, // a mean distance up to this is none
  size: u32, // points of this launch
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const HIGHEST = 3.4028234e38;
// The entropy is a float32 sum over n terms.
const CLOSE = 5e-6;
const MAX_TURNS = 32u;
const MAX_STEP = 3.0;
// Several sums side by side are faster and more exact than one.
const LANES = 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = linear_index(id, groups);
  if (at >= params.size) {
    return;
  }
  let n = params.n;
  let i = params.first + at;

  var nearest = HIGHEST;
  for (var j = 0u; j < n; j++) {
    nearest = min(nearest, select(x[j * n + i], HIGHEST, j == i));
  }
  var total = 0.0;
  for (var j = 0u; j < n; j++) {
    total += select(x[j * n + i] - nearest, 0.0, j == i);
  }
  let mean = total / f32(n - 1u);

  var beta = 0.0;
  var sum = f32(n - 1u);
  if (mean > params.flat) {
    beta = 1.0;
    var low = 0.0;
    var high = params.most;
    for (var turn = 0u; turn < MAX_TURNS; turn++) {
      //#unroll u 0..LANES
      var sum_u = 0.0;
      var first_u = 0.0;
      var second_u = 0.0;
      //#end
      for (var j = 0u; j < n; j += LANES) {
        //#unroll u 0..LANES
        let j_u = min(j + u, n - 1u);
        let far_u = max(x[j_u * n + i] - nearest, 0.0) / mean;
        let weight_u = select(exp(-beta * far_u), 0.0, j + u >= n || j_u == i);
        sum_u += weight_u;
        first_u += far_u * weight_u;
        second_u += far_u * far_u * weight_u;
        //#end
      }
      sum = (sum_0 + sum_1) + (sum_2 + sum_3);
      let average = ((first_0 + first_1) + (first_2 + first_3)) / sum;
      let variance = ((second_0 + second_1) + (second_2 + second_3)) / sum - average * average;
      let excess = log(sum) + beta * average - params.entropy;
      let capped = beta >= params.most && excess > 0.0;
      if (abs(excess) < CLOSE || capped || turn + 1u == MAX_TURNS) {
        break;
      }
      low = select(low, beta, excess > 0.0);
      high = select(beta, high, excess > 0.0);
      // dH / d ln β = −β² Var
      let slope = max(beta * beta * variance, 1e-12);
      var next = beta * exp(clamp(excess / slope, -MAX_STEP, MAX_STEP));
      if (next <= low || next >= high) {
        next = select(sqrt(low) * sqrt(high), high, high == params.most);
      }
      beta = next;
    }
    beta /= mean;
  }
  y[i] = beta;
  y[n + i] = nearest;
  y[2u * n + i] = 1.0 / sum;
}
