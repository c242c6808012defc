import { numbers, type ErrorCase, type OpCase } from '../harness.ts';

export const cases: readonly OpCase[] = [0, 1, 2, 77, 4095].map((step): OpCase => ({
  op: 'random-choice',
  label: `step ${String(step)}`,
  attributes: { seed: 2 ** 32 - 5, stream: step % 3 },
  inputs: [numbers('float32', [], [step]), [61, 4]],
  exact: true,
}));

export const errors: readonly ErrorCase[] = [
  { op: 'random-choice', label: 'no rows', attributes: { seed: 1, stream: 0 }, inputs: [[], [0, 4]] },
];
