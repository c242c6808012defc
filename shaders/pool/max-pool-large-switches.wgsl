// Maxima under large windows and where they are: x [planes, h, w] → y and switches [planes, p, q].
//#import pool/lib/max-pool-large.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<u32>; // bits
@group(0) @binding(3) var<storage, read_write> switches: array<u32>; // indices into the whole of x

fn store(at: u32, order: i32, place: u32) {
  y[at] = bits_of(order);
  switches[at] = place;
}
