import {
  ArgumentError,
  PREPROCESSING_PRESETS,
  shown,
  type Corpus,
  type Model,
  type Preprocessing,
  type Skipped,
} from '../../src/internal.ts';
import {
  examplesOf,
  fetchExamples,
  newHead,
  orderOf,
  pictureInput,
  sequential,
  split,
  type ExampleAddresses,
  type Examples,
  type LabelledSet,
  type Network,
} from '../../src/training.ts';
import { layersFor } from './settings.ts';

/** What a page's own script may give to learn from. */
export type OwnExamples =
  Examples | (Pick<LabelledSet, 'training' | 'heldOut'> & Partial<Pick<LabelledSet, 'classes'>>);

/** Pictures to learn from, and others to be tried on where there are enough. */
export interface Material {
  readonly classes: readonly string[];
  readonly training: Examples;
  readonly heldOut: Examples | undefined;
  /** Order of the planes of a picture. */
  readonly channels: Preprocessing['channels'];
  /** What a reader should know of them. */
  readonly notes: readonly string[];
}

/** Pictures of readers for a network that has no size of its own. */
const OWN_PICTURES: Preprocessing = { height: 32, width: 32, resize: 32, ...PREPROCESSING_PRESETS.torch };
/** Share of such pictures that is held out. */
const HELD_OUT = 0.2;
/** Pictures of a class that are few. */
const FEW = 10;

/**
 * Labelled pictures by name, by the addresses of IDX files as JSON, or those of a script. Throws ArgumentError, ModelFetchError,
 * AbortError.
 */
export async function fetchMaterial(
  source: string | OwnExamples,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<Material> {
  const set = typeof source === 'string' ? await fetchExamples(parseSource(source), { signal }) : checkExamples(source);
  const { training, heldOut } = 'training' in set ? set : split(set, { heldOut: HELD_OUT, seed });
  const named = 'classes' in set ? set.classes : undefined;
  const classes = named ?? Array.from({ length: training.outputs }, (_, i) => `class ${i}`);
  return { classes, training, heldOut, channels: orderOf(training), notes: [] };
}

/** What a script without types gave. */
function checkExamples(given: OwnExamples): OwnExamples {
  const one: unknown = 'training' in Object(given) ? (given as LabelledSet).training : given;
  const { images, targets, shape } = (one ?? {}) as Partial<Examples>;
  if (images && targets && Array.isArray(shape)) return given;
  throw new ArgumentError('these are no examples', {
    where: 'data',
    expected: 'what `examples` returns',
    got: shown(given),
  });
}

/** A name, or `{"training": {"images": …, "labels": …}, "heldOut": {…}, "classes": […]}`; addresses are relative to the page. */
function parseSource(text: string): string | ExampleAddresses {
  if (!text.trim().startsWith('{')) return text;
  try {
    return JSON.parse(text) as ExampleAddresses;
  } catch (cause) {
    throw new ArgumentError('the attribute is not JSON', { where: 'examples', got: shown(text), cause });
  }
}

/**
 * Pictures of the reader, whose labels are their classes, as a network sees them. Throws ArgumentError where there are not two
 * classes; AbortError.
 */
export async function ownMaterial(
  corpus: Corpus,
  model: Model | undefined,
  {
    seed,
    signal,
    onProgress,
  }: { readonly seed: number; readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<Material> {
  const input = model ?? pictureInput(OWN_PICTURES);
  const labels = [...corpus.entries.values()].map(({ label }) => label);
  const classes = [...new Set(labels.filter((label) => label !== undefined))];
  if (classes.length < 2) {
    throw new ArgumentError('there is nothing to tell apart', {
      expected: 'two classes at least: a folder of pictures for each',
      got: classes.length === 1 ? `only ${shown(classes[0])}` : 'pictures that lie in no folder',
    });
  }
  const skipped: Skipped[] = [];
  const all = await examplesOf(corpus, input, {
    classes,
    signal,
    onProgress,
    onSkip: (picture) => skipped.push(picture),
  });
  const { training, heldOut } = split(all, { heldOut: HELD_OUT, seed });
  const counted = classes.map((name) => [name, labels.filter((label) => label === name).length] as const);
  const few = counted.filter(([, count]) => count < FEW);
  const notes = [
    ...few.map(
      ([name, count]) => `Of ${shown(name)} there ${count === 1 ? 'is one picture' : `are ${count} pictures`}: few.`,
    ),
    ...(heldOut ? [] : ['There are too few pictures to hold any out: nothing tells how good it is at others.']),
    ...skipped.slice(0, 3).map(({ reason }) => reason),
    ...(skipped.length > 3 ? [`${skipped.length - 3} more pictures could not be read.`] : []),
  ];
  return { classes, training, heldOut, channels: input.preprocessing.channels, notes };
}

/** What learns: layers from a seed, or a network with a new end. Throws ArgumentError, ShapeError. */
export function networkFor(
  { training, classes }: Material,
  { network, model, seed }: { readonly network: string; readonly model: Model | undefined; readonly seed: number },
): Promise<Network> {
  if (model) return newHead(model, classes.length, seed);
  const input = training.shape as readonly [number, number, number];
  return sequential(layersFor(network, training.outputs), { input, seed });
}
