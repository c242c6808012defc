// Maxima under windows: x [planes, h, w] → y [planes, p, q].
//#import pool/lib/max-pool.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<u32>; // bits

fn store(at: u32, largest: Cell) {
  y[at] = bits_of(largest.order);
}
