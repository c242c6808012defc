// Maxima under large windows: x [planes, h, w] → y [planes, p, q].
//#import pool/lib/max-pool-large.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<u32>; // bits

fn store(at: u32, order: i32, place: u32) {
  y[at] = bits_of(order);
}
