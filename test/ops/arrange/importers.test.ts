import { expect } from 'chai';
import { evaluate } from '../../../src/graph/evaluate.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { float32, tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import {
  counting,
  fileTensor,
  check,
  describeAnotherBatch,
  describeGradients,
  int64,
  modelOf,
  outputsOf,
  refused,
} from '../importing.ts';

const ints = (shape: readonly number[], ...values: number[]) => tensor('int64', shape, values);

describe('importers of what picks elements and puts them elsewhere', () => {
  it('GatherElements and GatherND: what varies from places that do not', async () => {
    const elements = { type: 'GatherElements', attributes: { axis: 1 }, x: [2, 3] };
    await check({ ...elements, constants: [ints([2, 2], 2, -3, 1, 1)] }, [2, 2], [3, 1, 5, 5]);
    await refused({ ...elements, constants: [ints([2, 1], 3, 0)] }, 'index 3 is not in axis 1');
    await refused({ ...elements, constants: [ints([2], 0, 0)] }, 'indices of rank 1 into rank 2');
    const slices = { type: 'GatherND', x: [2, 2, 2] };
    await check({ ...slices, constants: [ints([2, 2], 1, 0, 0, -1)] }, [2, 2], [5, 6, 3, 4]);
    await check({ ...slices, attributes: { batch_dims: 1 }, constants: [ints([2, 1], 1, 0)] }, [2, 2], [3, 4, 5, 6]);
  });

  it('taken several times, elements come side by side first: the way back needs no wide table', async () => {
    const places = Array.from({ length: 400 }, (_, i) => (i * 7) % 100);
    const graph = await importOnnx(modelOf({ type: 'GatherND', x: [100], constants: [ints([400, 1], ...places)] }));
    const taps = graph.nodes
      .filter(({ op }) => op === 'resample')
      .map(({ inputs }) => graph.values.get(inputs[2]!)!.shape[1]);
    expect(taps).to.deep.equal([1, 1]);
    await check(
      { type: 'GatherND', x: [100], constants: [ints([400, 1], ...places)] },
      [400],
      places.map((at) => at + 1),
    );
  });

  it('ScatterElements, Scatter and ScatterND: of several at one place the last, or all', async () => {
    const spec = { type: 'ScatterElements', attributes: { axis: 0 }, x: [4] };
    const constants = [int64(2, 0, 2), float32([3], [10, 20, 30])];
    await check({ ...spec, constants }, [4], [20, 2, 30, 4]);
    await check({ ...spec, type: 'Scatter', opset: 9, constants }, [4], [20, 2, 30, 4]);
    const reduced = (reduction: string) => ({ ...spec, opset: 18, attributes: { reduction }, constants });
    await check(reduced('add'), [4], [21, 2, 43, 4]);
    await check(reduced('mul'), [4], [20, 2, 900, 4]);
    await check(reduced('max'), [4], [20, 2, 30, 4]);
    await check(reduced('min'), [4], [1, 2, 3, 4]);
    await refused(reduced('mean'), 'reduction "mean"');
    await check(
      { type: 'ScatterND', x: [2, 2], constants: [ints([1, 1], 1), float32([1, 2], [7, 8])] },
      [2, 2],
      [1, 2, 7, 8],
    );
    await refused({ ...spec, constants: [int64(0), float32([2], [1, 2])] }, '2 updates for 1 places');
  });

  it('refuses indices that vary', async () => {
    const model = modelOf({ type: 'GatherElements', x: [2] });
    const node = { ...model.graph.nodes[0]!, inputs: ['x', 'x'] };
    const error = await importOnnx({ ...model, graph: { ...model.graph, nodes: [node] } }).catch(String);
    expect(error).to.contain('indices (input 1) that vary between runs');
  });

  it('Compress: along an axis, or of all elements', async () => {
    const condition = tensor('bool', [2], [0, 1]);
    await check({ type: 'Compress', attributes: { axis: 1 }, x: [2, 3], constants: [condition] }, [2, 1], [2, 5]);
    await check({ type: 'Compress', x: [2, 3], constants: [condition] }, [1], [2]);
    await refused({ type: 'Compress', x: [2, 3], constants: [tensor('bool', [1], [0])] }, 'nothing is left');
  });

  it('CumSum: whole numbers stay such, and what is too long is refused', async () => {
    const sums = await outputsOf({ type: 'CumSum', constants: [int64(1, 2, 3), ints([], 0)] });
    expect(sums).to.deep.equal([[[3], [1, 3, 6]]]);
    const both = { exclusive: 1, reverse: 1 };
    await check(
      { type: 'CumSum', attributes: both, x: [2, 3], constants: [ints([], -1)] },
      [2, 3],
      [5, 3, 0, 11, 6, 0],
    );
    await refused({ type: 'CumSum', x: [5000], constants: [ints([], 0)] }, '5000 elements to sum up');
  });

  it('OneHot of what varies, counted from either end', async () => {
    const values = float32([2], [-1, 3]);
    const spec = { type: 'OneHot', x: [2] };
    await check({ ...spec, constants: [ints([], 3), values] }, [2, 3], [-1, 3, -1, -1, -1, 3]);
    await check({ ...spec, attributes: { axis: 0 }, constants: [ints([], 2), values] }, [2, 2], [-1, -1, 3, -1]);
    await check({ type: 'OneHot', constants: [int64(-1), ints([], 2), values] }, [1, 2], [-1, 3]);
  });

  it('TopK: k as an attribute and as an input; what is too much to compare is refused', async () => {
    expect(await outputsOf({ type: 'TopK', opset: 9, attributes: { k: 2 }, x: [2, 3], outputs: 2 })).to.deep.equal([
      [
        [2, 2],
        [3, 2, 6, 5],
      ],
      [
        [2, 2],
        [2, 1, 2, 1],
      ],
    ]);
    const smallest = { axis: 0, largest: 0 };
    await check({ type: 'TopK', attributes: smallest, x: [2, 3], constants: [int64(1)] }, [1, 3], [1, 2, 3]);
    await refused({ type: 'TopK', x: [4096], constants: [int64(3)] }, '16,777,216 comparisons');
    await refused({ type: 'TopK', x: [4], constants: [int64(5)] }, 'the 5 greatest of 4');
  });

  it('Trilu and EyeLike', async () => {
    await check({ type: 'Trilu', x: [2, 2] }, [2, 2], [1, 2, 0, 4]);
    await check(
      { type: 'Trilu', attributes: { upper: 0 }, x: [2, 2], constants: [ints([], -1)] },
      [2, 2],
      [0, 0, 3, 0],
    );
    await check({ type: 'EyeLike', attributes: { k: 1 }, x: [2, 3] }, [2, 3], [0, 1, 0, 0, 0, 1]);
    await refused({ type: 'Trilu', x: [2] }, 'rank 1');
    await refused({ type: 'EyeLike', x: [2] }, 'rank 1');
  });

  it('MaxUnpool: where the maxima of the pool before it were', async () => {
    const pooled = modelOf({ type: 'MaxPool', attributes: { kernel_shape: [2, 2], strides: [2, 2] }, x: [1, 1, 3, 4] });
    const pool = { ...pooled.graph.nodes[0]!, name: 'pool', outputs: ['pooled', 'indices'] };
    const unpool = modelOf({ type: 'MaxUnpool', attributes: { kernel_shape: [2, 2], strides: [2, 2] } }).graph
      .nodes[0]!;
    const networkTo = async (shape: Tensor) => {
      const initializers = new Map([['shape', fileTensor('shape', shape)]]);
      const nodes = [pool, { ...unpool, inputs: ['pooled', 'indices', 'shape'] }];
      return importOnnx({ ...pooled, graph: { ...pooled.graph, nodes, initializers } });
    };
    const graph = await networkTo(int64(1, 1, 3, 4));
    const y = evaluate(graph, { x: counting([1, 1, 3, 4]) })[graph.outputs[0]!]!;
    expect([...y.data]).to.deep.equal([0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0]);
    expect(await networkTo(int64(1, 1, 4, 4)).catch(String)).to.contain('where the indices are of 1×1×3×4');
  });

  it('MaxUnpool: by indices of the file', async () => {
    const spec = { type: 'MaxUnpool', attributes: { kernel_shape: [2], strides: [2] }, x: [1, 2, 2] };
    await check({ ...spec, constants: [ints([1, 2, 2], 1, 2, 4, 7)] }, [1, 2, 4], [0, 1, 2, 0, 3, 0, 0, 4]);
    await refused({ ...spec, constants: [ints([1, 2, 2], 2, 2, 4, 7)] }, 'index 2 is outside of its window');
    await refused(
      { ...spec, constants: [ints([1, 2, 2], 1, 2, 4, 7), int64(1, 2, 5)] },
      'they may count in either size',
    );
  });

  const updates = float32([2, 2], [1, -2, 3, -0.5]);
  describeGradients({
    Compress: { type: 'Compress', attributes: { axis: 1 }, x: [2, 3, 2], constants: [tensor('bool', [3], [1, 0, 1])] },
    CumSum: { type: 'CumSum', attributes: { exclusive: 1 }, x: [2, 5, 3], constants: [ints([], 1)] },
    GatherElements: {
      type: 'GatherElements',
      attributes: { axis: 1 },
      x: [2, 3],
      constants: [ints([2, 4], 2, 0, 2, 2, 1, 0, 1, 2)],
    },
    GatherND: { type: 'GatherND', x: [3, 2, 2], constants: [ints([3, 2], 1, 0, 0, 1, 1, 0)] },
    ReverseSequence: { type: 'ReverseSequence', x: [4, 2, 3], constants: [int64(3, 2)] },
    ScatterElements: { type: 'ScatterElements', x: [3, 2], constants: [ints([2, 2], 0, 2, 2, 1), updates] },
    'ScatterElements, products': {
      type: 'ScatterElements',
      opset: 18,
      attributes: { reduction: 'mul' },
      x: [3, 2],
      constants: [ints([2, 2], 0, 2, 0, 1), updates],
    },
    'ScatterND, maxima': {
      type: 'ScatterND',
      opset: 18,
      attributes: { reduction: 'max' },
      x: [3, 2],
      constants: [ints([2, 1], 0, 2), updates],
    },
    TopK: { type: 'TopK', x: [2, 5], constants: [int64(3)] },
    Trilu: { type: 'Trilu', attributes: { upper: 0 }, x: [2, 3, 4], constants: [ints([], 1)] },
  });

  describeAnotherBatch({
    ArgMax: { type: 'ArgMax', attributes: { axis: 1 }, x: [1, 3, 2] },
    CumSum: { type: 'CumSum', x: [1, 3, 2], constants: [ints([], 1)] },
    GatherElements: {
      type: 'GatherElements',
      attributes: { axis: 1 },
      x: [1, 3, 2],
      constants: [ints([1, 2, 2], 2, 0, 2, 1)],
    },
    ScatterElements: {
      type: 'ScatterElements',
      attributes: { axis: 1 },
      x: [1, 3],
      constants: [ints([1, 1], 2), float32([1, 1], [9])],
    },
    TopK: { type: 'TopK', x: [1, 4], constants: [int64(2)] },
    Trilu: { type: 'Trilu', x: [1, 3, 3] },
  });
});
