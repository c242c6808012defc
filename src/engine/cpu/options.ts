import type { InstructionSet } from '../../cpu/instructions.ts';

export interface CpuOptions {
  /** Compute in a Worker where there can be one; on by default. Without it the caller's thread computes, with pauses. */
  readonly worker?: boolean;
  /** For tests: the kernels to try, best first; none for plain loops. */
  readonly instructions?: readonly InstructionSet[];
  /** For tests: fill the memory of every run with NaN first, so that a loop which forgets to write an element shows. */
  readonly poison?: boolean;
}
