import { expect } from 'chai';
import { ShapeError } from '../../src/errors.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { expectRejection } from '../rejection.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { check, counting, float, modelOf, outputsOf, refused } from './importing.ts';

/** Ones in a shape. */
function ones(...shape: number[]): Tensor {
  return float32(shape, new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(1));
}

/** Five statistics of one channel each, of which a batch normalisation makes y = 2·(x − 1)/2 + 3. */
const statistics = [2, 3, 1, 4].map((value) => float32([1], [value]));

describe('importers of windows and matrices', () => {
  it('Conv: the kernel is that of the filters, one spatial axis becomes a row', async () => {
    await check({ type: 'Conv', x: [1, 1, 2, 3], constants: [ones(1, 1, 2, 2)] }, [1, 1, 1, 2], [12, 16]);
    const attributes = { strides: [2], pads: [1, 0], dilations: [2] };
    const constants = [ones(1, 1, 2), float32([1], [10])];
    await check({ type: 'Conv', attributes, x: [1, 1, 5], constants }, [1, 1, 2], [12, 16]);
    await check(
      { type: 'Conv', attributes: { group: 2 }, x: [1, 2, 2], constants: [ones(2, 1, 1)] },
      [1, 2, 2],
      [1, 2, 3, 4],
    );
  });

  it('Conv: auto_pad counts, pads beside it do not', async () => {
    const auto = (mode: string) => ({ auto_pad: mode, pads: [9, 9] });
    const spec = { type: 'Conv', x: [1, 1, 3], constants: [ones(1, 1, 2)] };
    await check({ ...spec, attributes: auto('SAME_UPPER') }, [1, 1, 3], [3, 5, 3]);
    await check({ ...spec, attributes: auto('SAME_LOWER') }, [1, 1, 3], [1, 3, 5]);
    await check({ ...spec, attributes: auto('VALID') }, [1, 1, 2], [3, 5]);
    await refused({ ...spec, attributes: auto('SAME') }, 'auto_pad "SAME"');
  });

  it('refuses volumes by name', async () => {
    await refused({ type: 'Conv', x: [1, 1, 3, 3, 3], constants: [ones(1, 1, 2, 2, 2)] }, '3 spatial axes');
    await refused({ type: 'MaxPool', attributes: { kernel_shape: [2, 2, 2] }, x: [1, 1, 3, 3, 3] }, '3 spatial axes');
    await refused(
      { type: 'AveragePool', attributes: { kernel_shape: [2, 2, 2] }, x: [1, 1, 3, 3, 3] },
      '3 spatial axes',
    );
    await refused({ type: 'GlobalMaxPool', x: [1, 1, 3, 3, 3] }, 'rank 5');
  });

  it('MaxPool: indices count through the whole tensor; one spatial axis; ceil mode', async () => {
    const attributes = { kernel_shape: [1, 2], strides: [1, 2] };
    expect(await outputsOf({ type: 'MaxPool', attributes, x: [2, 1, 1, 4], outputs: 2 })).to.deep.equal([
      [
        [2, 1, 1, 2],
        [2, 4, 6, 8],
      ],
      [
        [2, 1, 1, 2],
        [1, 3, 5, 7],
      ],
    ]);
    const row = { kernel_shape: [3], strides: [2] };
    await check({ type: 'MaxPool', attributes: row, x: [1, 1, 4] }, [1, 1, 1], [3]);
    await check({ type: 'MaxPool', attributes: { ...row, ceil_mode: 1 }, x: [1, 1, 4] }, [1, 1, 2], [3, 4]);
    await refused(
      { type: 'MaxPool', attributes: { ...attributes, storage_order: 1 }, x: [2, 1, 1, 4], outputs: 2 },
      'column-major',
    );
  });

  it('GlobalMaxPool: one and two spatial axes, and another size later', async () => {
    await check({ type: 'GlobalMaxPool', x: [1, 2, 3] }, [1, 2, 1], [3, 6]);
    await check({ type: 'GlobalMaxPool', x: [1, 2, 2, 2] }, [1, 2, 1, 1], [4, 8]);
    const graph = await importOnnx(modelOf({ type: 'GlobalMaxPool', x: [1, 2, 2, 2] }));
    const larger = withInputShapes(graph, { x: [3, 2, 5, 6] });
    expect(larger.values.get(larger.outputs[0]!)!.shape).to.deep.equal([3, 2, 1, 1]);
  });

  it('AveragePool: the padding counts only when asked', async () => {
    const attributes = { kernel_shape: [2], pads: [1, 0], strides: [2] };
    await check({ type: 'AveragePool', attributes, x: [1, 1, 3] }, [1, 1, 2], [1, 2.5]);
    await check(
      { type: 'AveragePool', attributes: { ...attributes, count_include_pad: 1 }, x: [1, 1, 3] },
      [1, 1, 2],
      [0.5, 2.5],
    );
  });

  it('Gemm: transposed, scaled, and with the broadcast attribute of opset 6', async () => {
    const b = float32([2, 1], [1, 10]);
    await check({ type: 'Gemm', x: [1, 2], constants: [b] }, [1, 1], [21]);
    const attributes = { transA: 1, transB: 1, alpha: float(2), beta: float(0.5), broadcast: 1 };
    const constants = [float32([1, 2], [1, 10]), float32([1], [4])];
    await check({ type: 'Gemm', opset: 6, attributes, x: [2, 1], constants }, [1, 1], [44]);
    await expectRejection(ShapeError, '"node"', () => importOnnx(modelOf({ type: 'Gemm', x: [1, 3], constants: [b] })));
  });

  it('MatMul: leading axes of the first operand, another batch later', async () => {
    const spec = { type: 'MatMul', constants: [float32([2, 1], [1, 10])] };
    await check({ ...spec, x: [2, 2] }, [2, 1], [21, 43]);
    await check({ ...spec, x: [1, 2, 1, 2] }, [1, 2, 1, 1], [21, 43]);
    const larger = withInputShapes(await importOnnx(modelOf({ ...spec, x: [1, 3, 2] })), { x: [5, 3, 2] });
    expect(larger.values.get(larger.outputs[0]!)!.shape).to.deep.equal([5, 3, 1]);
    await refused({ type: 'MatMul', x: [2], constants: [counting([2, 1])] }, 'ranks 1 and 2');
    await refused({ type: 'MatMul', x: [1, 2], constants: [counting([3, 2, 1])] }, 'ranks 2 and 3');
  });

  it('LRN: defaults, alpha divided by size', async () => {
    await check({ type: 'LRN', attributes: { size: 1 }, x: [1, 1, 1] }, [1, 1, 1], [1 / 1.0001 ** 0.75]);
    const attributes = { size: 3, alpha: float(3), beta: float(1), bias: float(0) };
    await check({ type: 'LRN', attributes, x: [1, 3, 1] }, [1, 3, 1], [1 / 5, 2 / 14, 3 / 13]);
    await refused({ type: 'LRN', x: [1, 3, 1] }, 'size');
  });

  it('BatchNormalization of any opset as it is after training', async () => {
    const spec = { type: 'BatchNormalization', x: [1, 1, 2], constants: statistics };
    const expectations: [number, Readonly<Record<string, number>>][] = [
      [1, { is_test: 1, consumed_inputs: 0 }],
      [6, { is_test: 0, spatial: 1 }],
      [7, { spatial: 1 }],
      [9, {}],
      [14, { training_mode: 0 }],
      [15, {}],
    ];
    for (const [opset, attributes] of expectations) {
      await check({ ...spec, opset, attributes: { ...attributes, epsilon: float(1e-12) } }, [1, 1, 2], [3, 4]);
    }
    await refused({ ...spec, opset: 7, attributes: { spatial: 0 } }, 'spatial');
    await refused({ ...spec, opset: 15, attributes: { training_mode: 1 } }, 'training');
    await refused({ ...spec, opset: 9, outputs: 3 }, 'statistics');
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
