import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { axisOf, emit, named } from '../internal/onnx.ts';
import { standardise } from './standardise.ts';
import { alongAxis, reshapeTo } from '../internal/view.ts';

/** Normalisations by the statistics of the picture itself, composed of sums and products: so their gradient is right. */
export const normalisations: Readonly<Record<string, OnnxImporter>> = {
  GroupNormalization: importGroupNorm,
  InstanceNormalization: importInstanceNorm,
  LayerNormalization: importLayerNorm,
};

/** Wu & He 2018, eq. 7. Up to opset 20 scale and bias were one for each group, from 21 on one for each channel. */
function importGroupNorm(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const [images, channels, ...rest] = shape as [number, number, ...number[]];
  const groups = n.int('num_groups', 0);
  if (!(groups > 0 && channels % groups === 0)) {
    n.refuse(`${String(channels)} channels do not make ${String(groups)} groups`);
  }
  expectLists(n, n.opset < 21 ? groups : channels);
  const grouped = [images, groups, (channels / groups) * sizeOf(rest)];
  const x = reshapeTo(n.builder, n.input(0), grouped);
  const { y } = standardise(n.builder, x, [2], n.float('epsilon', 1e-5), n.name);
  if (n.opset >= 21) return [scaled(n, reshapeTo(n.builder, y, shape), shape.length)];
  const result = n.builder.add('mul', [y, alongAxis(n.builder, n.input(1), 1, 3)], {}, { name: n.name });
  const moved = n.builder.add('add', [result, alongAxis(n.builder, n.input(2), 1, 3)], {}, { name: n.name });
  return [reshapeTo(n.builder, moved, shape, named(n))];
}

/** Ulyanov et al. 2016, eq. 2. */
function importInstanceNorm(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  expectLists(n, shape[1]!);
  const axes = [...shape.keys()].slice(2);
  const { y } = standardise(n.builder, n.input(0), axes, n.float('epsilon', 1e-5), n.name);
  return [scaled(n, y, shape.length)];
}

/** Ba et al. 2016, over the axes from the given one on. */
function importLayerNorm(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axes = [...shape.keys()].slice(axisOf(n, n.int('axis', -1), shape.length));
  const { y, mean, scale } = standardise(n.builder, n.input(0), axes, n.float('epsilon', 1e-5), n.name);
  if (!n.given(2)) return [emit(n, 'mul', [y, n.input(1)]), mean, scale];
  const weighted = n.builder.add('mul', [y, n.input(1)], {}, { name: n.name });
  return [emit(n, 'add', [weighted, n.input(2)]), mean, scale];
}

/** y · scale + bias with a number for each channel. */
export function scaled(n: OnnxNode, y: string, rank: number): string {
  const [scale, bias] = [1, 2].map((index) => alongAxis(n.builder, n.input(index), 1, rank)) as [string, string];
  return emit(n, 'add', [n.builder.add('mul', [y, scale], {}, { name: n.name }), bias]);
}

/** Refuses scales and biases that would broadcast in another way than they are meant. */
function expectLists(n: OnnxNode, length: number): void {
  for (const index of [1, 2]) {
    const { shape } = n.value(index);
    if (shape.length === 1 && shape[0] === length) continue;
    n.refuse(
      `input ${String(index)} has the shape [${shape.join(', ')}]; in opset ${String(n.opset)} it is [${String(length)}]`,
    );
  }
}
