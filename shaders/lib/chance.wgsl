// Chance by a counter. The finaliser of MurmurHash3 (Appleby):
fn mixed(bits: u32) -> u32 {
  let a = (bits ^ (bits >> 16u)) * 0x85ebca6bu;
  let b = (a ^ (a >> 13u)) * 0xc2b2ae35u;
  return b ^ (b >> 16u);
}

// The same seed, stream and step give the same bits on every device.
fn drawn(seed: u32, stream: u32, step: u32) -> u32 {
  return mixed(mixed(mixed(seed) + stream) + step);
}

// As many of one step as there are places.
fn chance(seed: u32, stream: u32, step: u32, place: u32) -> u32 {
  return mixed(drawn(seed, stream, step) + place);
}
