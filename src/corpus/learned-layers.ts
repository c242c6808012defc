import type { Model } from '../engine/model.ts';
import { unfolded } from '../graph/unfolded.ts';
import { opOf } from '../ops/registry.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A layer whose weights are learned: a convolution, or a product with a matrix. */
export interface LearnedLayer {
  readonly name: string;
  /** As the file has them. */
  readonly weights: Tensor;
  /** Tensor of its activations: behind its activation function, where it has one. */
  readonly tensor: string;
  /** Channels of that, or units. */
  readonly channels: number;
  /** It makes maps. */
  readonly isSpatial: boolean;
}

/** The layers of a network that have weights and make maps or units of one picture, in order. */
export function learnedLayers({ graph, layers }: Model): readonly LearnedLayer[] {
  const names = new Map(layers.map(({ tensor, name }) => [tensor, name]));
  return graph.nodes.flatMap((node): LearnedLayer[] => {
    const made = node.outputs[0]!;
    const weights = graph.constants.get(node.inputs[1] ?? '');
    if (!opOf(node.op).product || !weights) return [];
    let tensor = made;
    for (;;) {
      const readers = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
      const [reader] = readers;
      if (readers.length !== 1 || !reader) break;
      const { activation, perChannel, pointwise } = opOf(reader.op);
      const isBias = pointwise === 'arithmetic' && reader.inputs.some((input) => graph.constants.has(input));
      if (activation === undefined && !perChannel && !isBias) break;
      tensor = reader.outputs[0]!;
      if (activation !== undefined) break;
    }
    const { shape } = graph.values.get(tensor)!;
    if (shape[0] !== 1 || (shape.length !== 2 && shape.length !== 4)) return [];
    const isSpatial = shape.length === 4 && shape[2]! * shape[3]! > 1;
    return [
      { name: names.get(made)!, weights: unfolded.get(weights) ?? weights, tensor, channels: shape[1]!, isSpatial },
    ];
  });
}
