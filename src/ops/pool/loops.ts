import type { Loops } from '../loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {};
