import type { Model, SampleSource } from '../../engine/model.ts';
import { camOf, type CamOptions, type LayerAttribution } from './parts/cam.ts';

/**
 * LayerCAM: positive part of the gradient × activation at each position, added over the channels (Jiang et al. 2021, §III-B). Made for
 * early layers, whose maps are sharp; it assumes activations of one sign, as behind a ReLU, and says nothing of what speaks against.
 */
export function layerCam(model: Model, picture: SampleSource, options: CamOptions = {}): Promise<LayerAttribution> {
  return camOf('layer-cam', model, picture, options, ({ activations, gradient, plane }) => {
    const map = new Float64Array(plane);
    for (let i = 0; i < activations.length; i++) map[i % plane]! += Math.max(gradient[i]!, 0) * activations[i]!;
    return map;
  });
}
