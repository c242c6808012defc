import { checkList, shown } from '../check.ts';
import type { Model, Sample } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_EXAMPLE_BYTES, MAX_LABELS } from '../limits.ts';
import { examples, type Examples } from '../methods/training/examples.ts';
import { cutImage } from '../models/image.ts';
import type { Preprocessing } from '../models/manifest.ts';
import { toInput } from '../models/preprocess.ts';
import type { Corpus, PicturePreparer, Skipped } from './feed.ts';
import { preparedImages } from './feed.ts';

/** How pictures become numbers; a Model says it too. */
export interface PictureInput extends PicturePreparer {
  readonly preprocessing: Preprocessing;
}

/** Of a network that is not there yet. */
export function pictureInput(preprocessing: Preprocessing): PictureInput {
  const prepare: PictureInput['prepare'] = async (source, options): Promise<Sample> => {
    const { crop, placement } = await cutImage(source, preprocessing, options);
    return { crop, placement, input: toInput(crop, preprocessing) };
  };
  return { preprocessing, prepare };
}

export interface CorpusExampleOptions {
  /** The classes, in the order in which a network gives them. */
  readonly classes: readonly string[];
  /** The class of a picture by its id, such as its folder; the label of its entry by default. Undefined leaves it out. */
  readonly classOf?: ((id: string) => string | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many pictures are ready. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
}

/**
 * The pictures of a corpus as a network sees them, with their classes, to learn from: in memory as bytes. Pictures that cannot
 * be read are left out, and told of. Throws ArgumentError for a class that is none of them, for more pictures than fit into memory, and
 * where none is left; AbortError.
 */
export async function examplesOf(
  corpus: Corpus,
  model: PictureInput | Model,
  { classes, classOf = (id) => corpus.entries.get(id)?.label, signal, onProgress, onSkip }: CorpusExampleOptions,
): Promise<Examples> {
  checkList('the list of classes', classes, MAX_LABELS);
  const { mean, std, height: h, width: w } = model.preprocessing;
  const c = mean.length;
  const plane = h * w;
  const labels: number[] = [];
  const pictures: Uint8Array[] = [];
  for await (const { id, sample } of preparedImages(model, corpus, { signal, onSkip })) {
    const name = classOf(id);
    if (name === undefined) continue;
    const label = classes.indexOf(name);
    if (label < 0) {
      throw new ArgumentError(`picture "${id}" is of no class`, { expected: classes.join(', '), got: shown(name) });
    }
    labels.push(label);
    // What went in were bytes.
    const { data } = sample.input;
    const bytes = new Uint8Array(c * plane);
    for (let i = 0; i < bytes.length; i++) {
      const channel = Math.floor(i / plane);
      bytes[i] = Math.round(data[i]! * std[channel]! + mean[channel]!);
    }
    if ((pictures.length + 1) * bytes.length > MAX_EXAMPLE_BYTES) {
      throw new ArgumentError('these are more pictures than fit into memory', {
        expected: `at most ${Math.floor(MAX_EXAMPLE_BYTES / bytes.length)} of ${c}×${h}×${w}`,
        remedy: 'Take fewer pictures of each class.',
      });
    }
    pictures.push(bytes);
    onProgress?.(pictures.length);
  }
  if (pictures.length === 0) throw new ArgumentError('there is no picture to learn from', { where: 'the corpus' });
  const images = new Uint8Array(pictures.length * c * plane);
  for (const [i, bytes] of pictures.entries()) images.set(bytes, i * bytes.length);
  return examples({ images, labels, classes: classes.length, shape: [c, h, w], mean, std });
}
