/** The finaliser of MurmurHash3 (Appleby). */
function mixed(bits: number): number {
  const start = bits | 0;
  const a = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}

/** 32 random bits by a counter: the same seed, stream and step give the same. As in shaders/lib/chance.wgsl. */
export function drawn(seed: number, stream: number, step: number): number {
  return mixed(mixed(mixed(seed) + stream) + step);
}

/** As many of one step as there are places. */
export function chance(seed: number, stream: number, step: number, place: number): number {
  return mixed(drawn(seed, stream, step) + place);
}
