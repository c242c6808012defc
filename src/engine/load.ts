import { shown } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import type { Op } from '../ir/op.ts';
import { loadLabels, parseLabels, type Label } from '../models/labels.ts';
import { HEAD_KINDS, type HeadKind, type Preprocessing } from '../models/manifest.ts';
import type { ModelFiles } from '../models/model-files.ts';
import { importOnnx } from '../onnx/import.ts';
import { readOnnx } from '../onnx/read.ts';
import { opOf } from '../ops/registry.ts';
import { inSlices } from '../work/steps.ts';
import type { Backend } from './backend.ts';
import { findModel } from './find-model.ts';
import { Model, type ModelParts } from './model.ts';
import { expectFiniteWeights } from './numbers.ts';
import { pictureInputOf } from './picture-input.ts';
import { holdSharedBackend, type BackendChoice, type BackendHold } from './shared.ts';

export interface LoadProgress {
  readonly loadedBytes: number;
  /** Undefined where the server does not tell. */
  readonly totalBytes: number | undefined;
  /** For how long the server has sent nothing, ms; told every few seconds. */
  readonly silentMs: number;
}

export interface LoadOptions {
  /** How pictures become inputs; for files the manifest does not describe. By default guessed from the file. */
  readonly preprocessing?: Preprocessing | undefined;
  /** Class names in the order of the scores, or the address of a JSON list of them. */
  readonly labels?: readonly (Label | string)[] | string | URL | undefined;
  /** Readable layer names → names in the file. */
  readonly layers?: Readonly<Record<string, string>> | undefined;
  /** Tensor of the class scores, before or after a softmax or sigmoid; found in the file by default. */
  readonly logits?: string | undefined;
  /** What these mean: one of many classes, several of many, yes or no, or values. Found in the file by default. */
  readonly head?: HeadKind | undefined;
  /** Weight files that lie beside a picked model. */
  readonly beside?: readonly File[] | undefined;
  /** Address of the list of models that names refer to; the bundled ones by default. */
  readonly manifest?: string | URL | undefined;
  /**
   * Who computes: one that you made, or the page's shared one of a kind, which lives as long as a model that was opened on it.
   * `auto`, the default, is the GPU where there is one; else the CPU, in a Worker.
   */
  readonly backend?: Backend | BackendChoice | undefined;
  /** The shared backend is opened when something is first to be run: for those who may only want to look. */
  readonly later?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Loads a network: by its name in the manifest (`squeezenet1.1`), by the address of an ONNX file, or from a file.
 *
 * Throws UnsupportedEnvironmentError (before anything is downloaded), ModelFetchError, ModelFormatError,
 * UnsupportedOpError (all of the file's at once), ShapeError, ArgumentError (labels, logits or head that do not fit the
 * network among them); the signal's reason when aborted.
 */
export async function loadModel(source: string | URL | Blob, options: LoadOptions = {}): Promise<Model> {
  if (typeof source !== 'string' && !(source instanceof URL) && !(source instanceof Blob)) {
    const expected = 'the name of a model, the address of an .onnx file, or a file';
    throw new ArgumentError('this is no model', { expected, got: shown(source) });
  }
  const { backend = 'auto', later = false } = options;
  const parts = (): Promise<FetchedParts> => fetchParts(source, options);
  if (typeof backend !== 'string') return new Model({ ...(await parts()), backend });
  const hold = (): BackendHold => holdSharedBackend(backend);
  if (later) return new Model({ ...(await parts()), backend: hold });
  const opening = hold();
  try {
    await opening.backend;
    const model = new Model({ ...(await parts()), backend: hold });
    await model.open();
    return model;
  } finally {
    opening.release();
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
    onProgress: (loadedBytes, totalBytes, silentMs) => onProgress?.({ loadedBytes, totalBytes, silentMs }),
  });
  if (!entry) return assemble(nameOf(source), files, options);
  const { title, input, logits, head, layers, labels: list } = entry;
  const labels = options.labels ?? (list && (await fetchBeside(list, (address) => loadLabels(address, { signal }))));
  return assemble(title, files, { preprocessing: input, logits, head, layers, ...defined(options), labels });
}

async function assemble(name: string, files: ModelFiles, options: LoadOptions): Promise<FetchedParts> {
  const { signal, layers, logits, labels, head } = options;
  if (head !== undefined && !HEAD_KINDS.includes(head)) {
    throw new ArgumentError('there is no such head', { expected: HEAD_KINDS.join(', '), got: head });
  }
  const names =
    labels === undefined || labels instanceof Array
      ? labels && parseLabels(labels)
      : await loadLabels(labels, { signal });
  const file = await readOnnx(files.bytes, { ...files, consume: true });
  const image = pictureInputOf(file, options.preprocessing);
  const guess = options.preprocessing ? undefined : (await import('./guess.ts')).guessPreprocessing(file, image);
  const given = options.preprocessing ?? guess!.preprocessing;
  const preprocessing = image.whole ? withoutScale(given) : given;
  const { mean, height, width } = preprocessing;
  const shapes = { [image.name]: [1, mean.length, height, width] };
  const imported = await importOnnx(file, { shapes, pictures: { [image.name]: image.layout }, signal });
  const graph = await folded(imported, image.layout !== 'nchw', signal);
  await expectFiniteWeights(graph, signal);
  signal?.throwIfAborted();
  return { name, graph, preprocessing, guess: guess?.reason, labels: names, layers, logits, head };
}

/** An input of bytes takes pictures as they are: what has to be done to them is in the file. */
function withoutScale(preprocessing: Preprocessing): Preprocessing {
  const { mean, std } = preprocessing;
  return { ...preprocessing, mean: mean.map(() => 0), std: std.map(() => 1) };
}

/**
 * What `fold` moves into constants or leaves out, most exporters have moved already: then its code is not fetched. A picture
 * that is turned to what the file takes is mostly turned back by the file.
 */
async function folded(graph: Graph, isTurned: boolean, signal: AbortSignal | undefined): Promise<Graph> {
  const isFoldable = ({ perChannel, zeroBorder, isIdentity, permutation, view }: Op): boolean =>
    !view && [perChannel, zeroBorder, isIdentity, permutation].some((trait) => trait !== undefined);
  if (!isTurned && !graph.nodes.some(({ op }) => isFoldable(opOf(op)))) return graph;
  const { folding } = await import('../graph/fold.ts');
  return inSlices(folding(graph), signal);
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
