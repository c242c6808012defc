import { ArgumentError, findModel, float32, type Benchmark, type Model } from '../../../src/internal.ts';
import { httpUrl } from '../../internal/link.ts';
import { loadOrt, loadTfjs } from './libraries.ts';
import { ortPeer } from './ort.ts';
import { PEER_BACKENDS, type LoadedPeer, type PeerBackend } from './peer.ts';
import { tfjsPeer } from './tfjs.ts';

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

/** Why there are no times of another library. */
export interface PeerFailure {
  readonly library: string;
  readonly failure: string;
}

interface TimingOptions {
  /** Address of a folder with the packages, as in node_modules. */
  readonly base: string;
  /** The element's attributes that say which file the model is. */
  readonly model: string;
  readonly manifest: string | undefined;
  readonly runs: Benchmark['runs'];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Scripts are run from there: not from a text that stands for itself, such as `data:`. Throws ArgumentError. */
function folderOf(base: string): string {
  const folder = `${base.replace(/\/*$/, '')}/`;
  const url = URL.canParse(folder, document.baseURI) ? httpUrl(new URL(folder, document.baseURI).href) : undefined;
  if (url) return url;
  throw new ArgumentError('"peers" is no folder of scripts', { expected: 'an address of http or https', got: base });
}

/** Times other libraries, each on both of its backends, beside this one. Throws where none of them can run. */
export async function timePeers(
  { backend, graph, input: { name, shape } }: Model,
  { base, model, manifest, runs, signal, onProgress }: TimingOptions,
): Promise<(PeerTime | PeerFailure)[]> {
  const size = shape.reduce((a, b) => a * b);
  const input = float32(
    shape,
    Float32Array.from({ length: size }, (_, i) => 50 * Math.sin(i * i)),
  );
  const executable = await backend.compile(graph);
  const outputs = await executable.run({ [name]: input });
  executable.dispose();
  const reference = outputs[graph.outputs[0]!]!.data;
  const folder = folderOf(base);
  let bytes: Promise<Uint8Array> | undefined;
  const file = (): Promise<Uint8Array> =>
    (bytes ??= findModel(model, { manifest, signal }).then(({ files }) => files.bytes));
  const settings = { resident: false };
  const libraries: Readonly<Record<string, (on: PeerBackend) => Promise<LoadedPeer>>> = {
    'onnxruntime-web': async (on) => ortPeer(await loadOrt(folder, on), { bytes: await file(), input }, on, settings),
    tfjs: async (on) => tfjsPeer(await loadTfjs(folder, on), { graph, input }, on, settings),
  };

  const pairs = PEER_BACKENDS.flatMap((on) =>
    Object.entries(libraries).map(([name, open]) => [`${name} ${on}`, () => open(on)] as const),
  );
  const times: (PeerTime | PeerFailure)[] = [];
  const errors: unknown[] = [];
  for (const [library, open] of pairs) {
    signal.throwIfAborted();
    try {
      times.push({ library, ...(await time(open, { reference, runs, signal })) });
    } catch (cause) {
      signal.throwIfAborted();
      errors.push(cause);
      times.push({ library, failure: cause instanceof Error ? cause.message : String(cause) });
    }
    onProgress(times.length / pairs.length);
  }
  if (errors.length === pairs.length) throw errors[0];
  return times;
}

async function time(
  open: () => Promise<LoadedPeer>,
  {
    reference,
    runs,
    signal,
  }: { readonly reference: ArrayLike<number>; readonly runs: number; readonly signal: AbortSignal },
): Promise<Omit<PeerTime, 'library'>> {
  const start = performance.now();
  const peer = await open();
  const createMs = performance.now() - start;
  try {
    // The first run compiles.
    const difference = relativeError(await peer.output(), reference);
    let runMs = Infinity;
    for (let i = 0; i < runs; i++) {
      signal.throwIfAborted();
      const before = performance.now();
      await peer.run();
      runMs = Math.min(runMs, performance.now() - before);
    }
    return { createMs, runMs, difference };
  } finally {
    await peer.dispose();
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
