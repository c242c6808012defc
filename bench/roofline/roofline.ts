import { expand } from '../../src/gpu/expand.ts';
import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { interleave, type Contender, type Timing } from '../interleave.ts';
import copyShader from './copy.wgsl';
import fmaShader from './fma.wgsl';

/** What a device can do at best, measured like everything else. */
export interface Roofline {
  /** Multiplies and adds in registers; to be timed beside whatever is compared with it. */
  readonly peak: Contender;
  /** Operations of one run of `peak`. */
  readonly flops: number;
  readonly fma: Timing;
  /** Bytes that one run of the copies reads, and writes again. */
  readonly bytes: number;
  readonly bufferCopy: Timing;
  readonly shaderCopy: Timing;
}

/** Of fma.wgsl. On SwiftShader 4, 6, 8 and 10 chains reached 36, 51, 65 and 75 GF/s; 12 do not fit into its registers. */
const CHAINS = 10;
const STEPS = 32;
/** Enough to fill a large GPU. */
const THREADS = 2 ** 18;
const WORKGROUP = 64;
const COPY_BYTES = 32 * 2 ** 20;
/** So long a run takes at least, for a GPU to be awake. */
const MIN_MS = 40;
const TRIES = 4;

export async function measureRoofline({ device }: WebGpuBackend): Promise<Roofline> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [x, y] = [0, 1].map(() => device.createBuffer({ size: COPY_BYTES, usage })) as [GPUBuffer, GPUBuffer];
  const params = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  // x ← x/2 + 1/2 goes to 1: no number grows out of bounds or becomes too small for the fast path.
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
  const fma = contender('FMA peak', dispatch(device, fmaShader, [params, y], THREADS / WORKGROUP));
  const rounds = await enoughRounds(fma, (n) => {
    device.queue.writeBuffer(params, 0, new Uint32Array([n]));
  });
  const timings = await interleave([
    fma,
    contender('buffer copy', (encoder) => {
      encoder.copyBufferToBuffer(x, 0, y, 0, COPY_BYTES);
    }),
    contender('shader copy', dispatch(device, copyShader, [x, y], COPY_BYTES / 16 / WORKGROUP)),
  ]);
  return {
    peak: {
      ...fma,
      dispose: () => {
        for (const buffer of [x, y, params]) buffer.destroy();
      },
    },
    flops: 2 * THREADS * rounds * CHAINS * STEPS,
    fma: timings.get(fma.name)!,
    bytes: COPY_BYTES,
    bufferCopy: timings.get('buffer copy')!,
    shaderCopy: timings.get('shader copy')!,
  };
}

/** The least power of two for which a run takes {@link MIN_MS}, however busy the machine is; it stays set. */
async function enoughRounds({ run }: Contender, set: (rounds: number) => void): Promise<number> {
  await run(); // compiles
  for (let rounds = 1; ; rounds *= 2) {
    set(rounds);
    let fastest = Infinity;
    for (let i = 0; i < TRIES; i++) {
      const before = performance.now();
      await run();
      fastest = Math.min(fastest, performance.now() - before);
    }
    if (fastest >= MIN_MS) return rounds;
  }
}

function dispatch(
  device: GPUDevice,
  source: string,
  buffers: readonly GPUBuffer[],
  workgroups: number,
): (encoder: GPUCommandEncoder) => void {
  const { code } = expand(source, source === fmaShader ? { CHAINS } : {}, () => '');
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
