import type { Confusion } from '../../src/training.ts';
import type { LiveTraining } from './live-training.ts';
import type { Settings } from './settings.ts';

/** How far a training has come and by which settings, as it is stored: curves, what is taken for what, and the weights. */
export function numbersOf(
  live: LiveTraining,
  settings: Settings & { readonly seed: number },
  confusion: Confusion | undefined,
): object {
  const { classes } = live.material;
  const { weights, heldOut, ...far } = live.result;
  const ids = [...classes.keys()];
  return {
    ...far,
    heldOut: heldOut && { loss: heldOut.loss, accuracy: heldOut.accuracy, count: heldOut.count },
    settings,
    classes,
    curves: live.history.curves,
    confusion: confusion && ids.map((of) => ids.map((as) => confusion.count(of, as))),
    weights,
  };
}
