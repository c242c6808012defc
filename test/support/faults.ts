import { pictureFromRgb } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { fixture } from '../goldens.ts';

/** Preprocessing of the networks of test/fixtures/faults. */
export const FAULTS_INPUT = {
  height: 32,
  width: 32,
  channels: 'RGB',
  mean: [0, 0, 0],
  std: [255, 255, 255],
  resize: 32,
} as const;

export async function faultyFile(name: string): Promise<Blob> {
  return (await fetch(fixture(`faults/${name}`))).blob();
}

/** The picture of test/fixtures/faults as a network sees it; of smaller inputs the first bytes. */
export async function faultySample({ preprocessing }: Pick<Model, 'preprocessing'>): Promise<Sample> {
  const bytes = (await (await fetch(fixture('faults/pic32.json'))).json()) as number[];
  const { height, width } = preprocessing;
  const crop = pictureFromRgb(bytes.slice(0, 3 * height * width), width, height);
  return { crop, placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input: toInput(crop, preprocessing) };
}
