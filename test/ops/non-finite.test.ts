import { expect } from 'chai';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Attributes } from '../../src/ir/graph.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { graphBuilder } from '../support/ops.ts';

const { NaN: none, Infinity: most } = globalThis;

/** What float64, the reference of all kernels, makes of numbers in one row each: the first output, and the second. */
function computed(
  op: string,
  attributes: Attributes,
  inputs: readonly (readonly number[])[],
  shape?: Shape,
): number[][] {
  const builder = graphBuilder();
  const outputs = op === 'max-pool' ? ['y', 'switches'] : ['y'];
  const feeds = Object.fromEntries(
    inputs.map((row, i) => [`x${String(i)}`, tensor('float32', shape ?? [row.length], row)]),
  );
  const names = Object.entries(feeds).map(([name, x]) => builder.input(name, 'float32', x.shape));
  const results = builder.addAll(op, names, attributes, { name: 'node', outputs });
  const values = evaluate(builder.build(op, results), feeds);
  return outputs.map((name) => [...values[name]!.data]);
}

const pairsOfColumns = {
  kernel: [1, 2],
  strides: [1, 2],
  pads: [0, 0, 0, 0],
  dilations: [1, 1],
  autoPad: 'NOTSET',
  ceilMode: false,
  global: false,
};

/** The table of ARCHITECTURE.md, "What a NaN does", by hand. */
describe('NaN and infinities in float64', () => {
  it('a window with NaN gives it, and the switch is its first; −∞ is a number, and padding is none', () => {
    const x = [1, none, none, none, most, none, -most, -most, -most, -9];
    expect(computed('max-pool', pairsOfColumns, [x], [1, 1, 1, 10])).to.deep.equal([
      [none, none, none, -most, -9],
      [1, 2, 5, 6, 9],
    ]);
    const padded = { ...pairsOfColumns, pads: [0, 1, 0, 1] };
    expect(computed('max-pool', padded, [[-most, -most]], [1, 1, 1, 2])).to.deep.equal([
      [-most, -most],
      [0, 1],
    ]);
  });

  const numbers = [none, most, -most];
  for (const [op, attributes, expected] of [
    ['relu', {}, [none, most, 0]],
    ['clip', { min: 0, max: 6 }, [none, 6, 0]],
    ['clip', { min: -most, max: most }, [none, most, -most]],
    ['leaky-relu', { alpha: 0.5 }, [none, most, -most]],
    ['hard-sigmoid', { alpha: 0.2, beta: 0.5 }, [none, 1, 0]],
    ['hard-swish', {}, [none, most, none]],
    ['sigmoid', {}, [none, 1, 0]],
    ['tanh', {}, [none, 1, -1]],
    ['softplus', {}, [none, most, 0]],
    ['sign', {}, [none, 1, -1]],
    ['exp', {}, [none, most, 0]],
    ['reduce', { mode: 'max', axes: [0], keepdims: false }, [none]],
    ['reduce', { mode: 'min', axes: [0], keepdims: false }, [none]],
    ['softmax', { axis: 0, log: false }, [none, none, none]],
    ['order-statistic', { rank: 2 }, [none]],
  ] as const) {
    it(`${op} ${JSON.stringify(attributes)}`, () => {
      expect(computed(op, attributes, [numbers])).to.deep.equal([expected]);
    });
  }

  it('max, min and prelu look at both, and prelu at the slope only where it is used', () => {
    const [a, b] = [
      [none, 1, most, 1, -1],
      [1, none, none, most, none],
    ];
    expect(computed('max', {}, [a, b])).to.deep.equal([[none, none, none, most, none]]);
    expect(computed('min', {}, [a, b])).to.deep.equal([[none, none, none, 1, none]]);
    expect(computed('prelu', {}, [a, b])).to.deep.equal([[none, 1, most, 1, none]]);
  });

  it('a mask that is no finite number stops a signal; a signal that is none stays so', () => {
    const [mask, signal] = [
      [none, most, 1, 0, 1],
      [1, 1, none, none, -1],
    ];
    const along = (rule: string): number[][] => computed('relu-grad', { rule, low: 0, high: most }, [mask, signal]);
    expect(along('gradient')).to.deep.equal([[0, 0, none, 0, -1]]);
    expect(along('guided')).to.deep.equal([[0, 0, none, 0, 0]]);
    expect(along('deconvnet')).to.deep.equal([[1, 1, none, none, 0]]);
  });

  it('an order puts NaN behind infinity', () => {
    expect(computed('order-statistic', { rank: 1 }, [[none, 3, most]])).to.deep.equal([[most]]);
  });
});
