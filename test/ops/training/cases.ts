import { tensor } from '../../../src/tensor/tensor.ts';
import { numbers, positive, type ErrorCase, type OpCase, type Operand } from '../harness.ts';

const STEP = numbers('float32', [], [3]);
const SETTINGS = numbers('float32', [5], [0.1, 0.19, 0.002, 0.5, 1]);
const STOPPED = numbers('float32', [5], [0.1, 0.19, 0.002, 0.5, 0]);
const SHAPE = [3, 70];

const words =
  (rows: number, length: number): Operand =>
  (random) =>
    tensor(
      'uint32',
      [rows, length],
      Array.from({ length: rows * length }, () => Math.floor(random.next() * 2 ** 32)),
    );

const ORDER = numbers('uint32', [8], [4, 0, 2, 2, 1, 3, 0, 4]);

const AUGMENTATION = { flip: true, shift: 2, crop: 0.7, contrast: 0.3, brightness: 0.2, cutOut: 3, seed: 5 };
const NONE = { flip: false, shift: 0, crop: 1, contrast: 0, brightness: 0, cutOut: 0, seed: 5 };

const descents: readonly OpCase[] = [
  ['moves', SETTINGS],
  ['is stopped', STOPPED],
].flatMap(([label, settings]): OpCase[] => [
  {
    op: 'sgd-step',
    label: label as string,
    attributes: { momentum: 0.9, nesterov: false, decay: 0.01 },
    inputs: [SHAPE, SHAPE, settings as Operand, SHAPE],
    outputs: 2,
  },
  {
    op: 'adam-step',
    label: label as string,
    attributes: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, decoupled: false },
    inputs: [SHAPE, SHAPE, settings as Operand, SHAPE, positive(SHAPE)],
    outputs: 3,
  },
  {
    op: 'rmsprop-step',
    label: label as string,
    attributes: { alpha: 0.99, epsilon: 1e-8, momentum: 0.5, decay: 0.01 },
    inputs: [SHAPE, SHAPE, settings as Operand, positive(SHAPE), SHAPE],
    outputs: 3,
  },
]);

export const cases: readonly OpCase[] = [
  ...descents,
  {
    op: 'sgd-step',
    label: 'Nesterov’s momentum',
    attributes: { momentum: 0.9, nesterov: true, decay: 0 },
    inputs: [SHAPE, SHAPE, SETTINGS, SHAPE],
    outputs: 2,
  },
  {
    op: 'adam-step',
    label: 'decay that is no part of the gradient',
    attributes: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, decoupled: true },
    inputs: [SHAPE, SHAPE, SETTINGS, SHAPE, positive(SHAPE)],
    outputs: 3,
  },
  {
    op: 'take-rows',
    label: 'in order',
    attributes: { count: 2, shape: [2, 3], packed: false },
    inputs: [[5, 6], STEP],
    exact: true,
  },
  {
    op: 'take-rows',
    label: 'in another order',
    attributes: { count: 2, shape: [6], packed: false },
    inputs: [[5, 6], STEP, ORDER],
    exact: true,
  },
  {
    op: 'take-rows',
    label: 'bytes',
    attributes: { count: 3, shape: [1, 2, 3], packed: true },
    inputs: [words(5, 2), STEP, ORDER],
    exact: true,
  },
  {
    op: 'random-keep',
    label: 'a third',
    attributes: { shape: [3, 50], rate: 1 / 3, seed: 7, stream: 1 },
    inputs: [STEP],
  },
  { op: 'augment', label: 'everything', attributes: AUGMENTATION, inputs: [[5, 2, 9, 7], STEP] },
  { op: 'augment', label: 'nothing', attributes: NONE, inputs: [[2, 3, 5, 4], STEP], exact: true },
  { op: 'augment', label: 'only moved', attributes: { ...NONE, shift: 3 }, inputs: [[4, 1, 6, 6], STEP], exact: true },
];

export const errors: readonly ErrorCase[] = [
  { op: 'sgd-step', label: 'a gradient of another shape', inputs: [[3, 4], [4, 3], [5], [3, 4]] },
  { op: 'adam-step', label: 'settings', inputs: [[3], [3], [4], [3], [3]] },
  {
    op: 'take-rows',
    label: 'rows of another size',
    attributes: { count: 2, shape: [5], packed: false },
    inputs: [[5, 6], []],
  },
  { op: 'random-keep', label: 'nothing left', attributes: { shape: [2], rate: 1, seed: 1, stream: 0 }, inputs: [[]] },
  { op: 'augment', label: 'a crop of nothing', attributes: { ...NONE, crop: 0 }, inputs: [[1, 1, 2, 2], []] },
];
