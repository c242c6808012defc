/**
 * Which ways to compute something to try first, for each kind of adapter. One of each list always applies. Orders for
 * software are measured; those for GPUs are expectations: workgroup memory is fast there, and lanes that read the same numbers at once cost nothing, so sharing them by quads gains nothing.
 */
export const PREFERENCES = {
  convolution: {
    software: ['pointwise', 'held', 'quad', 'patch', 'direct'],
    integrated: ['pointwise', 'patch', 'direct'],
    discrete: ['pointwise', 'patch', 'direct'],
  },
  product: {
    software: ['rows', 'quad', 'tiled'],
    integrated: ['rows', 'shared', 'tiled'],
    discrete: ['rows', 'shared', 'tiled'],
  },
} as const;
