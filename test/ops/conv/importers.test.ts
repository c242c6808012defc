import type { Shape } from '../../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import { check, refused } from '../importing.ts';

/** Ones in a shape. */
function ones(...shape: number[]): Tensor {
  return float32(shape, new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(1));
}

describe('importers of convolutions', () => {
  it('Conv: the kernel is that of the filters, one spatial axis becomes a row, volumes are refused', async () => {
    await check({ type: 'Conv', x: [1, 1, 2, 3], constants: [ones(1, 1, 2, 2)] }, [1, 1, 1, 2], [12, 16]);
    const attributes = { strides: [2], pads: [1, 0], dilations: [2] };
    const constants = [ones(1, 1, 2), float32([1], [10])];
    await check({ type: 'Conv', attributes, x: [1, 1, 5], constants }, [1, 1, 2], [12, 16]);
    await check(
      { type: 'Conv', attributes: { group: 2 }, x: [1, 2, 2], constants: [ones(2, 1, 1)] },
      [1, 2, 2],
      [1, 2, 3, 4],
    );
    await refused({ type: 'Conv', x: [1, 1, 3, 3, 3], constants: [ones(1, 1, 2, 2, 2)] }, '3 spatial axes');
  });

  it('Conv: auto_pad counts, pads beside it do not', async () => {
    const auto = (mode: string) => ({ auto_pad: mode, pads: [9, 9] });
    const spec = { type: 'Conv', x: [1, 1, 3], constants: [ones(1, 1, 2)] };
    await check({ ...spec, attributes: auto('SAME_UPPER') }, [1, 1, 3], [3, 5, 3]);
    await check({ ...spec, attributes: auto('SAME_LOWER') }, [1, 1, 3], [1, 3, 5]);
    await check({ ...spec, attributes: auto('VALID') }, [1, 1, 2], [3, 5]);
    await refused({ ...spec, attributes: auto('SAME') }, 'auto_pad "SAME"');
  });

  it('ConvTranspose: output_padding, output_shape, a bias, one spatial axis', async () => {
    const spec = { type: 'ConvTranspose', x: [1, 1, 2] as Shape };
    const constants = [ones(1, 1, 2)];
    const strides = [2];
    await check({ ...spec, attributes: { strides }, constants }, [1, 1, 4], [1, 1, 2, 2]);
    await check({ ...spec, attributes: { strides, output_padding: [1] }, constants }, [1, 1, 5], [1, 1, 2, 2, 0]);
    await check({ ...spec, attributes: { strides, output_shape: [3] }, constants }, [1, 1, 3], [1, 2, 2]);
    await check({ ...spec, attributes: { strides, pads: [1, 0] }, constants }, [1, 1, 3], [1, 2, 2]);
    await check({ ...spec, constants: [ones(1, 2, 1), float32([2], [10, 20])] }, [1, 2, 2], [11, 12, 21, 22]);
    await refused({ type: 'ConvTranspose', x: [1, 1, 2, 2, 2], constants: [ones(1, 1, 2, 2, 2)] }, '3 spatial axes');
  });
});
