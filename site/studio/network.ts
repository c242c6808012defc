import { leaseModel, type Lease } from '../../components/internal/models.ts';
import {
  bundledModels,
  type LoadOptions,
  type LoadProgress,
  type Model,
  type Preprocessing,
} from '../../src/internal.ts';
import { isName, parseStoredId, type NetworkState } from './address.ts';
import { keptFiles } from './files.ts';
import { parseLabelFile } from './labels.ts';
import { parsePreprocessingLine } from './preprocessing.ts';

/** An address names files that this browser has not got: the reader may have them. */
export class FilesWanted extends Error {
  readonly file: string;

  constructor(file: string) {
    super(file);
    this.name = 'FilesWanted';
    this.file = file;
  }
}

/** A network of the studio, held for all figures of the page. */
export interface OpenNetwork {
  /** What the figures' attribute `model` has to say. */
  readonly name: string;
  readonly model: Model;
  /** Names of the files of weights beside it. */
  readonly beside: readonly string[];
  release(): void;
}

/** Tells what differs in more than the layer and unit that are looked at. */
export const keyOf = ({ model, preprocessing, labels }: NetworkState): string =>
  JSON.stringify([model, preprocessing, labels]);

/**
 * Loads a network, from this browser's files where it is the reader's. Figures that have nothing but its `name` as their
 * `model` share it: their lease has the key that is made here. Throws {@link FilesWanted}, and what `loadModel` does.
 */
export async function openNetwork(
  state: NetworkState,
  address: (relative: string) => string,
  onProgress: (progress: LoadProgress) => void,
): Promise<OpenNetwork> {
  const { source, beside } = await sourceOf(state.model, address);
  const given = await labelsOf(state.labels);
  const options: LoadOptions = {
    beside,
    backend: 'auto',
    ...(given && { labels: given }),
    ...(state.preprocessing !== undefined && {
      preprocessing: parsePreprocessingLine(state.preprocessing, bundledPreprocessing(state.model)),
    }),
  };
  const name = keyOf(state);
  const lease: Lease = leaseModel(JSON.stringify({ model: name, backend: 'auto' }), source, options);
  const stop = lease.listen(onProgress);
  try {
    const model = await lease.model;
    return {
      name,
      model,
      beside: beside.map((file) => file.name),
      release: () => {
        lease.release();
      },
    };
  } catch (error) {
    lease.release();
    throw error;
  } finally {
    stop();
  }
}

/** Networks that come along, each once: the list may have several names for one. */
export function bundledNetworks(): { readonly id: string; readonly title: string }[] {
  const all = Object.entries(bundledModels());
  const isLast = (file: string, i: number): boolean => all.slice(i + 1).every(([, other]) => other.file !== file);
  return all.filter(([, { file }], i) => isLast(file, i)).map(([id, { title }]) => ({ id, title }));
}

const bundledPreprocessing = (model: string): Preprocessing | undefined => bundledModels()[model]?.input;

async function sourceOf(
  model: string,
  address: (relative: string) => string,
): Promise<{ readonly source: string | Blob; readonly beside: readonly File[] }> {
  const stored = parseStoredId(model);
  if (!stored) return { source: isName(model) ? model : address(model), beside: [] };
  const files = await keptFiles(stored.sha256);
  if (!files) throw new FilesWanted(stored.name);
  const [source, ...beside] = files;
  return { source, beside };
}

async function labelsOf(id: string | undefined): Promise<LoadOptions['labels']> {
  if (id === undefined) return undefined;
  const stored = parseStoredId(id);
  if (!stored) return id;
  const files = await keptFiles(stored.sha256);
  if (!files) throw new FilesWanted(stored.name);
  const labels = parseLabelFile(await files[0].text());
  // An object by number, as Keras writes it, is looked through where labels are read
  return (Array.isArray(labels) ? labels : Object.values(labels as object)) as LoadOptions['labels'];
}
