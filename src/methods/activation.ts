import type { Model, SampleSource } from '../engine/model.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { forward } from './parts/forward.ts';
import { unitIn, type UnitTarget } from './parts/target.ts';

/**
 * What a layer makes of a picture: [c, h, w], or [c] where it has no places; of "layer:channel" that channel alone, [h, w]
 * or []. One forward pass. Throws ArgumentError naming the layers or channels there are, ImageError for what is no picture.
 */
export async function activation(
  model: Model,
  picture: SampleSource,
  of: string | Pick<UnitTarget, 'layer' | 'channel'>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Tensor> {
  const { layer, channel } = unitIn(model, of);
  const sample = await model.prepare(picture, { signal });
  const [found] = await forward(model, sample, [model.resolve(layer).name], signal);
  const { dtype, shape, data } = found!;
  if (channel === undefined) return { dtype, shape: shape.slice(1), data };
  const places = shape.slice(2);
  const size = sizeOf(places);
  return { dtype, shape: places, data: data.slice(channel * size, (channel + 1) * size) };
}
