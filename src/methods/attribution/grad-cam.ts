import type { Model, SampleSource } from '../../engine/model.ts';
import { camOf, sumOver, weightedMaps, type CamOptions, type LayerAttribution } from './parts/cam.ts';

/**
 * Grad-CAM: the feature maps of a layer, each weighted with the mean of the gradient over its positions (Selvaraju et al. 2017, §3).
 * It assumes that a channel counts the same wherever it is active, which holds where the rest of the network is a mean and a
 * product; further up the mean may cancel what is different from place to place.
 */
export function gradCam(model: Model, picture: SampleSource, options: CamOptions = {}): Promise<LayerAttribution> {
  return camOf('grad-cam', model, picture, options, (signals) =>
    weightedMaps(signals, (k) => sumOver(signals, k, (i) => signals.gradient[i]!) / signals.plane),
  );
}
