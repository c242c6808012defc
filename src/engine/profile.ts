import { Profiler } from '../gpu/profiler.ts';
import type { Inputs } from './check.ts';
import type { WebGpuExecutable } from './webgpu.ts';

/** Time of one launch on the GPU's clock. */
export interface LaunchTime {
  readonly node: string;
  readonly shader: string;
  readonly flops: number;
  readonly ms: number;
}

/** Runs once with every launch in a pass of its own, and times it. Needs the feature timestamp-query. */
export function profile(executable: WebGpuExecutable, inputs: Inputs): Promise<LaunchTime[]> {
  return executable.use(inputs, {}, async (prepared, options) => {
    const { launches, session } = prepared;
    const profiler = new Profiler(session.gpu, launches.length);
    try {
      await profiler.ready();
      const finish = (encoder: GPUCommandEncoder): void => {
        profiler.encode(encoder);
      };
      await prepared.submit(inputs, options, finish, (launch) => profiler.writes(launch));
      const times = await profiler.read();
      session.gpu.throwUncaptured();
      return launches.map(({ node, launch: { shader }, flops }, i) => ({ node, shader, flops, ms: times[i]! }));
    } finally {
      profiler.destroy();
    }
  });
}
