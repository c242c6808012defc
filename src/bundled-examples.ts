import fashion from '../models/fashion-mnist/description.json' with { type: 'json' };
import { addBundled, fetchBundled } from './bundled.ts';
import { checkList, shown } from './check.ts';
import { readIdxExamples, type IdxExampleOptions } from './corpus/idx.ts';
import { ArgumentError, ModelFetchError } from './errors.ts';
import { MAX_LABELS } from './limits.ts';
import type { Examples } from './methods/training/examples.ts';
import { download, resolveUrl } from './models/internal/http.ts';

/** Addresses of the IDX files of some pictures and their labels. */
export interface IdxAddresses {
  readonly images: string | URL;
  readonly labels: string | URL;
}

/** Where a set of labelled pictures lies. */
export interface ExampleAddresses {
  readonly training: IdxAddresses;
  readonly heldOut: IdxAddresses;
  /** In the order of the labels; by default they are numbered, as many as the labels to learn from have. */
  readonly classes?: readonly string[] | undefined;
}

export type FetchExamplesOptions = Pick<IdxExampleOptions, 'mean' | 'std' | 'signal'>;

/** Pictures to learn from, and others to be tried on. */
export interface LabelledSet {
  readonly classes: readonly string[];
  readonly training: Examples;
  readonly heldOut: Examples;
}

/** What comes with the library, by name: where it is asked for like a network, and each address is written out for bundlers. */
const BUNDLED: Readonly<Record<string, ExampleAddresses>> = {
  'fashion-mnist': {
    training: {
      images: 'fashion-mnist/train-images-idx3-ubyte.gz',
      labels: 'fashion-mnist/train-labels-idx1-ubyte.gz',
    },
    heldOut: {
      images: 'fashion-mnist/t10k-images-idx3-ubyte.gz',
      labels: 'fashion-mnist/t10k-labels-idx1-ubyte.gz',
    },
    classes: fashion.classes,
  },
};

const SHIPPED: Readonly<Record<string, () => URL>> = {
  'fashion-mnist/train-images-idx3-ubyte.gz': () =>
    new URL('../models/fashion-mnist/train-images-idx3-ubyte.gz', import.meta.url),
  'fashion-mnist/train-labels-idx1-ubyte.gz': () =>
    new URL('../models/fashion-mnist/train-labels-idx1-ubyte.gz', import.meta.url),
  'fashion-mnist/t10k-images-idx3-ubyte.gz': () =>
    new URL('../models/fashion-mnist/t10k-images-idx3-ubyte.gz', import.meta.url),
  'fashion-mnist/t10k-labels-idx1-ubyte.gz': () =>
    new URL('../models/fashion-mnist/t10k-labels-idx1-ubyte.gz', import.meta.url),
};

/**
 * Labelled pictures by name (`fashion-mnist`: 2,400 of its pictures to learn from, 800 held out, as many of each class), or from
 * the addresses of IDX files.
 *
 * Throws ArgumentError for a name that there is not, and as {@link readIdxExamples}; ModelFetchError; AbortError.
 */
export async function fetchExamples(
  source: string | ExampleAddresses,
  options: FetchExamplesOptions = {},
): Promise<LabelledSet> {
  const addresses = typeof source === 'string' ? named(source) : checkAddresses(source);
  const load = (address: string | URL): Promise<File> => loadFile(address, options);
  const fetched = (address: string | URL): Promise<File> =>
    typeof source === 'string' ? fetchBundled(String(address), load) : load(address);
  const both = ({ images, labels }: IdxAddresses): Promise<[File, File]> =>
    Promise.all([fetched(images), fetched(labels)]);
  const [toLearn, toTry] = await Promise.all([both(addresses.training), both(addresses.heldOut)]);

  const names = checkList('the list of classes', addresses.classes ?? [], MAX_LABELS);
  const read = ([images, labels]: [File, File], classes: number | undefined): Promise<Examples> =>
    readIdxExamples({ ...options, images, labels, classes });
  const training = await read(toLearn, names.length || undefined);
  const heldOut = await read(toTry, training.outputs);
  const classes = names.length > 0 ? names : Array.from({ length: training.outputs }, (_, i) => String(i));
  return { classes, training, heldOut };
}

/** A file that begins as an IDX file or one that is gzip-compressed; its name is its address. Throws ModelFetchError. */
async function loadFile(address: string | URL, { signal }: FetchExamplesOptions): Promise<File> {
  const url = resolveUrl(address, ModelFetchError);
  const { bytes, type } = await download(url, ModelFetchError, { signal });
  if (bytes[0] !== 0 && bytes[0] !== 0x1f) {
    throw new ModelFetchError('something else came instead of the file', {
      where: url.href,
      expected: 'an IDX file',
      got: type || `${bytes.length} bytes`,
      remedy: 'Check the address: some servers answer a wrong one with a page.',
    });
  }
  return new File([bytes], url.href);
}

/** Of a script without types. */
function checkAddresses(given: ExampleAddresses): ExampleAddresses {
  for (const set of ['training', 'heldOut'] as const) {
    const { images, labels } = (Object(given) as Partial<ExampleAddresses>)[set] ?? {};
    if ([images, labels].every((address) => typeof address === 'string' || address instanceof URL)) continue;
    const expected = 'the addresses of images and labels';
    throw new ArgumentError('the files are not named', { where: set, expected, got: shown([images, labels]) });
  }
  return given;
}

function named(name: string): ExampleAddresses {
  const known = Object.hasOwn(BUNDLED, name) ? BUNDLED[name] : undefined;
  if (!known) {
    throw new ArgumentError(`there are no examples ${shown(name)}`, { expected: Object.keys(BUNDLED).join(', ') });
  }
  addBundled(SHIPPED);
  return known;
}
