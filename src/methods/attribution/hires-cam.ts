import type { Model, SampleSource } from '../../engine/model.ts';
import { camOf, type CamOptions, type LayerAttribution } from './parts/cam.ts';

/**
 * HiResCAM: gradient × activation at each position, added over the channels (Draelos & Carin 2020, §3). Where the rest of the network
 * is piecewise linear without biases, its sum is the score. The same as Grad-CAM where the gradient is constant over each map.
 */
export function hiResCam(model: Model, picture: SampleSource, options: CamOptions = {}): Promise<LayerAttribution> {
  return camOf('hires-cam', model, picture, options, ({ activations, gradient, plane }) => {
    const map = new Float64Array(plane);
    for (let i = 0; i < activations.length; i++) map[i % plane]! += gradient[i]! * activations[i]!;
    return map;
  });
}
