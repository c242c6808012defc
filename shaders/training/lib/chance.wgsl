// Chance by a counter: the same seed, stream, step and place give the same bits on every device.

// The finaliser of MurmurHash3 (Appleby).
fn mixed(bits: u32) -> u32 {
  let a = (bits ^ (bits >> 16u)) * 0x85ebca6bu;
  let b = (a ^ (a >> 13u)) * 0xc2b2ae35u;
  return b ^ (b >> 16u);
}

fn chance(seed: u32, stream: u32, step: u32, place: u32) -> u32 {
  return mixed(mixed(mixed(mixed(seed) + stream) + step) + place);
}
