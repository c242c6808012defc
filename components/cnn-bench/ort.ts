import { ArgumentError } from '../../src/internal.ts';
import type { Peer, PeerBackend, Subject } from './peers.ts';

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

/** onnxruntime-web reads the same file. */
export async function openOrt({ base, bytes, data, shape }: Subject, backend: PeerBackend): Promise<Peer> {
  const folder = `${base}onnxruntime-web/dist/`;
  const ort = await load(`${folder}ort.${backend}.min.mjs`);
  ort.env.wasm.wasmPaths = folder;
  const session = await ort.InferenceSession.create(await bytes(), {
    executionProviders: [backend],
    logSeverityLevel: 3,
  });
  const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', data, shape) };
  return {
    run: async () => (await session.run(feeds))[session.outputNames[0]!]!.getData(),
    dispose: () => session.release(),
  };
}

async function load(url: string): Promise<Ort> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as Ort;
  } catch (cause) {
    throw new ArgumentError('there is no onnxruntime-web', { where: 'peers', got: url, cause });
  }
}
