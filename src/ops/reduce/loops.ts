import type { Loops } from '../loop.ts';
import { reduce } from './reduce.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = { reduce };
