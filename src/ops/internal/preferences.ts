/**
 * Which ways to compute something to try first, for each kind of adapter. One of each list always applies. Orders for
 * software are measured; those for GPUs are expectations: workgroup memory is fast there, and lanes that read the same numbers
 * at once cost nothing, so sharing them by quads gains nothing; reading neighbours at once does.
 */
export const PREFERENCES = {
  convolution: {
    software: ['pointwise', 'stationary', 'quad', 'patch', 'direct'],
    integrated: ['pointwise', 'patch', 'direct'],
    discrete: ['pointwise', 'patch', 'direct'],
  },
  product: {
    software: ['quad-rows', 'rows', 'quad', 'tiled'],
    integrated: ['quad-rows', 'rows', 'split', 'shared', 'tiled'],
    discrete: ['quad-rows', 'rows', 'split', 'shared', 'tiled'],
  },
} as const;
