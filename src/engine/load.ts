import { ShapeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { loadLabels, type Label } from '../models/labels.ts';
import { PREPROCESSING_PRESETS, type Preprocessing } from '../models/manifest.ts';
import type { ModelFiles } from '../models/model-files.ts';
import { importOnnx } from '../onnx/import.ts';
import { readOnnx } from '../onnx/read.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Backend } from './backend.ts';
import { findModel } from './find-model.ts';
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
  const { manifest, beside, signal, onProgress } = options;
  signal?.throwIfAborted();
  const { files, entry, fetchBeside } = await findModel(source, {
    manifest,
    beside,
    signal,
    onProgress: (loadedBytes, totalBytes) => onProgress?.({ loadedBytes, totalBytes }),
  });
  if (!entry) return assemble(nameOf(source), files, options);
  const { title, input, logits, layers, labels: list } = entry;
  const labels = options.labels ?? (list && (await fetchBeside(list, (address) => loadLabels(address, { signal }))));
  return assemble(title, files, { preprocessing: input, logits, layers, ...defined(options), labels });
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
  return decodeURIComponent(String(source).split(/[?#]/)[0]!.split('/').at(-1)!) || 'model';
}

/** Without the fields that are undefined, so that they do not hide others in a spread. */
function defined(options: LoadOptions): LoadOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
