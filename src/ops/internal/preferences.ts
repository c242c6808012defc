/** Which ways to compute something to try first, for each kind of adapter. Each list ends with one that always applies. */
export const PREFERENCES = {
  convolution: {
    software: ['pointwise', 'quad', 'patch', 'direct'],
    integrated: ['pointwise', 'quad', 'patch', 'direct'],
    discrete: ['pointwise', 'quad', 'patch', 'direct'],
  },
  product: {
    software: ['rows', 'quad', 'tiled'],
    integrated: ['rows', 'quad', 'tiled'],
    discrete: ['rows', 'quad', 'tiled'],
  },
} as const;
