import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import type { Outcome } from '../host.ts';
import type { Timing } from '../interleave.ts';
import type { Roofline } from '../roofline/roofline.ts';

/** What the parts share. */
export interface Bench {
  readonly backend: WebGpuBackend;
  readonly roofline: Roofline;
  /**
   * What a run costs, ms: CPU time on a software adapter, which repeats within some percent however busy the machine
   * is; on a GPU, or where the system does not tell, what the clock on the wall says.
   */
  readonly cost: (timing: Timing) => number;
}

/** A part of the bench. */
export type Part = (bench: Bench) => Promise<Outcome>;
