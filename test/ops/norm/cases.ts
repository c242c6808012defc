import type { Shape } from '../../../src/tensor/shape.ts';
import { numbers, positive, type ErrorCase, type OpCase } from '../harness.ts';
import { LONG } from '../common-shapes.ts';

const lrns: readonly OpCase[] = [
  ['5 of 7 channels', [2, 7, 3, 4], 5],
  ['3 of 8 channels', [1, 8, 2, 3], 3],
  ['4: one more after than before', [1, 6, 3, 2], 4],
  ['more than there are channels', [2, 3, 5], 7],
].flatMap(([label, shape, size]) => {
  // A large alpha, so that the neighbours matter.
  const attributes = { size: size as number, alpha: 2, beta: 0.75, bias: 1.5 };
  const x = shape as Shape;
  return [
    { op: 'lrn', label: label as string, attributes, inputs: [x], derivative: 'smooth' },
    { op: 'lrn-grad', label: label as string, attributes, inputs: [x, x] },
  ] satisfies OpCase[];
});

const batchNorms: readonly OpCase[] = (
  [
    [2, 5, 3, 4],
    [4, 6],
    [2, 3, 7],
  ] as Shape[]
).map((x) => {
  const c = [x[1]!];
  return {
    op: 'batch-norm',
    label: `rank ${String(x.length)}`,
    attributes: { epsilon: 1e-3 },
    inputs: [x, c, c, c, positive(c)],
    derivative: 'smooth',
  };
});

const softmaxes: OpCase[] = [true, false].flatMap((log): OpCase[] => {
  const name = log ? ', logarithm' : '';
  return [
    {
      op: 'softmax',
      label: `last axis${name}`,
      attributes: { axis: 1, log },
      inputs: [[70, 10]],
      derivative: 'smooth',
    },
    { op: 'softmax', label: `channels${name}`, attributes: { axis: 1, log }, inputs: [LONG], derivative: 'smooth' },
    {
      op: 'softmax',
      label: `many classes${name}`,
      attributes: { axis: 1, log },
      inputs: [[2, 300, 2]],
      derivative: 'smooth',
    },
    {
      op: 'softmax',
      label: `large logits${name}`,
      attributes: { axis: 0, log },
      inputs: [numbers('float32', [3], [1000, 1001, 999])],
    },
  ];
});

export const cases: readonly OpCase[] = [...lrns, ...batchNorms, ...softmaxes];

export const errors: readonly ErrorCase[] = [
  { op: 'lrn', label: 'no channels', attributes: { size: 3, alpha: 1, beta: 1, bias: 1 }, inputs: [[4]] },
  {
    op: 'lrn-grad',
    label: 'gradient of another size',
    attributes: { size: 3, alpha: 1, beta: 1, bias: 1 },
    inputs: [
      [1, 4, 2],
      [1, 4, 3],
    ],
  },
  { op: 'batch-norm', label: 'no channels', attributes: { epsilon: 1 }, inputs: [[4], [4], [4], [4], [4]] },
  { op: 'batch-norm', label: 'statistics', attributes: { epsilon: 1 }, inputs: [[1, 4, 2], [4], [4], [3], [4]] },
  { op: 'softmax', label: 'no such axis', attributes: { axis: 2, log: false }, inputs: [[2, 3]] },
];
