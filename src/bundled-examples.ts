import fashion from '../models/fashion-mnist/description.json' with { type: 'json' };
import { addBundled, fetchBundled } from './bundled.ts';
import { checkList, shown } from './check.ts';
import { readIdxExamples, type IdxExampleOptions, type IdxFile } from './corpus/idx.ts';
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
  /** In the order of the labels. */
  readonly classes: readonly string[];
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
  const isName = typeof source === 'string';
  const addresses = isName ? named(source) : source;
  const classes = checkList('the list of classes', addresses.classes, MAX_LABELS);
  const { signal } = options;
  const fetched = async (address: string | URL): Promise<IdxFile> => {
    const load = async (from: string | URL): Promise<IdxFile> =>
      (await download(resolveUrl(from, ModelFetchError), ModelFetchError, { signal })).bytes;
    return isName ? fetchBundled(String(address), load) : load(address);
  };
  const read = async ({ images, labels }: IdxAddresses): Promise<Examples> => {
    const [pictures, names] = await Promise.all([fetched(images), fetched(labels)]);
    return readIdxExamples({ images: pictures, labels: names, classes: classes.length, ...options });
  };
  const [training, heldOut] = await Promise.all([read(addresses.training), read(addresses.heldOut)]);
  return { classes, training, heldOut };
}

function named(name: string): ExampleAddresses {
  const known = Object.hasOwn(BUNDLED, name) ? BUNDLED[name] : undefined;
  if (!known) {
    throw new ArgumentError(`there are no examples ${shown(name)}`, { expected: Object.keys(BUNDLED).join(', ') });
  }
  addBundled(SHIPPED);
  return known;
}
