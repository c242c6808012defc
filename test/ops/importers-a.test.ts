import { expect } from 'chai';
import { ShapeError } from '../../src/errors.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { expectRejection } from '../rejection.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
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
    await check({ type: 'MatMul', x: [2], constants: [counting([2, 1])] }, [1], [5]);
    await check({ type: 'MatMul', x: [1, 2], constants: [counting([3, 2, 1])] }, [3, 1, 1], [5, 11, 17]);
    await refused({ type: 'MatMul', x: [2], constants: [float32([], [1])] }, 'a single number');
    await expectRejection(ShapeError, 'matmul "node"', () =>
      importOnnx(modelOf({ type: 'MatMul', x: [2, 3, 4], constants: [counting([2, 3, 4])] })),
    );
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
    await refused({ ...spec, opset: 15, attributes: { training_mode: 1 } }, 'statistics of the batch');
    await refused({ ...spec, opset: 9, outputs: 3 }, 'statistics');
  });

  it('BatchNormalization in training mode on constants: by their own statistics, which move the running ones', async () => {
    const constants = [float32([2, 1], [1, 3]), ...statistics];
    const attributes = { training_mode: 1, epsilon: float(1e-12), momentum: float(0.75) };
    const spec = { type: 'BatchNormalization', opset: 15, attributes, constants };
    const [y, mean, variance] = await outputsOf({ ...spec, outputs: 3 });
    expect(y![1].map((v) => Number(v.toFixed(6)))).to.deep.equal([1, 5]);
    expect([mean, variance]).to.deep.equal([
      [[1], [1.25]],
      [[1], [3.25]],
    ]);
    const old = await outputsOf({ ...spec, opset: 9, attributes: { epsilon: float(1e-12) }, outputs: 5 });
    expect(old[0]).to.deep.equal(y);
    expect(old.slice(3)).to.deep.equal([
      [[1], [2]],
      [[1], [1]],
    ]);
  });

  it('PRelu before 7: a slope for each channel', async () => {
    const slopes = [float32([2], [0.5, 2])];
    const negative = { type: 'PRelu', x: [1, 2, 1, 1] as Shape };
    await check({ ...negative, opset: 6, constants: slopes }, [1, 2, 1, 1], [1, 2]);
    const graph = await importOnnx(modelOf({ ...negative, opset: 6, constants: slopes }));
    const y = evaluate(graph, { x: float32([1, 2, 1, 1], [-1, -1]) })[graph.outputs[0]!]!;
    expect([...y.data]).to.deep.equal([-0.5, -2]);
    await expectRejection(ShapeError, 'prelu "node"', () =>
      importOnnx(modelOf({ type: 'PRelu', x: [1, 2, 2, 3], constants: slopes })),
    );
  });

  it('GroupNormalization: 18 scales groups, 21 channels', async () => {
    const spec = {
      type: 'GroupNormalization',
      attributes: { num_groups: 2, epsilon: float(1e-12) },
      x: [1, 4] as Shape,
    };
    const two = [float32([2], [1, 2]), float32([2], [0, 10])];
    await check({ ...spec, opset: 18, constants: two }, [1, 4], [-1, 1, 8, 12]);
    const four = [float32([4], [1, 2, 3, 4]), float32([4], [0, 10, 0, 0])];
    await check({ ...spec, opset: 21, constants: four }, [1, 4], [-1, 12, -3, 4]);
    await refused({ ...spec, opset: 21, constants: two }, 'in opset 21 it is [4]');
    await refused({ ...spec, opset: 18, attributes: { num_groups: 3 }, constants: two }, '3 groups');
    await refused({ ...spec, opset: 18, attributes: {}, constants: two }, '0 groups');
  });

  it('DequantizeLinear: one scale or one for each place along an axis, on constants only', async () => {
    const spec = { type: 'DequantizeLinear' };
    const x = tensor('int32', [2, 2], [-128, 0, 1, 127]);
    await check({ ...spec, opset: 10, constants: [x, float32([], [0.5])] }, [2, 2], [-64, 0, 0.5, 63.5]);
    const zero = tensor('uint8', [], [128]);
    const bytes = tensor('uint8', [2], [0, 255]);
    await check({ ...spec, opset: 10, constants: [bytes, float32([], [2]), zero] }, [2], [-256, 254]);
    const lists = [x, float32([2], [1, 10]), tensor('int32', [2], [0, 1])];
    await check({ ...spec, opset: 13, constants: lists }, [2, 2], [-128, -10, 1, 1260]);
    await check({ ...spec, opset: 19, attributes: { axis: -2 }, constants: lists }, [2, 2], [-128, 0, 0, 1260]);
    await refused({ ...spec, opset: 13, constants: [x, float32([3], [1, 2, 3])] }, 'do not fit axis 1 of [2, 2]');
    await refused({ ...spec, opset: 21, attributes: { block_size: 2 }, constants: lists }, 'block_size');
    await refused({ ...spec, x: [2], constants: [float32([], [1])] }, 'constants only');
    await refused({ type: 'QuantizeLinear', x: [2], constants: [float32([], [1])] }, 'only the weights are quantised');
    await refused({ type: 'QLinearConv', x: [2] }, 'arithmetic of integers');
  });

  it('Resize: says what it does not do', async () => {
    const spec = { type: 'Resize', opset: 19, x: [1, 1, 2, 2] as Shape };
    const twice = [null, float32([4], [1, 1, 2, 2])];
    await refused(
      { ...spec, attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' }, constants: twice },
      'coordinate_transformation_mode "tf_crop_and_resize"',
    );
    await refused({ ...spec, attributes: { mode: 'constructor' }, constants: twice }, 'mode "constructor"');
    await refused({ ...spec, attributes: { nearest_mode: 'up' }, constants: twice }, 'nearest_mode "up"');
    await refused({ ...spec, constants: [] }, 'neither scales nor sizes');
    await refused({ ...spec, constants: [null, float32([2], [2, 2])] }, '2 scales or sizes for 4 axes');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, 1e9, 1])] }, 'would get 2000000000 elements');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, 0.1, 1])] }, 'would get 0 elements');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, NaN, 1])] }, 'would get NaN elements');
    const graph = await importOnnx(modelOf({ ...spec, constants: twice }));
    expect(() => withInputShapes(graph, { x: [1, 1, 3, 2] }))
      .to.throw(ShapeError, 'the table is made for another size')
      .with.property('details')
      .that.has.property('remedy');
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
