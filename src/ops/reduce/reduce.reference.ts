import type { Reference } from '../../ir/op.ts';
import { scaleOf, walks, type ReduceAttributes } from './reduce.ts';
import { walkIndices } from '../internal/walk.reference.ts';

const plus = { start: 0, step: (a: number, b: number): number => a + b };
const COMBINE = {
  sum: plus,
  mean: plus,
  max: { start: -Infinity, step: (a: number, b: number): number => Math.max(a, b) },
  min: { start: Infinity, step: (a: number, b: number): number => Math.min(a, b) },
};

export const reduce: Reference<ReduceAttributes> = ({ attributes, inputs: [x] }, [xv]) => {
  const [kept, reduced] = walks(x!.shape, attributes.axes);
  const terms = walkIndices(reduced.shape, reduced.strides[0]!);
  const scale = scaleOf(attributes, terms.length);
  const combine = COMBINE[attributes.mode];
  const bases = walkIndices(kept.shape, kept.strides[0]!);
  const results = new Float64Array(bases.length);
  for (let i = 0; i < results.length; i++) {
    let so = combine.start;
    const base = bases[i]!;
    // Of weights there are millions, and a call for each takes ten times as long.
    if (combine === plus) for (let t = 0; t < terms.length; t++) so += xv![base + terms[t]!]!;
    else for (let t = 0; t < terms.length; t++) so = combine.step(so, xv![base + terms[t]!]!);
    results[i] = so * scale;
  }
  return [results];
};
