import type { Attributes } from '../../../src/ir/graph.ts';
import { numbers, type ErrorCase, type OpCase } from '../harness.ts';
import { LONG, NINE_AXES } from '../common-shapes.ts';

const mean = (axes: number[], keepdims: boolean): Attributes => ({ mode: 'mean', axes, keepdims });
const sum = (axes: number[], keepdims: boolean): Attributes => ({ mode: 'sum', axes, keepdims });

export const cases: readonly OpCase[] = [
  {
    op: 'reduce',
    label: 'mean over h and w (global average pool)',
    attributes: mean([2, 3], true),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'reduce',
    label: 'sum over n, h and w (gradient of a bias)',
    attributes: sum([0, 2, 3], false),
    inputs: [LONG],
    derivative: 'linear',
  },
  { op: 'reduce', label: 'sum over c', attributes: sum([1], false), inputs: [LONG], derivative: 'linear' },
  { op: 'reduce', label: 'mean over all', attributes: mean([0, 1, 2, 3], false), inputs: [LONG], derivative: 'linear' },
  { op: 'reduce', label: 'sum over nothing', attributes: sum([], true), inputs: [LONG], derivative: 'linear' },
  {
    op: 'reduce',
    label: 'long sums, a workgroup each',
    attributes: mean([2, 3], false),
    inputs: [[1, 3, 37, 41]],
    derivative: 'linear',
  },
  {
    op: 'reduce',
    label: 'long sums over outer axes',
    attributes: sum([0, 2], true),
    inputs: [[40, 3, 41, 2]],
    derivative: 'linear',
  },
  ...(['max', 'min'] as const).flatMap((mode): OpCase[] => [
    {
      op: 'reduce',
      label: `${mode} over c`,
      attributes: { mode, axes: [1], keepdims: true },
      inputs: [LONG],
      derivative: 'smooth',
      exact: true,
    },
    {
      op: 'reduce',
      label: `${mode} over all, a workgroup each`,
      attributes: { mode, axes: [0, 1, 2], keepdims: false },
      inputs: [[3, 37, 41]],
      derivative: 'smooth',
      exact: true,
    },
  ]),
  {
    op: 'reduce',
    label: 'by hand',
    attributes: mean([1], true),
    inputs: [numbers('float32', [2, 2], [1, 2, 3, 6])],
    expected: [1.5, 4.5],
  },
];

export const errors: readonly ErrorCase[] = [
  { op: 'reduce', label: 'no such axis', attributes: mean([2], true), inputs: [[2, 3]] },
  { op: 'reduce', label: 'an axis twice', attributes: mean([1, 1], true), inputs: [[2, 3]] },
  { op: 'reduce', label: 'too many axes', attributes: mean([1], true), inputs: [NINE_AXES] },
];
