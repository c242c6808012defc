import type { Shape } from '../../src/tensor/shape.ts';

// Shapes that cases of several families have.

/** More elements than two workgroups make, whose invocations make eight each, and no multiple of what an invocation makes. */
export const LONG: Shape = [2, 3, 13, 17];

/** One axis more than kernels can walk along. */
export const NINE_AXES: Shape = [1, 1, 1, 1, 1, 1, 1, 1, 2];
