import { expect } from 'chai';
import type { Shape } from '../../../src/tensor/shape.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { check, counting, describeAnotherBatch, float, outputsOf, refused } from '../importing.ts';

/** Five statistics of one channel each, of which a batch normalisation makes y = 2·(x − 1)/2 + 3. */
const statistics = [2, 3, 1, 4].map((value) => float32([1], [value]));

describe('importers of normalisations', () => {
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
  });

  it('BatchNormalization in training mode on pictures: by the statistics of the batch', async () => {
    // Of 1, 2, 3 and 4 the mean is 2.5 and the variance 1.25; then 2·(x − 2.5)/√1.25 + 3.
    const spec = { type: 'BatchNormalization', x: [2, 1, 2], constants: statistics };
    const expected = [1, 2, 3, 4].map((x) => (2 * (x - 2.5)) / Math.sqrt(1.25) + 3);
    const attributes = { epsilon: float(1e-12), momentum: float(0.5) };
    await check({ ...spec, opset: 15, attributes: { ...attributes, training_mode: 1 } }, [2, 1, 2], expected);
    const [y, mean, variance, ...saved] = await outputsOf({ ...spec, opset: 9, attributes, outputs: 5 });
    expect(y![1].map((value, i) => Math.abs(value - expected[i]!) < 1e-6)).to.not.include(false);
    expect([mean, variance, ...saved]).to.deep.equal([
      [[1], [1.75]],
      [[1], [2.625]],
      [[1], [2.5]],
      [[1], [1.25]],
    ]);
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

  it('Softmax before 13: all axes from the given one on are one', async () => {
    const flat = [1, 2, 3, 4].map((v) => Math.exp(v) / [1, 2, 3, 4].reduce((sum, w) => sum + Math.exp(w), 0));
    await check({ type: 'Softmax', opset: 11, x: [1, 2, 2] }, [1, 2, 2], flat);
    const pair = [1, Math.E].map((v) => v / (1 + Math.E));
    await check({ type: 'Softmax', opset: 13, x: [1, 2, 2] }, [1, 2, 2], [...pair, ...pair]);
    await check({ type: 'LogSoftmax', opset: 11, x: [1, 2, 2] }, [1, 2, 2], flat.map(Math.log));
    await check({ type: 'Softmax', opset: 12, attributes: { axis: 1 }, x: [1, 2, 1, 1] }, [1, 2, 1, 1], pair);
  });

  describeAnotherBatch({
    'Softmax of old': { type: 'Softmax', opset: 11, x: [1, 2, 3] },
    GroupNormalization: {
      type: 'GroupNormalization',
      opset: 21,
      attributes: { num_groups: 1 },
      constants: [counting([2]), counting([2])],
      x: [1, 2, 3],
    },
    LayerNormalization: { type: 'LayerNormalization', constants: [counting([3])], x: [1, 2, 3] },
  });
});
