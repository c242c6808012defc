import * as ortWasm from 'onnxruntime-web/wasm';
import * as ortWebGpu from 'onnxruntime-web/webgpu';
import type { Peer, PeerOptions, Subject } from './peer.ts';

for (const { env } of [ortWasm, ortWebGpu]) {
  env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
  // Its other threads wait in a loop, which would count as CPU time of whoever runs next.
  env.wasm.numThreads = 1;
}

export { ortWebGpu };

/** onnxruntime-web on one of its two backends. */
export async function ort(
  { bytes, input }: Subject,
  backend: 'webgpu' | 'wasm',
  { resident }: PeerOptions,
): Promise<Peer> {
  const library = backend === 'webgpu' ? ortWebGpu : ortWasm;
  const onGpu = resident && backend === 'webgpu';
  const session = await library.InferenceSession.create(bytes, {
    executionProviders: [backend],
    logSeverityLevel: 3,
    ...(onGpu && { preferredOutputLocation: 'gpu-buffer' as const }),
  });
  const data = Float32Array.from(input.data);
  const given = new library.Tensor('float32', data, input.shape);
  const device = onGpu ? await ortWebGpu.env.webgpu.device : undefined;
  const buffer = device && uploaded(device, data);
  const feed = buffer ? ortWebGpu.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [...input.shape] }) : given;
  const execute = async (): Promise<ortWebGpu.Tensor> => {
    const results = await session.run({ [session.inputNames[0]!]: feed });
    return results[session.outputNames[0]!]!;
  };
  return {
    name: `onnxruntime-web ${backend}`,
    run: async () => {
      const y = await execute();
      await device?.queue.onSubmittedWorkDone();
      y.dispose();
    },
    output: async () => (await (await execute()).getData(true)) as Float32Array,
    dispose: async () => {
      await session.release();
      buffer?.destroy();
    },
  };
}

function uploaded(device: GPUDevice, data: Float32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}
