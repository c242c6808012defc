import type { Recording, TrainingStudy } from '../../src/training.ts';
import type { Shot } from './film.ts';

export interface Studied {
  readonly recording: Recording;
  readonly study: TrainingStudy;
  readonly shot: Shot;
  /** Of the pictures [pictures, 2], by checkpoint. */
  readonly places: readonly (Float32Array | undefined)[];
}

/** What is known of a training, as it is stored: of each checkpoint what was measured, how like the end each layer is, and the map. */
export function numbersOf({ recording: { checkpoints, curves }, study, shot, places }: Studied): object {
  return {
    checkpoints: checkpoints.map(({ step, epoch, loss, accuracy, heldOutLoss, heldOutAccuracy }, i) => ({
      ...{ step, epoch, loss, accuracy, heldOutLoss, heldOutAccuracy },
      layers: study.at(i)?.map(({ name, cka, svcca, cosine }) => ({ name, cka, svcca, cosine })),
      places: places[i],
    })),
    curves,
    shown: shot,
    adapter: study.adapter,
    ms: study.ms,
  };
}
