/** The functions of one number that the kernel `ofOne` knows, in the order in which kernels/pointwise.ts numbers them. */
export const OF_ONE = ['clip', 'exp', 'sigmoid', 'silu', 'tanh', 'hard-sigmoid', 'hard-swish'] as const;

/** Those of two that `ofTwo` knows. */
export const OF_TWO = ['add', 'sub', 'mul', 'div', 'min', 'max', 'prelu'] as const;
