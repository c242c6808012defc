import type { Model, SampleSource } from '../../engine/model.ts';
import { camOf, sumOver, weightedMaps, type CamOptions, type LayerAttribution } from './parts/cam.ts';

/** Keeps a denominator from 0, as in pytorch-grad-cam 1.5.7. */
const EPSILON = 1e-7;

/**
 * XGrad-CAM: Grad-CAM with weights Σ g · A / ΣA, which come nearest to a map whose sum is the score and that changes by what a channel is
 * worth when it is taken away (Fu et al. 2020, §3.3). It assumes activations that do not add up to 0, as behind a ReLU.
 */
export function xGradCam(model: Model, picture: SampleSource, options: CamOptions = {}): Promise<LayerAttribution> {
  return camOf('x-grad-cam', model, picture, options, (signals) => {
    const { activations, gradient } = signals;
    return weightedMaps(signals, (k) => {
      const total = sumOver(signals, k, (i) => activations[i]!);
      return sumOver(signals, k, (i) => gradient[i]! * activations[i]!) / (total + EPSILON);
    });
  });
}
