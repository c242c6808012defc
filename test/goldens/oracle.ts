import * as ort from 'onnxruntime-web/wasm';
import { tensor, type Tensor } from '../../src/tensor/tensor.ts';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

/** All outputs of a model as onnxruntime-web computes them on the CPU, by name. */
export function runOnnx(
  model: URL | Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor>>> {
  return withSession(model, async (session) => {
    const inputs = Object.entries(feeds).map(([name, feed]) => [name, given(feed)] as const);
    const results = await session.run(Object.fromEntries(inputs));
    return Object.fromEntries(Object.entries(results).map(([name, found]) => [name, taken(found)]));
  });
}

/** First output of a model as onnxruntime-web computes it on the CPU. */
export function oracle(model: URL | Uint8Array, input: Tensor): Promise<Float32Array> {
  return withSession(model, async (session) => {
    const results = await session.run({ [session.inputNames[0]!]: given(input) });
    return results[session.outputNames[0]!]!.data as Float32Array;
  });
}

async function withSession<T>(model: URL | Uint8Array, use: (session: ort.InferenceSession) => Promise<T>): Promise<T> {
  const options = { executionProviders: ['wasm'] };
  const session = await (model instanceof URL
    ? ort.InferenceSession.create(model.href, options)
    : ort.InferenceSession.create(model, options));
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** Whole numbers are int64 in the files that this library writes. */
function given({ dtype, shape, data }: Tensor): ort.Tensor {
  return dtype.startsWith('float')
    ? new ort.Tensor('float32', Float32Array.from(data), [...shape])
    : new ort.Tensor('int64', BigInt64Array.from(data as ArrayLike<number>, BigInt), [...shape]);
}

function taken({ type, dims, data }: ort.Tensor): Tensor {
  return type === 'float32'
    ? tensor('float32', [...dims], data as Float32Array)
    : tensor('int64', [...dims], Array.from(data as BigInt64Array, Number));
}
