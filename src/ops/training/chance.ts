/** The finaliser of MurmurHash3 (Appleby). */
export function mixed(bits: number): number {
  const start = bits | 0;
  const a = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}

/** 32 random bits for a place, by a counter of seed, stream and step: the same as in shaders/training/lib/chance.wgsl. */
export function chance(seed: number, stream: number, step: number, place: number): number {
  return mixed(mixed(mixed(mixed(seed) + stream) + step) + place);
}
