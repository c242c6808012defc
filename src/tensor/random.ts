/**
 * Numbers that are the same for the same seed on every machine: a counter through the finaliser of MurmurHash3 (Appleby),
 * uniform in 0 ≤ u < 1.
 */
export function randomNumbers(seed: number): () => number {
  // In an array: engines allocate for each value that a closure's variable takes
  const state = Int32Array.of(Math.imul(seed | 0, 0x9e3779b1));
  return () => {
    const next = (state[0]! + 0x9e3779b9) | 0;
    state[0] = next;
    let mixed = Math.imul(next ^ (next >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from uniform ones (Box & Muller 1958). */
export function normalNumbers(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
