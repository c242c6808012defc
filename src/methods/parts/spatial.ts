import type { Model } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import type { Layer } from '../../graph/layers.ts';
import type { Value } from '../../ir/graph.ts';
import { opOf } from '../../ops/registry.ts';
import { formatShape } from '../../tensor/shape.ts';

export function isSpatial({ shape }: Pick<Layer, 'shape'>): boolean {
  return shape.length === 4 && shape[2]! * shape[3]! > 1;
}

/** Whether a layer has positions but is not yet the scores of the classes for each position. */
export function isFeatureMap(model: Model, layer: Pick<Layer, 'shape'>): boolean {
  return isSpatial(layer) && !(model.hasHead && layer.shape[1] === model.head.units);
}

/** The deepest layer of feature maps. Throws ArgumentError where there is none. */
export function lastSpatialLayer(model: Model): string {
  // Maps that are turned, such as for a list of them, do not lie as the picture any more.
  const maps = model.layers.filter((layer) => isSpatial(layer) && !opOf(layer.op).permutation);
  const layer = maps.findLast((one) => isFeatureMap(model, one)) ?? maps.at(-1);
  if (layer) return layer.name;
  throw new ArgumentError('the network has no layer with a spatial extent', { where: model.name });
}

/** The tensor of a layer of feature maps. Throws ArgumentError where it has none. */
export function spatialTensor(model: Model, layer: string): Value {
  const value = model.resolve(layer);
  if (isSpatial(value)) return value;
  throw new ArgumentError('the layer has no feature maps', {
    where: `layer "${layer}"`,
    expected: 'a shape [n, c, h, w]',
    got: formatShape(value.shape),
  });
}
