import { BUNDLED_MODELS } from '../bundled.ts';
import { shown } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { loadLabels, type Label } from '../models/labels.ts';
import { loadManifest, PREPROCESSING_PRESETS, type ModelEntry, type Preprocessing } from '../models/manifest.ts';
import { fetchModelFiles, type ModelFiles } from '../models/model-files.ts';
import { importOnnx } from '../onnx/import.ts';
import { readOnnx } from '../onnx/read.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Backend } from './backend.ts';
import { Model, type ModelParts } from './model.ts';
import { holdSharedBackend } from './shared.ts';

export interface LoadProgress {
  readonly loadedBytes: number;
  /** Undefined where the server does not tell. */
  readonly totalBytes: number | undefined;
}

export interface LoadOptions {
  /** How pictures become inputs; for files the manifest does not describe. By default guessed from the input's shape. */
  readonly preprocessing?: Preprocessing | undefined;
  /** Class names, or the address of a JSON list of them. */
  readonly labels?: readonly Label[] | string | URL | undefined;
  /** Readable layer names → names in the file. */
  readonly layers?: Readonly<Record<string, string>> | undefined;
  /** Tensor of the unnormalised class scores, where the last one before a softmax is not it. */
  readonly logits?: string | undefined;
  /** Weight files that lie beside a picked model. */
  readonly beside?: readonly File[] | undefined;
  /** Address of the list of models that names refer to; the bundled ones by default. */
  readonly manifest?: string | URL | undefined;
  /** By default the page's shared WebGPU backend, which lives as long as a model that was loaded for it. */
  readonly backend?: Backend | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Loads a network: by its name in the manifest (`squeezenet1.1`), by the address of an ONNX file, or from a file.
 *
 * Throws UnsupportedEnvironmentError (before anything is downloaded), ModelFetchError, ModelFormatError,
 * UnsupportedOpError (all of the file's at once), ShapeError, ArgumentError; the signal's reason when aborted.
 */
export async function loadModel(source: string | URL | Blob, options: LoadOptions = {}): Promise<Model> {
  if (typeof source !== 'string' && !(source instanceof URL) && !(source instanceof Blob)) {
    const expected = 'the name of a model, the address of an .onnx file, or a file';
    throw new ArgumentError('this is no model', { expected, got: shown(source) });
  }
  if (options.backend) return new Model({ ...(await fetchParts(source, options)), backend: options.backend });
  const { backend: opening, release } = holdSharedBackend();
  try {
    const backend = await opening;
    return new Model({ ...(await fetchParts(source, options)), backend, onDispose: release });
  } catch (error) {
    release();
    throw error;
  }
}

/** All of a model but who runs it. */
type FetchedParts = Omit<ModelParts, 'backend'>;

async function fetchParts(source: string | URL | Blob, options: LoadOptions): Promise<FetchedParts> {
  const { manifest = BUNDLED_MODELS, signal } = options;
  signal?.throwIfAborted();
  if (typeof source !== 'string' || /[/]|\.onnx\b/i.test(source)) {
    return assemble(nameOf(source), await download(source, options), options);
  }
  const entries = await loadManifest(manifest, { signal });
  const entry = Object.hasOwn(entries, source) ? entries[source] : undefined;
  if (!entry) {
    throw new ArgumentError(`there is no model "${source}"`, {
      expected: `${Object.keys(entries).join(', ')}, or the address of an .onnx file`,
      where: String(manifest),
    });
  }
  const { input, labels, logits, layers } = entry;
  const described = { preprocessing: input, labels, logits, layers, ...defined(options) };
  return assemble(entry.title, await download(entry.file, options, entry), described);
}

async function download(source: string | URL | Blob, options: LoadOptions, entry?: ModelEntry): Promise<ModelFiles> {
  const { beside, signal, onProgress } = options;
  return fetchModelFiles(source, {
    sha256: entry?.sha256,
    bytes: entry?.bytes,
    beside,
    signal,
    onProgress: (loadedBytes, totalBytes) => onProgress?.({ loadedBytes, totalBytes }),
  });
}

async function assemble(name: string, files: ModelFiles, options: LoadOptions): Promise<FetchedParts> {
  const { signal, layers, logits, labels } = options;
  const file = await readOnnx(files.bytes, files);
  const image = imageInputOf(file);
  const preprocessing =
    options.preprocessing ?? (await import('./guess.ts')).guessPreprocessing(image, PREPROCESSING_PRESETS.torch);
  const { mean, height, width } = preprocessing;
  const graph = await folded(await importOnnx(file, { shapes: { [image.name]: [1, mean.length, height, width] } }));
  const names = labels === undefined || labels instanceof Array ? labels : await loadLabels(labels, { signal });
  signal?.throwIfAborted();
  return { name, graph, preprocessing, labels: names, layers, logits };
}

/** What `fold` moves into constants, most exporters have moved already. */
async function folded(graph: Graph): Promise<Graph> {
  if (!graph.nodes.some(({ op }) => op === 'batch-norm' || op === 'pad' || op === 'slice')) return graph;
  const { fold } = await import('../graph/fold.ts');
  return fold(graph);
}

/** The input that takes a picture. */
function imageInputOf({ graph }: OnnxModel): OnnxModel['graph']['inputs'][number] {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const image = inputs.find(({ shape }) => shape?.length === 4);
  if (image) return image;
  throw new ShapeError('the network takes no picture', {
    expected: 'an input [n, c, h, w]',
    got: inputs.map(({ name, shape }) => `${name} [${shape?.join(', ') ?? '?'}]`).join(', ') || 'no input',
  });
}

function nameOf(source: string | URL | Blob): string {
  if (source instanceof File) return source.name;
  if (source instanceof Blob) return 'model';
  const name = String(source).split(/[?#]/)[0]!.split('/').at(-1)!;
  try {
    return decodeURIComponent(name) || 'model';
  } catch {
    // A percent sign that stands for nothing but itself
    return name;
  }
}

/** Without the fields that are undefined, so that they do not hide others in a spread. */
function defined(options: LoadOptions): LoadOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
