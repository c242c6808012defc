import { expand } from '../../src/gpu/expand.ts';
import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { interleave, type Contender, type Timing } from '../interleave.ts';
import copyShader from './copy.wgsl';
import fmaShader from './fma.wgsl';

/** What a device can do at best, measured like everything else. */
export interface Roofline {
  /** Multiplications and additions of one run of `fma`. */
  readonly flops: number;
  readonly fma: Timing;
  /** Bytes that one run of the copies reads, and writes again. */
  readonly bytes: number;
  readonly bufferCopy: Timing;
  readonly shaderCopy: Timing;
}

/** Constants of fma.wgsl: tried on SwiftShader, where fewer chains wait for results and more spill to the stack. */
const CHAINS = 8;
const STEPS = 32;
const FMA_THREADS = 1 << 14;
const WORKGROUP = 64;
const COPY_BYTES = 32 * 2 ** 20;
/** A run on a software adapter takes some tens of ms; a GPU has to work as long to be awake. */
const SOFTWARE_ROUNDS = 150;
const HARDWARE_ROUNDS = 30_000;

export async function measureRoofline({ device, adapter }: WebGpuBackend): Promise<Roofline> {
  const rounds = adapter.software ? SOFTWARE_ROUNDS : HARDWARE_ROUNDS;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [x, y] = [0, 1].map(() => device.createBuffer({ size: COPY_BYTES, usage })) as [GPUBuffer, GPUBuffer];
  const params = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  // Converges to 1, so that no number grows out of bounds or becomes too small for the fast path.
  device.queue.writeBuffer(params, 0, new Uint32Array([rounds]));
  device.queue.writeBuffer(params, 4, new Float32Array([0.5, 0.5]));

  const contender = (name: string, encode: (encoder: GPUCommandEncoder) => void): Contender => ({
    name,
    run: async () => {
      const encoder = device.createCommandEncoder();
      encode(encoder);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    },
  });
  const timings = await interleave([
    contender('fma', dispatch(device, fmaShader, [params, y], FMA_THREADS / WORKGROUP)),
    contender('buffer copy', (encoder) => {
      encoder.copyBufferToBuffer(x, 0, y, 0, COPY_BYTES);
    }),
    contender('shader copy', dispatch(device, copyShader, [x, y], COPY_BYTES / 16 / WORKGROUP)),
  ]);
  for (const buffer of [x, y, params]) buffer.destroy();
  return {
    flops: 2 * FMA_THREADS * rounds * CHAINS * STEPS,
    fma: timings.get('fma')!,
    bytes: COPY_BYTES,
    bufferCopy: timings.get('buffer copy')!,
    shaderCopy: timings.get('shader copy')!,
  };
}

function dispatch(
  device: GPUDevice,
  source: string,
  buffers: readonly GPUBuffer[],
  workgroups: number,
): (encoder: GPUCommandEncoder) => void {
  const { code } = expand(source, source === fmaShader ? { CHAINS, STEPS } : {}, () => '');
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return (encoder) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
  };
}
