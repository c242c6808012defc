import type * as Ort from 'onnxruntime-web/webgpu';
import type { LoadedPeer, PeerBackend, PeerSettings, PeerSubject } from './peer.ts';

/** onnxruntime-web, brought by whoever compares with it, reads the same file. */
export async function ortPeer(
  ort: typeof Ort,
  { bytes, input }: Pick<PeerSubject, 'bytes' | 'input'>,
  backend: PeerBackend,
  { resident }: PeerSettings,
): Promise<LoadedPeer> {
  const onGpu = resident && backend === 'webgpu';
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [backend],
    logSeverityLevel: 3,
    ...(onGpu && { preferredOutputLocation: 'gpu-buffer' as const }),
  });
  const data = Float32Array.from(input.data);
  const device = onGpu ? await ort.env.webgpu.device : undefined;
  const buffer = device && uploaded(device, data);
  const feed = buffer
    ? ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [...input.shape] })
    : new ort.Tensor('float32', data, input.shape);
  const execute = async (): Promise<Ort.Tensor> => {
    const results = await session.run({ [session.inputNames[0]!]: feed });
    return results[session.outputNames[0]!]!;
  };
  return {
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
