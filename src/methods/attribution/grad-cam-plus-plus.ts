import type { Model, SampleSource } from '../../engine/model.ts';
import { camOf, sumOver, weightedMaps, type CamOptions, type LayerAttribution } from './parts/cam.ts';

/** Keeps a denominator from 0, as in pytorch-grad-cam 1.5.7. */
const EPSILON = 1e-6;

/**
 * Grad-CAM++: channels weighted with Σ α · max(g, 0), α = g² / (2g² + ΣA · g³) where g is not 0 (Chattopadhay et al. 2018, §3.2), so
 * that several things of a class count each. It takes the score's exponential as the function to explain, of which the derivatives are
 * the powers of g, and a piecewise linear network.
 */
export function gradCamPlusPlus(
  model: Model,
  picture: SampleSource,
  options: CamOptions = {},
): Promise<LayerAttribution> {
  return camOf('grad-cam++', model, picture, options, (signals) => {
    const { activations, gradient } = signals;
    return weightedMaps(signals, (k) => {
      const total = sumOver(signals, k, (i) => activations[i]!);
      return sumOver(signals, k, (i) => {
        const g = gradient[i]!;
        return g > 0 ? (g ** 2 / (2 * g ** 2 + total * g ** 3 + EPSILON)) * g : 0;
      });
    });
  });
}
