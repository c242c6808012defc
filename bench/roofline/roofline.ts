import { limitKernels, type LimitKernel } from '../../src/engine/roofline.ts';
import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { interleave, type Contender, type Timing } from '../interleave.ts';

/** What a device can do at best, measured like everything else. */
export interface Roofline {
  /** Multiplies and adds in registers; to be timed beside whatever is compared with them. */
  readonly peaks: readonly [yardstick: Peak, most: Peak];
  readonly limits: readonly Limit[];
  dispose(): void;
}

export interface Peak extends Contender {
  /** Operations of one run. */
  readonly flops: number;
}

export interface Limit {
  readonly name: string;
  /** Operations, or bytes that are read and written again, of one run. */
  readonly amount: number;
  readonly timing: Timing;
}

const COPY_BYTES = 32 * 2 ** 20;

/**
 * The goals of layers are shares of 51 GF/s, which a kernel of 6 chains reaches on two idle Zen 4 cores under SwiftShader;
 * see ../README.md.
 */
const YARDSTICK_CHAINS = 6;

export async function measureRoofline(backend: WebGpuBackend): Promise<Roofline> {
  const kernels = await limitKernels(backend);
  const buffers = bufferCopy(backend.device);
  const peak = async (name: string, chains?: number): Promise<Peak> => {
    const { amount, run } = await kernels.fma(chains);
    return { name, flops: amount, run };
  };
  const peaks = [await peak('FMA in 6 chains', YARDSTICK_CHAINS), await peak('FMA peak')] as const;
  const copy = await kernels.copy();
  const limits = [
    ...peaks.map(({ name, flops, run }) => ({ name, amount: flops, run })),
    { name: 'buffer to buffer', ...buffers },
    { name: 'copy by a shader', ...copy, amount: copy.amount / 2 },
  ];
  const timings = await interleave(limits);
  buffers.dispose();
  return {
    peaks,
    limits: limits.map(({ name, amount }) => ({ name, amount, timing: timings.get(name)! })),
    dispose: kernels.dispose,
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
