import type { Backend } from '../../src/engine/backend.ts';
import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import type { Outcome } from '../host.ts';
import type { Timing } from '../interleave.ts';
import type { Roofline } from '../roofline/roofline.ts';

/** What the parts share. */
export interface Bench {
  readonly backend: Backend;
  /**
   * What a run costs, ms: CPU time where the CPU computes, which repeats within some percent however busy the machine
   * is; on a GPU, or where the system does not tell, what the clock on the wall says.
   */
  readonly cost: (timing: Timing) => number;
}

/** A part of the bench. */
export type Part = (bench: Bench) => Promise<Outcome>;

/** What is measured on a GPU only, against what it can do. */
export interface GpuBench extends Bench {
  readonly backend: WebGpuBackend;
  readonly roofline: Roofline;
}

export type GpuPart = (bench: GpuBench) => Promise<Outcome>;

/** {@link Bench.cost} on a backend. */
export function costOn({ adapter }: Backend): Bench['cost'] {
  return ({ coreMs, wallMs }) => (adapter.software && coreMs ? coreMs : wallMs).median;
}
