import { expect } from 'chai';
import { Arena } from '../../../src/cpu/arena.ts';
import type { Place } from '../../../src/engine/arrange.ts';
import { Packs } from '../../../src/engine/cpu/packs.ts';
import { Program, type ConstantPart, type ProgramData } from '../../../src/engine/cpu/program.ts';
import { contextOf } from '../../../src/ir/builder.ts';
import { plainKernels } from '../../../src/cpu/plain.ts';
import { graphBuilder } from '../../support/ops.ts';
import { Random } from '../../support/random.ts';

const CONSTANT = 7;
const WEIGHTS = new Random(1).tensor([8]);

/** y = x + c */
function sum(): ProgramData {
  const builder = graphBuilder();
  const c = builder.constant('c', WEIGHTS);
  const y = builder.add('add', [builder.input('x', 'float32', [8]), c], {}, { outputs: ['y'] });
  const { nodes, values } = builder.build('sum', [y]);
  const extent = { size: 8, dtype: 'float32' } as const;
  return {
    nodes: [{ context: contextOf(nodes[0]!, values), cost: 1 }],
    slots: [32],
    places: new Map<string, Place>([
      ['x', { input: 'x' }],
      ['c', { constant: 'c' }],
      ['y', { slot: 0, offset: 0, bytes: 32 }],
    ]),
    inputs: new Map([['x', extent]]),
    outputs: new Map([['y', extent]]),
    constants: new Map([['c', CONSTANT]]),
    state: [],
    poison: true,
  };
}

const part = (start: number, end: number): ConstantPart => ({
  constant: CONSTANT,
  numbers: new Int32Array(WEIGHTS.data.buffer, 4 * start, end - start),
  start,
  size: 8,
});

describe('a program on the CPU', () => {
  it('takes a constant in parts, once for all programs, and gives back what has arrived of one', async () => {
    const memory = new Arena();
    const machine = { memory, kernels: undefined, plain: plainKernels(memory) };
    const packs = new Packs(memory);
    const [first, second, third] = [1, 2, 3].map(() => new Program(machine, packs, sum())) as [
      Program,
      Program,
      Program,
    ];
    expect(first.wanted()).to.deep.equal([CONSTANT]);
    first.supply([part(0, 3)]);
    expect(memory.pieces).to.equal(1);
    first.free();
    expect(memory.pieces).to.equal(0);

    for (const program of [second, third]) program.supply([part(0, 3)]);
    for (const program of [second, third]) program.supply([part(3, 8)]);
    expect(memory.pieces, 'one of them has it').to.equal(1);
    second.load();
    const x = new Random(2).tensor([8]);
    const run = { steps: 1, breathe: () => Promise.resolve(), onProgress: () => undefined };
    const found = await second.run(new Map([['x', x.data as Float32Array]]), ['y'], run);
    expect([...found.get('y')!]).to.deep.equal(Array.from(x.data, (n, i) => Math.fround(n + WEIGHTS.data[i]!)));
    second.free();
    expect(memory.pieces).to.equal(1);
    third.free();
    expect(memory.pieces).to.equal(0);
  });
});
