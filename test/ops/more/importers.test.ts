import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { float32, tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import { openBackend } from '../../support/backends.ts';
import { Random } from '../../support/random.ts';
import { checkGradients, checkResults, type Instance } from '../harness.ts';
import {
  check,
  counting,
  describeAnotherBatch,
  float,
  int64,
  modelOf,
  outputsOf,
  refused,
  type Spec,
} from '../importing.ts';

/** Networks of one operator, whose inputs all vary. `positive`: no numbers but such. */
const RANDOM: Readonly<Record<string, Spec & { readonly linear?: boolean; readonly positive?: boolean }>> = {
  'Einsum, rows and columns': { type: 'Einsum', attributes: { equation: 'ij,jk->ik' }, x: [5, 7], others: [[7, 6]] },
  'Einsum, all to all': {
    type: 'Einsum',
    attributes: { equation: 'bhld, bhmd -> bhlm' },
    x: [2, 3, 5, 4],
    others: [[2, 3, 6, 4]],
  },
  'Einsum, another order': {
    type: 'Einsum',
    attributes: { equation: 'bhwc,dce->bedhw' },
    x: [2, 3, 4, 5],
    others: [[6, 5, 2]],
  },
  'Einsum, ellipses that broadcast': {
    type: 'Einsum',
    attributes: { equation: '...ij,...jk' },
    x: [2, 1, 3, 4],
    others: [[5, 4, 2]],
  },
  'Einsum, outer product': { type: 'Einsum', attributes: { equation: 'ai,bi->iab' }, x: [2, 5], others: [[3, 5]] },
  'Einsum, three operands': {
    type: 'Einsum',
    attributes: { equation: 'ab,bc,cd->ad' },
    x: [2, 3],
    others: [
      [3, 4],
      [4, 5],
    ],
  },
  'Einsum, a trace and a sum': { type: 'Einsum', attributes: { equation: 'biij->b' }, x: [2, 3, 3, 4], linear: true },
  'FusedMatMul, turned': {
    type: 'com.microsoft:FusedMatMul',
    attributes: { alpha: float(0.125), transA: 1, transB: 1 },
    x: [2, 3, 6, 5],
    others: [[2, 3, 4, 6]],
  },
  'FusedMatMul, one matrix turned': {
    type: 'com.microsoft:FusedMatMul',
    attributes: { alpha: float(2), transB: 1 },
    x: [2, 3, 6],
    others: [[4, 6]],
  },
  'FusedMatMul, batches turned': {
    type: 'com.microsoft:FusedMatMul',
    attributes: { transBatchA: 1, transBatchB: 1, transB: 1 },
    x: [5, 2, 6],
    others: [[4, 2, 6]],
  },
  'FusedConv, silent below 0': {
    type: 'com.microsoft:FusedConv',
    attributes: { activation: 'LeakyRelu', activation_params: { type: 'floats', value: [0.1] }, pads: [1, 1, 1, 1] },
    x: [2, 3, 5, 4],
    others: [[4, 3, 3, 3], [4], [2, 4, 5, 4]],
  },
  'FusedGemm, tanh': {
    type: 'com.microsoft:FusedGemm',
    attributes: { activation: 'Tanh', alpha: float(0.5), transB: 1 },
    x: [3, 5],
    others: [[4, 5], [4]],
  },
  'GroupNorm, channels last, SiLU': {
    type: 'com.microsoft:GroupNorm',
    attributes: { groups: 2, activation: 1 },
    x: [2, 3, 4, 6],
    others: [[6], [6]],
  },
  'GroupNorm, channels first': {
    type: 'com.microsoft:GroupNorm',
    attributes: { groups: 3, channels_last: 0 },
    x: [2, 6, 3, 4],
    others: [[6], [6]],
  },
  'SkipLayerNormalization with all': {
    type: 'com.microsoft:SkipLayerNormalization',
    attributes: { epsilon: float(1e-5) },
    x: [2, 3, 8],
    others: [[2, 3, 8], [8], [8], [8]],
    outputs: 4,
  },
  'LpNormalization, 2': { type: 'LpNormalization', attributes: { axis: 1 }, x: [2, 5, 3] },
  'LpNormalization, 1': { type: 'LpNormalization', attributes: { p: 1 }, x: [3, 7] },
  MeanVarianceNormalization: { type: 'MeanVarianceNormalization', x: [2, 3, 4, 5] },
  'MeanVarianceNormalization over chosen axes': {
    type: 'MeanVarianceNormalization',
    attributes: { axes: [-1, 1] },
    x: [2, 3, 4, 5],
  },
  RMSNormalization: { type: 'RMSNormalization', opset: 23, attributes: { axis: 1 }, x: [2, 3, 5], others: [[3, 5]] },
  ReduceL1: { type: 'ReduceL1', opset: 13, attributes: { axes: [1] }, x: [3, 7, 2] },
  ReduceSumSquare: { type: 'ReduceSumSquare', opset: 13, attributes: { axes: [0, -1] }, x: [3, 7, 2] },
  ReduceLogSum: {
    type: 'ReduceLogSum',
    opset: 13,
    attributes: { axes: [1], keepdims: 0 },
    x: [3, 7, 2],
    positive: true,
  },
  ReduceLogSumExp: { type: 'ReduceLogSumExp', opset: 13, attributes: { axes: [0, 2], keepdims: 0 }, x: [3, 7, 2] },
  ReduceProd: { type: 'ReduceProd', opset: 13, attributes: { axes: [1], keepdims: 0 }, x: [2, 11, 3] },
  'ReduceProd over all': { type: 'ReduceProd', opset: 18, x: [2, 3] },
  'MatMul, repeated in turns': { type: 'MatMul', x: [2, 1, 2, 3, 4], others: [[1, 3, 2, 4, 5]] },
  'MatMul, queries and keys': { type: 'MatMul', x: [2, 3, 5, 4], others: [[2, 3, 4, 5]] },
  'MatMul, two vectors': { type: 'MatMul', x: [7], others: [[7]] },
  'MatMul, a vector and matrices': { type: 'MatMul', x: [4], others: [[2, 3, 4, 5]] },
  'MatMul, matrices and a vector': { type: 'MatMul', x: [2, 3, 5, 4], others: [[4]] },
  'Gemm with all': {
    type: 'Gemm',
    attributes: { alpha: float(0.5), beta: float(-2), transA: 1, transB: 1 },
    x: [5, 3],
    others: [
      [4, 5],
      [3, 1],
    ],
  },
  'LayerNormalization over two axes': {
    type: 'LayerNormalization',
    attributes: { axis: -2, stash_type: 1 },
    x: [2, 3, 4, 5],
    others: [
      [4, 5],
      [4, 5],
    ],
    outputs: 3,
  },
  'InstanceNormalization of rows': { type: 'InstanceNormalization', x: [2, 3, 7], others: [[3], [3]] },
  'InstanceNormalization of volumes': { type: 'InstanceNormalization', x: [2, 3, 2, 3, 4], others: [[3], [3]] },
  'GroupNormalization of volumes, 18': {
    type: 'GroupNormalization',
    opset: 18,
    attributes: { num_groups: 2 },
    x: [2, 4, 2, 3, 2],
    others: [[2], [2]],
  },
  'GroupNormalization of rows, 21': {
    type: 'GroupNormalization',
    opset: 21,
    attributes: { num_groups: 2 },
    x: [2, 4, 6],
    others: [[4], [4]],
  },
  'Softmax before 13, from the first axis on': { type: 'Softmax', opset: 11, attributes: { axis: 0 }, x: [2, 3, 4] },
  'LogSoftmax before 13': { type: 'LogSoftmax', opset: 1, attributes: { axis: 2 }, x: [2, 3, 4, 2] },
  'Softmax, the first axis': { type: 'Softmax', opset: 13, attributes: { axis: 0 }, x: [5, 3, 4] },
  'ReduceL2 of two axes': { type: 'ReduceL2', opset: 13, attributes: { axes: [0, 2], keepdims: 0 }, x: [3, 4, 5] },
  'Mean, as in opset 6': {
    type: 'Mean',
    opset: 6,
    x: [2, 3],
    others: [
      [2, 3],
      [2, 3],
    ],
  },
  'Max, which broadcasts': { type: 'Max', opset: 8, x: [4, 5], others: [[5], [4, 1]] },
  'Min of old': { type: 'Min', opset: 1, attributes: { consumed_inputs: [0] }, x: [2, 3], others: [[2, 3]] },
  'BatchNormalization of a batch': {
    type: 'BatchNormalization',
    opset: 15,
    attributes: { training_mode: 1, momentum: float(0.5) },
    x: [3, 4, 5, 2],
    others: [[4], [4]],
    constants: [counting([4]), counting([4])],
    outputs: 3,
  },
};

async function instanceOf(spec: Spec, draw: (random: Random) => number): Promise<Instance> {
  const graph: Graph = await importOnnx(modelOf(spec));
  const random = new Random(5);
  const feeds: Record<string, Tensor> = {};
  for (const name of graph.inputs) feeds[name] = random.tensor(graph.values.get(name)!.shape, () => draw(random));
  return { graph, feeds };
}

describe('operators that are composed', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });

  for (const [label, { linear = false, positive = false, ...spec }] of Object.entries(RANDOM)) {
    it(`${label}: against float64, and its gradients`, async () => {
      const drawn = await instanceOf(spec, (random) => (positive ? 0.5 + random.next() : random.normal()));
      await checkResults(backend, drawn);
      checkGradients(drawn, { derivative: linear ? 'linear' : 'smooth' });
    });
  }

  it('Einsum: what it says in other words, and what it does not read', async () => {
    const b = counting([3, 2]);
    const product = [22, 28, 49, 64];
    const spec = { type: 'Einsum', x: [2, 3], constants: [b] };
    await check({ ...spec, attributes: { equation: 'ij,jk' } }, [2, 2], product);
    await check({ ...spec, attributes: { equation: 'zb,ba' } }, [2, 2], [22, 49, 28, 64]);
    await check({ ...spec, attributes: { equation: 'ij, jk -> ' } }, [], [163]);
    await check({ type: 'Einsum', x: [2, 2], attributes: { equation: 'ii' } }, [], [5]);
    await refused({ ...spec, attributes: { equation: 'ij,jk->il' } }, 'no operand has');
    await refused({ ...spec, attributes: { equation: 'ij,jk->ii' } }, 'twice');
    await refused({ ...spec, attributes: { equation: 'ij,ik' } }, 'sizes 2 and 3');
    await refused({ ...spec, attributes: { equation: 'ij' } }, 'the equation "ij"');
    await refused({ ...spec, attributes: { equation: 'ijk,jk' } }, 'does not name the 2 axes');
  });

  it('reductions of no axes at all keep what is done to each number', async () => {
    const attributes = { noop_with_empty_axes: 1 };
    const expected: Readonly<Record<string, number[]>> = {
      ReduceL1: [1, 2],
      ReduceL2: [1, 2],
      ReduceLogSum: [0, Math.log(2)],
      ReduceLogSumExp: [1, 2],
      ReduceProd: [1, 2],
      ReduceSumSquare: [1, 4],
    };
    for (const [type, numbers] of Object.entries(expected))
      await check({ type, opset: 18, attributes, x: [2] }, [2], numbers);
  });

  it('ReduceProd: axes as an attribute and as an input, products of nothing', async () => {
    await check({ type: 'ReduceProd', opset: 11, attributes: { axes: [-1], keepdims: 0 }, x: [2, 3] }, [2], [6, 120]);
    await check({ type: 'ReduceProd', opset: 18, constants: [int64(0)], x: [2, 3] }, [1, 3], [4, 10, 18]);
    const empty = { type: 'ReduceProd', opset: 18, constants: [float32([2, 0], []), int64(1)] };
    await check(empty, [2, 1], [1, 1]);
  });

  it('ReduceLogSumExp: of large numbers', async () => {
    const [[, numbers]] = (await outputsOf({
      type: 'ReduceLogSumExp',
      opset: 13,
      attributes: { axes: [1], keepdims: 0 },
      constants: [float32([2, 2], [1000, 1000, -1000, -1001])],
    })) as [[unknown, number[]]];
    expect(numbers[0]).to.be.closeTo(1000 + Math.log(2), 1e-4);
    expect(numbers[1]).to.be.closeTo(-1000 + Math.log(1 + Math.exp(-1)), 1e-4);
  });

  it('LpNormalization: zeros stay zeros', async () => {
    const constants = [tensor('float32', [2, 2], [0, 0, 3, 4])];
    await check({ type: 'LpNormalization', constants }, [2, 2], [0, 0, 0.6, 0.8]);
    await check({ type: 'LpNormalization', attributes: { p: 1 }, constants }, [2, 2], [0, 0, 3 / 7, 4 / 7]);
    await refused({ type: 'LpNormalization', attributes: { p: 3 }, constants }, 'order 3');
  });

  it('FusedMatMul, FusedConv and GroupNorm of onnxruntime: by hand', async () => {
    const matrix = { type: 'com.microsoft:FusedMatMul', x: [2, 2], constants: [float32([2, 2], [1, 0, 0, 10])] };
    await check({ ...matrix, attributes: { alpha: float(0.5), transA: 1 } }, [2, 2], [0.5, 15, 1, 20]);
    await refused({ ...matrix, x: [2] }, 'rank 1');
    const conv = {
      type: 'com.microsoft:FusedConv',
      x: [1, 1, 1, 3],
      constants: [float32([1, 1, 1, 1], [2]), float32([1], [-4])],
    };
    await check({ ...conv, attributes: { activation: 'Relu' } }, [1, 1, 1, 3], [0, 0, 2]);
    const bounds = { activation: 'Clip', activation_params: { type: 'floats', value: [-1, 1] } } as const;
    await check({ ...conv, attributes: bounds }, [1, 1, 1, 3], [-1, 0, 1]);
    await refused({ ...conv, attributes: { activation: 'Sine' } }, 'activation "Sine"');
    await refused({ ...conv, x: [1, 1, 3] }, 'rank 3');
    const group = { type: 'com.microsoft:GroupNorm', constants: [float32([2], [1, 2]), float32([2], [0, 10])] };
    const attributes = { groups: 1, epsilon: float(1e-12) };
    await check({ ...group, attributes, x: [1, 1, 1, 2] }, [1, 1, 1, 2], [-1, 12]);
    await check({ ...group, attributes: { ...attributes, channels_last: 0 }, x: [1, 2, 1, 1] }, [1, 2, 1, 1], [-1, 12]);
    await refused({ ...group, attributes: { groups: 3 }, x: [1, 1, 1, 2] }, '3 groups');
    await refused({ ...group, attributes, x: [1, 1, 1, 3] }, 'no list of 3');
  });

  it('refuses loops and what other domains have besides', async () => {
    await refused({ type: 'Loop', x: [1] }, 'fixed number of steps');
    await refused({ type: 'com.microsoft:Attention', x: [1] }, 'an operator outside the standard');
    await refused({ type: 'ai.elsewhere:Relu', x: [1] }, 'an operator outside the standard');
    await refused({ type: 'Hardmax', x: [1, 2] }, 'not implemented');
  });

  describeAnotherBatch({
    Einsum: {
      type: 'Einsum',
      attributes: { equation: 'nchw,kc->nkhw' },
      constants: [counting([2, 3])],
      x: [1, 3, 2, 1],
    },
    FusedMatMul: {
      type: 'com.microsoft:FusedMatMul',
      attributes: { transB: 1 },
      constants: [counting([2, 3])],
      x: [1, 2, 3],
    },
    GroupNorm: {
      type: 'com.microsoft:GroupNorm',
      attributes: { groups: 1 },
      constants: [counting([2]), counting([2])],
      x: [1, 3, 1, 2],
    },
    LpNormalization: { type: 'LpNormalization', x: [1, 3] },
    ReduceLogSumExp: { type: 'ReduceLogSumExp', opset: 13, attributes: { axes: [1] }, x: [1, 3] },
    ReduceProd: { type: 'ReduceProd', opset: 13, attributes: { axes: [1, 2] }, x: [1, 3, 2] },
    RMSNormalization: { type: 'RMSNormalization', opset: 23, constants: [counting([3])], x: [1, 2, 3] },
  });
});
