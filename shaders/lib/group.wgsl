// Sum and maximum over the values of one workgroup of GROUP invocations. To be called by all of them.
//#import lib/index.wgsl
//#import lib/compare.wgsl

var<workgroup> values: array<f32, GROUP>;

fn group_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  values[lane] = value;
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      values[lane] += values[lane + half];
    }
  }
  workgroupBarrier();
  return values[0];
}

fn group_max(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  values[lane] = value;
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      values[lane] = larger_of(values[lane], values[lane + half]);
    }
  }
  workgroupBarrier();
  return values[0];
}
