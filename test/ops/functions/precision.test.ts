import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { evaluate } from '../../../src/graph/evaluate.ts';
import type { Attributes } from '../../../src/ir/graph.ts';
import { erf, normalBelow } from '../../../src/ops/functions/erf.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { openBackend } from '../../support/backends.ts';
import { graphBuilder } from '../../support/ops.ts';

/** Numbers of an interval, evenly. */
const grid = (from: number, to: number, count = 4001): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** Functions that WGSL has not, or not well enough: the greatest absolute and relative error of a single number. */
const BOUNDS: readonly (readonly [
  type: string,
  attributes: Attributes,
  range: readonly [number, number],
  absolute: number,
  relative: number,
])[] = [
  ['erf', {}, [-5, 5], 2e-7, 1e-6],
  ['gelu', { approximate: 'none' }, [-3, 8], 1e-6, 3e-6],
  ['gelu', { approximate: 'none' }, [-8, -3], 1e-8, 2e-5],
  ['elu', { alpha: 1, scale: 1 }, [-10, 2], 3e-7, 1e-6],
  ['sin', {}, [-3, 3], 3e-7, 1e-6],
  ['sin', {}, [-1000, 1000], 4e-7, Infinity],
  ['cos', {}, [-1.5, 1.5], 3e-7, 2e-6],
  ['tan', {}, [-1.5, 1.5], 2e-5, 2e-6],
  ['asin', {}, [-1, 1], 5e-7, 1e-6],
  ['acos', {}, [-1, 0.99], 7e-7, 2e-6],
  ['atan', {}, [-20, 20], 3e-7, 1e-6],
  ['sinh', {}, [-5, 5], 1e-4, 2e-6],
  ['cosh', {}, [-5, 5], 1e-4, 2e-6],
  ['asinh', {}, [-50, 50], 2e-6, 2e-6],
  ['acosh', {}, [1.001, 50], 2e-6, 3e-6],
  ['atanh', {}, [-0.999, 0.999], 2e-6, 2e-6],
];

describe('precision of functions that few networks have', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });

  for (const [type, attributes, range, absolute, relative] of BOUNDS) {
    it(`${type} from ${String(range[0])} to ${String(range[1])}`, async () => {
      const x = float32([4001], grid(...range));
      const builder = graphBuilder();
      const y = builder.add(type, [builder.input('x', 'float32', [4001])], attributes);
      const graph = builder.build(type, [y]);
      const executable = await backend.compile(graph);
      const got = (await executable.run({ x }))[y]!.data;
      executable.dispose();
      const expected = evaluate(graph, { x })[y]!.data;
      const errors = Array.from(expected, (value, i) => Math.abs(got[i]! - value));
      expect(Math.max(...errors), 'absolute').to.be.at.most(absolute);
      const shares = errors.flatMap((error, i) => (expected[i] === 0 ? [] : [error / Math.abs(expected[i]!)]));
      expect(Math.max(...shares), 'relative').to.be.at.most(relative);
    });
  }

  it('erf in float64 as in scipy 1.17', () => {
    const table = [
      [1e-10, 1.1283791670955126e-10],
      [0.3, 0.3286267594591274],
      [1.99, 0.995111413199617],
      [2.01, 0.9955248493552482],
      [-3.5, -0.9999992569016276],
      [5.5, 0.9999999999999927],
    ] as const;
    for (const [x, y] of table) expect(erf(x) / y, String(x)).to.be.closeTo(1, 1e-15);
    expect([erf(0), erf(Infinity), erf(-Infinity), erf(NaN)]).to.deep.equal([0, 1, -1, NaN]);
  });

  it('the tail of the normal distribution in float64 as in scipy 1.17', () => {
    const table = [
      [-1, 0.15865525393145707],
      [-3, 0.0013498980316300933],
      [-6, 9.865876450376946e-10],
      [-20, 2.7536241186061556e-89],
    ] as const;
    for (const [x, y] of table) expect(normalBelow(x) / y, String(x)).to.be.closeTo(1, 1e-13);
  });
});
