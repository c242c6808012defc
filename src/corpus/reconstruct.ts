import type { Model } from '../engine/model.ts';
import { receptiveField } from '../graph/receptive-field.ts';
import { deconvnet } from '../methods/attribution/deconvnet.ts';
import type { Picture } from '../models/picture.ts';
import { paintGradient } from '../paint/gradient.ts';
import { mapIn, pictureIn } from '../paint/patch.ts';
import type { Strongest } from './observe.ts';
import type { Stimulus } from './stimuli.ts';

/** What drives a unit most, and what in it does. */
export interface Reconstruction extends Strongest {
  /** The part of the picture that the unit sees. */
  readonly patch: Picture;
  /** The unit's activation sent back there by the deconvnet; 0 is middle grey. */
  readonly reconstruction: Picture;
}

/**
 * The strongest stimulus of a channel beside its reconstruction (Zeiler & Fergus 2014, §2.1 and figure 4); undefined where no picture
 * switches the channel on.
 */
export async function reconstruct(
  model: Model,
  tensor: string,
  strongest: Strongest,
  pictures: readonly Stimulus[],
  signal?: AbortSignal,
): Promise<Reconstruction | undefined> {
  const { channel, at, picture, value } = strongest;
  if (!(value > 0)) return undefined;
  const stimulus = pictures[picture]!;
  const { width, height } = stimulus.crop;
  const box = receptiveField(model.graph, tensor, { channel, at }) ?? ([0, 0, width, height] as const);
  const { map } = await deconvnet(model, stimulus, { target: { layer: tensor, channel, at }, signal });
  const part = mapIn(map, box);
  const [, rows, columns] = part.shape as [number, number, number];
  const painted = paintGradient(part.data, rows, columns, { channels: model.preprocessing.channels });
  return { ...strongest, patch: pictureIn(stimulus.crop, box), reconstruction: painted.picture };
}
