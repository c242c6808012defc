import { checkList, shown } from '../check.ts';
import type { Model } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_LABELS } from '../limits.ts';
import { examples, type Examples } from '../methods/training/examples.ts';
import type { Corpus } from './feed.ts';
import { preparedImages } from './feed.ts';

export interface CorpusExampleOptions {
  /** The classes, in the order in which a network gives them. */
  readonly classes: readonly string[];
  /** The class of a picture by its id, such as its folder; the label of its entry by default. Undefined leaves it out. */
  readonly classOf?: ((id: string) => string | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many pictures are ready. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * The pictures of a corpus as a network sees them, with their classes, to learn from: in memory as bytes. Pictures that cannot
 * be read are left out. Throws ArgumentError for a class that is none of them, and where no picture is left; AbortError.
 */
export async function examplesOf(
  corpus: Corpus,
  model: Model,
  { classes, classOf = (id) => corpus.entries.get(id)?.label, signal, onProgress }: CorpusExampleOptions,
): Promise<Examples> {
  checkList('the list of classes', classes, MAX_LABELS);
  const [, c, h, w] = model.input.shape as [number, number, number, number];
  const { mean, std } = model.preprocessing;
  const plane = h * w;
  const labels: number[] = [];
  const pictures: Uint8Array[] = [];
  for await (const { id, sample } of preparedImages(model, corpus, { signal })) {
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
    pictures.push(bytes);
    onProgress?.(pictures.length);
  }
  if (pictures.length === 0) throw new ArgumentError('there is no picture to learn from', { where: 'the corpus' });
  const images = new Uint8Array(pictures.length * c * plane);
  for (const [i, bytes] of pictures.entries()) images.set(bytes, i * bytes.length);
  return examples({ images, labels, classes: classes.length, shape: [c, h, w], mean, std });
}
