import * as ort from 'onnxruntime-web/wasm';
import type { Tensor } from '../../src/tensor/tensor.ts';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

/** First output of a model as onnxruntime-web computes it on the CPU. */
export async function oracle(model: URL | Uint8Array, input: Tensor): Promise<Float32Array> {
  const options = { executionProviders: ['wasm'] };
  const session = await (model instanceof URL
    ? ort.InferenceSession.create(model.href, options)
    : ort.InferenceSession.create(model, options));
  try {
    const feed = new ort.Tensor('float32', Float32Array.from(input.data), [...input.shape]);
    const results = await session.run({ [session.inputNames[0]!]: feed });
    return results[session.outputNames[0]!]!.data as Float32Array;
  } finally {
    await session.release();
  }
}
