import { expect } from 'chai';
import { loadKernels } from '../../src/cpu/kernels.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Attributes } from '../../src/ir/graph.ts';
import { loops as matmul } from '../../src/ops/matmul/loops.ts';
import { moreLoops } from '../../src/ops/more-loops.ts';
import { loops as norm } from '../../src/ops/norm/loops.ts';
import { loops as paint } from '../../src/ops/paint/loops.ts';
import { loops as pointwise } from '../../src/ops/pointwise/loops.ts';
import { loops as pool } from '../../src/ops/pool/loops.ts';
import { loops as reduce } from '../../src/ops/reduce/loops.ts';
import { loops as resample } from '../../src/ops/resample/loops.ts';
import { loops as shape } from '../../src/ops/shape/loops.ts';
import { loops as topk } from '../../src/ops/topk/loops.ts';
import { loops as tsne } from '../../src/ops/tsne/loops.ts';
import type { Loops, Machine } from '../../src/ops/loop.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { cases } from '../ops/cases.ts';
import { instance, TOLERANCE, type OpCase } from '../ops/harness.ts';
import { compareNonFinite, meetsNonFinite } from '../ops/non-finite.ts';
import { plainMachine, runLoop } from '../support/loops.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';
import { KNOWN_SETS } from '../support/instruction-sets.ts';

const loops: Loops = {
  ...matmul,
  ...norm,
  ...paint,
  ...pointwise,
  ...pool,
  ...reduce,
  ...resample,
  ...shape,
  roll: moreLoops['roll']!,
  ...topk,
  ...tsne,
};

/** Types that are in the memory of loops. */
function isComputed(opCase: OpCase): boolean {
  const { graph } = instance(opCase);
  return [...graph.values.values()].every(({ dtype }) => dtype === 'float32' || dtype === 'uint32');
}

const looped = cases.filter((opCase) => Object.hasOwn(loops, opCase.op) && isComputed(opCase));

const windows = {
  kernel: [3, 3],
  strides: [2, 2],
  pads: [1, 1, 1, 1],
  dilations: [1, 1],
  autoPad: 'NOTSET',
  ceilMode: false,
};
const product = { alpha: 0.5, beta: 1, transA: false, transB: false };
const weightsAsInFiles = { ...product, transB: true, low: 0 };
const response = { size: 5, alpha: 0.3, beta: 0.75, bias: 1 };

/** Work that is done in several parts, at least with kernels or without. */
const long: readonly OpCase[] = [
  {
    op: 'max-pool',
    label: 'long',
    attributes: { ...windows, global: false },
    inputs: [[2, 16, 164, 180]],
    outputs: 2,
    exact: true,
  },
  {
    op: 'gemm',
    label: 'long, as weights lie in files',
    attributes: weightsAsInFiles,
    inputs: [[7, 1101], [2203, 1101], [2203]],
  },
  {
    op: 'gemm',
    label: 'long, few rows',
    attributes: product,
    inputs: [
      [3, 2900],
      [2900, 1101],
    ],
  },
  {
    op: 'gemm',
    label: 'long, panels',
    attributes: product,
    inputs: [
      [131, 700],
      [700, 397],
      [131, 1],
    ],
  },
  {
    op: 'add',
    label: 'long',
    inputs: [
      [3, 1021, 1301],
      [1021, 1],
    ],
  },
  { op: 'relu', label: 'long', inputs: [[4_000_013]], exact: true },
  { op: 'reduce', label: 'long', attributes: { mode: 'mean', axes: [1, 2], keepdims: false }, inputs: [[7, 61, 4901]] },
  {
    op: 'reduce',
    label: 'long, first axis',
    attributes: { mode: 'sum', axes: [1], keepdims: false },
    inputs: [[3, 7, 95_003]],
  },
  {
    op: 'concat',
    label: 'long',
    attributes: { axis: 1 },
    inputs: [
      [2, 3, 200_003],
      [2, 1, 200_003],
    ],
    exact: true,
  },
  {
    op: 'lrn-grad',
    label: 'long',
    attributes: response,
    inputs: [
      [3, 24, 2001],
      [3, 24, 2001],
    ],
  },
];

interface Batch {
  readonly op: string;
  readonly attributes?: Attributes;
  /** Those that have an image in each row, and others. */
  readonly inputs: readonly Shape[];
  readonly others?: readonly Shape[];
}

