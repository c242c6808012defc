import {
  ArgumentError,
  BUNDLED_MODELS,
  fetchModelFiles,
  loadManifest,
  type Benchmark,
  type Model,
} from '../../src/index.ts';

/** Another library on the same network, from numbers in memory to numbers in memory. */
export interface PeerTime {
  readonly library: string;
  /** Until it can run. */
  readonly createMs: number;
  /** The shortest of the runs. */
  readonly runMs: number;
  /** ‖a−b‖/‖b‖ of its numbers and those of this library. */
  readonly difference: number;
}

/** The part of onnxruntime-web that is needed: the reader brings the module. */
interface Ort {
  readonly env: { readonly wasm: { wasmPaths?: string; numThreads?: number } };
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: { executionProviders: string[]; logSeverityLevel: number }): Promise<Session>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, { getData(): Promise<Float32Array> }>>;
  release(): Promise<void>;
}

const BACKENDS = ['webgpu', 'wasm'] as const;

export interface PeerOptions {
  /** Address of a folder with the packages, as in node_modules. */
  readonly base: string;
  /** The element's attributes that say which file the model is. */
  readonly model: string;
  readonly manifest: string | undefined;
  readonly runs: Benchmark['runs'];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Times onnxruntime-web on both of its backends beside this library. */
export async function timePeers(
  network: Model,
  { base, model, manifest, runs, signal, onProgress }: PeerOptions,
): Promise<PeerTime[]> {
  const folder = new URL(`${base.replace(/\/*$/, '')}/onnxruntime-web/dist/`, document.baseURI).href;
  const { bytes } = await fetchModelFiles(await fileOf(model, manifest), { signal });
  const { shape } = network.input;
  const size = shape.reduce((a, b) => a * b);
  const data = Float32Array.from({ length: size }, (_, i) => 50 * Math.sin(i * i));
  const reference = await referenceOf(network, data);
  const times: PeerTime[] = [];
  for (const backend of BACKENDS) {
    signal.throwIfAborted();
    const ort = await load(`${folder}ort.${backend}.min.mjs`);
    ort.env.wasm.wasmPaths = folder;
    const start = performance.now();
    const session = await ort.InferenceSession.create(bytes, { executionProviders: [backend], logSeverityLevel: 3 });
    const createMs = performance.now() - start;
    try {
      const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', data, shape) };
      const run = async (): Promise<Float32Array> => {
        signal.throwIfAborted();
        return (await session.run(feeds))[session.outputNames[0]!]!.getData();
      };
      // The first run compiles.
      const difference = relativeError(await run(), reference);
      let runMs = Infinity;
      for (let i = 0; i < runs; i++) {
        const before = performance.now();
        await run();
        runMs = Math.min(runMs, performance.now() - before);
      }
      times.push({ library: `onnxruntime-web ${backend}`, createMs, runMs, difference });
      onProgress(times.length / BACKENDS.length);
    } finally {
      await session.release();
    }
  }
  return times;
}

async function load(url: string): Promise<Ort> {
  try {
    return (await import(/* @vite-ignore */ url)) as Ort;
  } catch (cause) {
    throw new ArgumentError('there is no onnxruntime-web', { where: 'peers', got: url, cause });
  }
}

async function fileOf(model: string, manifest: string | undefined): Promise<string> {
  if (/[/]|\.onnx\b/i.test(model)) return model;
  const entries = await loadManifest(manifest === undefined ? BUNDLED_MODELS : new URL(manifest, document.baseURI));
  return entries[model]!.file;
}

async function referenceOf({ backend, graph, input }: Model, data: Float32Array): Promise<ArrayLike<number>> {
  const executable = await backend.compile(graph);
  try {
    const outputs = await executable.run({ [input.name]: { dtype: 'float32', shape: input.shape, data } });
    return outputs[graph.outputs[0]!]!.data;
  } finally {
    executable.dispose();
  }
}

function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
