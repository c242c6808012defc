import { limitKernels, type LimitKernel } from '../../src/engine/roofline.ts';
import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { interleave, type Contender, type Timing } from '../interleave.ts';

/** What a device can do at best, measured like everything else. */
export interface Roofline {
  /** Multiplies and adds in registers; to be timed beside whatever is compared with it. */
  readonly peak: Contender;
  /** Operations of one run of `peak`. */
  readonly flops: number;
  readonly limits: readonly Limit[];
}

export interface Limit {
  readonly name: string;
  /** Operations, or bytes that are read and written again, of one run. */
  readonly amount: number;
  readonly timing: Timing;
}

const COPY_BYTES = 32 * 2 ** 20;

export async function measureRoofline(backend: WebGpuBackend): Promise<Roofline> {
  const { fma, copy, dispose } = await limitKernels(backend);
  const buffers = bufferCopy(backend.device);
  const limits = [
    { name: 'FMA peak', ...fma },
    { name: 'buffer to buffer', ...buffers },
    { name: 'copy by a shader', ...copy, amount: copy.amount / 2 },
  ];
  const timings = await interleave(limits);
  buffers.dispose();
  return {
    peak: { ...limits[0]!, dispose },
    flops: fma.amount,
    limits: limits.map(({ name, amount }) => ({ name, amount, timing: timings.get(name)! })),
  };
}

function bufferCopy(device: GPUDevice): LimitKernel & { dispose(): void } {
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [x, y] = [0, 1].map(() => device.createBuffer({ size: COPY_BYTES, usage })) as [GPUBuffer, GPUBuffer];
  return {
    amount: COPY_BYTES,
    run: async () => {
      const start = performance.now();
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(x, 0, y, 0, COPY_BYTES);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - start;
    },
    dispose: () => {
      x.destroy();
      y.destroy();
    },
  };
}
