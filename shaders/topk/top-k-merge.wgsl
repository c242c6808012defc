// The strongest activations of each channel, kept while images stream by: one workgroup for each channel.
//   x [images, channels, plane], lists [channels, length] ordered from the strongest on
// In each round the workgroup finds the strongest unit of an image after the one of the round before; its first invocation
// puts that into the list. Of equal values the one that came first stays before; NaN is stronger than all, so that lists show it.
//#import lib/index.wgsl
//#import lib/ordered.wgsl

struct Params {
  channels: u32,
  plane: u32, // units of a channel in one image
  images: u32,
  length: u32, // entries of a list
  rounds: u32, // entries that one image may have in a list
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<i32>; // bits, as all values
@group(0) @binding(2) var<storage, read> images: array<u32>; // [images]: their numbers
@group(0) @binding(3) var<storage, read> values: array<i32>; // [channels, length]
@group(0) @binding(4) var<storage, read> places: array<vec2<u32>>; // [channels, length]: number of the image, unit
@group(0) @binding(5) var<storage, read_write> next_values: array<i32>;
@group(0) @binding(6) var<storage, read_write> next_places: array<vec2<u32>>;

const NO_IMAGE = 0xffffffffu;
const NOWHERE = 0xffffffffu;

var<workgroup> best_order: array<i32, GROUP>;
var<workgroup> best_unit: array<u32, GROUP>; // NOWHERE where an invocation has found none

// Whether unit a comes before unit b in the order of the list.
fn precedes(order_a: i32, a: u32, order_b: i32, b: u32) -> bool {
  return order_a > order_b || (order_a == order_b && a < b);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.x + group.y * groups.x;
  let here = channel < params.channels;
  let list = min(channel, params.channels - 1u) * params.length;
  if (here && lane == 0u) {
    for (var i = list; i < list + params.length; i++) {
      next_values[i] = values[i];
      next_places[i] = places[i];
    }
  }
  for (var image = 0u; image < params.images; image++) {
    let first = (image * params.channels + min(channel, params.channels - 1u)) * params.plane;
    var last_order = 0;
    var last_unit = NOWHERE; // none yet
    for (var round = 0u; round < params.rounds; round++) {
      var order = 0;
      var unit = NOWHERE;
      for (var i = lane; i < params.plane; i += GROUP) {
        let candidate = ordered(x[first + i]);
        let open = last_unit == NOWHERE || precedes(last_order, last_unit, candidate, i);
        if (open && (unit == NOWHERE || candidate > order)) {
          order = candidate;
          unit = i;
        }
      }
      best_order[lane] = order;
      best_unit[lane] = unit;
      for (var half = GROUP / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
          let other = lane + half;
          let other_found = best_unit[other] != NOWHERE;
          if (other_found && (best_unit[lane] == NOWHERE
            || precedes(best_order[other], best_unit[other], best_order[lane], best_unit[lane]))) {
            best_order[lane] = best_order[other];
            best_unit[lane] = best_unit[other];
          }
        }
      }
      workgroupBarrier();
      // Once a plane is used up nothing is found, and the order starts again with entries that the list has already
      let found = best_unit[0] != NOWHERE && round < params.plane;
      last_order = best_order[0];
      last_unit = best_unit[0];
      workgroupBarrier();
      if (here && lane == 0u && found && images[image] != NO_IMAGE) {
        insert(list, last_order, vec2<u32>(images[image], last_unit));
      }
    }
  }
}

// Behind all that are as strong; the weakest drops out.
fn insert(list: u32, order: i32, place: vec2<u32>) {
  var at = list + params.length;
  while (at > list && ordered(next_values[at - 1u]) < order) {
    at--;
    if (at + 1u < list + params.length) {
      next_values[at + 1u] = next_values[at];
      next_places[at + 1u] = next_places[at];
    }
  }
  if (at < list + params.length) {
    next_values[at] = i32(bits_of(order));
    next_places[at] = place;
  }
}
