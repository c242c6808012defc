import { onnxFile } from '../onnx/file.ts';
import { Random } from './random.ts';

/** Preprocessing of {@link tinyNet}. */
export const TINY_INPUT = {
  channels: 'RGB',
  mean: [0, 0, 0],
  std: [255, 255, 255],
  height: 32,
  width: 32,
  resize: 'stretch',
} as const;

/** Classes of {@link tinyNet}. */
export const TINY_CLASSES = 5;

/**
 * An ONNX file of a network that runs in no time: convolution, ReLU, max-pool, convolution, global average. `scale` is that
 * of its weights.
 */
export function tinyNet(channels: number = 3, scale: number = 1): Uint8Array<ArrayBuffer> {
  const random = new Random(5);
  const weights = (name: string, dims: number[]): { name: string; dims: number[]; values: number[] } => ({
    name,
    dims,
    values: Array.from({ length: dims.reduce((a, b) => a * b) }, () => (scale * random.normal()) / 2),
  });
  const bytes = onnxFile({
    inputs: [{ name: 'image', dims: ['batch', channels, 32, 32] }],
    outputs: [{ name: 'scores' }],
    initializers: [weights('w1', [4, channels, 3, 3]), weights('w2', [TINY_CLASSES, 4, 3, 3])],
    nodes: [
      { type: 'Conv', name: 'first', inputs: ['image', 'w1'], outputs: ['a'], attributes: { strides: [2, 2] } },
      { type: 'Relu', name: 'active', inputs: ['a'], outputs: ['b'] },
      {
        type: 'MaxPool',
        name: 'pooled',
        inputs: ['b'],
        outputs: ['c'],
        attributes: { kernel_shape: [3, 3], strides: [2, 2] },
      },
      { type: 'Conv', name: 'second', inputs: ['c', 'w2'], outputs: ['d'] },
      { type: 'GlobalAveragePool', name: 'average', inputs: ['d'], outputs: ['e'] },
      { type: 'Flatten', name: 'flat', inputs: ['e'], outputs: ['scores'] },
    ],
  });
  return bytes as Uint8Array<ArrayBuffer>;
}
