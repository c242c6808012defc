import type { Model, Sample } from '../engine/model.ts';
import { ShapeError } from '../errors.ts';
import type { Examples } from '../methods/training/examples.ts';
import { pictureFromRgb } from '../models/picture.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { float32 } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { preparedImages, type Corpus } from './feed.ts';

/** A picture of a fixed set that is shown to a network again and again. */
export interface Stimulus extends Pick<Sample, 'crop' | 'input'> {
  /** What it is of, where that is known. */
  readonly label: string | undefined;
}

export interface StimuliOptions {
  /** The most that are taken. */
  readonly count: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Some of the examples, in regular distances through all of them, as a network takes them: bytes less its mean, over its deviation.
 * Throws ShapeError where they are not of the size that it takes, or no bytes.
 */
export async function stimuliOfExamples(
  { images, targets, shape, count: all }: Examples,
  model: Model,
  { classes, count, signal }: StimuliOptions & { readonly classes: readonly string[] },
): Promise<readonly Stimulus[]> {
  const [, c, height, width] = model.input.shape as [number, number, number, number];
  if (!sameShape([c, height, width], shape) || !(images.values instanceof Uint8Array)) {
    throw new ShapeError('the pictures are not what the network takes', {
      expected: `bytes ${formatShape([c, height, width])}`,
      got: formatShape(shape),
    });
  }
  const breathe = breather(signal);
  const { mean, std } = model.preprocessing;
  const plane = height * width;
  const stimuli: Stimulus[] = [];
  const taken = Math.min(count, all);
  for (let i = 0; i < taken; i++) {
    await breathe();
    const at = Math.floor((i * all) / taken);
    const bytes = images.values.subarray(at * c * plane, (at + 1) * c * plane);
    const input = Float32Array.from(
      bytes,
      (byte, k) => (byte - mean[Math.floor(k / plane)]!) / std[Math.floor(k / plane)]!,
    );
    const rgb = Uint8Array.from({ length: 3 * plane }, (_, k) => bytes[((k % 3) % c) * plane + Math.floor(k / 3)]!);
    const label = targets.values.subarray(at * targets.size, (at + 1) * targets.size).indexOf(1);
    stimuli.push({
      input: float32([1, c, height, width], input),
      crop: pictureFromRgb(rgb, width, height),
      label: classes[label],
    });
  }
  return stimuli;
}

/** The first pictures of a corpus as a network sees them; those that cannot be read are left out. */
export async function stimuliOfCorpus(
  corpus: Corpus,
  model: Model,
  { count, signal }: StimuliOptions,
): Promise<readonly Stimulus[]> {
  const stimuli: Stimulus[] = [];
  for await (const { id, sample } of preparedImages(model, corpus, { signal })) {
    stimuli.push({ input: sample.input, crop: sample.crop, label: corpus.entries.get(id)?.label });
    if (stimuli.length === count) break;
  }
  return stimuli;
}