/** Of sizes that no vector divides. */
const batches: readonly Batch[] = [
  ...['relu', 'exp', 'sigmoid', 'silu', 'tanh', 'hard-swish'].map((op) => ({ op, inputs: [[3, 5, 7, 3]] })),
  { op: 'leaky-relu', attributes: { alpha: 0.1 }, inputs: [[3, 5, 7, 3]] },
  {
    op: 'relu-grad',
    attributes: { rule: 'guided', low: 0, high: 6 },
    inputs: [
      [3, 25],
      [3, 25],
    ],
  },
  { op: 'div', inputs: [[3, 5, 7, 3]], others: [[5, 1, 1]] },
  { op: 'max-pool', attributes: { ...windows, global: false }, inputs: [[3, 2, 9, 13]] },
  { op: 'average-pool', attributes: { ...windows, countIncludePad: false }, inputs: [[3, 2, 9, 13]] },
  { op: 'reduce', attributes: { mode: 'mean', axes: [2, 3], keepdims: true }, inputs: [[3, 5, 7, 3]] },
  { op: 'reduce', attributes: { mode: 'sum', axes: [1], keepdims: true }, inputs: [[3, 5, 7, 3]] },
  { op: 'softmax', attributes: { axis: 1, log: false }, inputs: [[3, 77]] },
  { op: 'lrn', attributes: response, inputs: [[3, 7, 5, 3]] },
  {
    op: 'lrn-grad',
    attributes: response,
    inputs: [
      [3, 7, 5, 3],
      [3, 7, 5, 3],
    ],
  },
  { op: 'gemm', attributes: weightsAsInFiles, inputs: [[9, 1301]], others: [[11, 1301], [11]] },
  { op: 'gemm', attributes: product, inputs: [[9, 1301]], others: [[1301, 11], [11]] },
  {
    op: 'matmul',
    attributes: { transA: false, transB: true },
    inputs: [
      [3, 4, 5, 6],
      [3, 4, 7, 6],
    ],
  },
];

for (const instructions of [...KNOWN_SETS, undefined]) {
  describe(`loops with ${instructions ?? 'no kernels'}`, () => {
    const done = new Map<string, number>();
    const left = new Map<string, number>();
    const count = (of: Map<string, number>, op: string): unknown => of.set(op, (of.get(op) ?? 0) + 1);
    const inParts = new Set<string>();
    let machine: Machine;

    before(async () => {
      const kernels = instructions && (await loadKernels([instructions]));
      expect(kernels?.instructions).to.equal(instructions);
      machine = kernels ? { memory: kernels.arena, kernels } : plainMachine();
    });

    after(() => {
      const list = (of: Map<string, number>): string => [...of].map(([op, n]) => `${op} ${String(n)}`).join(', ');
      console.log(`${instructions ?? 'no kernels'}: ${list(done)}; left to float64: ${list(left)}`);
      expect(machine.memory.pieces).to.equal(0);
      expect(inParts.size, 'work in several parts').to.be.at.least(long.length / 3);
    });

    for (const opCase of [...looped, ...long]) {
      it(`${opCase.op}: ${opCase.label}`, async () => {
        const { graph, feeds } = instance(opCase);
        const run = runLoop(loops, graph, feeds, machine);
        if (!run) {
          count(left, opCase.op);
          return;
        }
        count(done, opCase.op);
        if (run.parts > 1) inParts.add(opCase.label);
        const expected = evaluate(graph, feeds);
        for (const name of graph.outputs) {
          const { data, dtype } = run.outputs[name]!;
          const exact = opCase.exact === true || dtype === 'uint32';
          expect(relativeError(data, expected[name]!.data), name).to.be.at.most(exact ? 0 : TOLERANCE);
        }
        if (!long.includes(opCase) && meetsNonFinite(opCase))
          await compareNonFinite(opCase, (one, given) => runLoop(loops, one, given, machine)!.outputs);
      });
    }

    for (const { op, attributes, inputs, others = [] } of batches) {
      it(`${op} ${inputs.join(' and ')}: an image alone gives the same bits as in a batch`, () => {
        const random = new Random(3);
        const [images, rest] = [inputs, others].map((list) => list.map((shape) => random.tensor(shape)));
        const compute = (tensors: readonly Tensor[]): Float32Array => {
          const builder = graphBuilder();
          const feeds = Object.fromEntries(tensors.map((x, i) => [`x${String(i)}`, x]));
          const names = Object.entries(feeds).map(([name, x]) => builder.input(name, x.dtype, x.shape));
          const y = builder.add(op, names, attributes, { name: 'node' });
          return runLoop(loops, builder.build(op, [y]), feeds, machine)!.outputs[y]!.data as Float32Array;
        };
        const all = compute([...images!, ...rest!]);
        const size = inputs[0]![0]!;
        for (let i = 0; i < size; i++) {
          const one = compute([
            ...images!.map(({ shape, data }) => {
              const length = data.length / size;
              return float32([1, ...shape.slice(1)], data.slice(i * length, (i + 1) * length));
            }),
            ...rest!,
          ]);
          expect(one).to.deep.equal(all.slice(i * one.length, (i + 1) * one.length));
        }
      });
    }
  });
}
