import { expect } from 'chai';
import { evaluate } from '../../src/graph/evaluate.ts';
import { contextOf } from '../../src/ir/builder.ts';
import type { Attributes } from '../../src/ir/graph.ts';
import { loops as usual } from '../../src/ops/conv/loops.ts';
import type { Loops, Machine } from '../../src/ops/loop.ts';
import { moreLoops } from '../../src/ops/more-loops.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { cases } from '../ops/conv/cases.ts';
import { instance, type Operand, type OpCase } from '../ops/harness.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';
import { machineOf, MACHINES, runLoop } from './run-loop.ts';

const loops: Loops = { ...usual, ...moreLoops };

const TOLERANCE: Readonly<Record<string, number>> = { 'conv2d-weight-grad': 1e-5 };

interface Windows {
  readonly strides?: readonly [number, number];
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: readonly [number, number];
  readonly group?: number;
}

/** A convolution of x with w. */
interface Geometry extends Windows {
  readonly x: Shape;
  readonly w: Shape;
}

const same = (pad: number): Windows => ({ pads: [pad, pad, pad, pad] });
const every = (stride: number): Windows => ({ strides: [stride, stride] });

/** Larger than those of test/ops/conv/cases.ts: the sizes at which loops are cut into blocks, chunks, tiles and tails. */
const GEOMETRIES: Readonly<Record<string, Geometry>> = {
  'first layer of SqueezeNet, smaller': { x: [1, 3, 35, 35], w: [64, 3, 3, 3], ...every(2) },
  'first layer of AlexNet, smaller': { x: [2, 3, 31, 35], w: [9, 3, 11, 11], ...every(4), ...same(2) },
  'first layer of ResNet, smaller': { x: [1, 3, 32, 30], w: [10, 3, 7, 7], ...every(2), ...same(3) },
  'stride 3': { x: [1, 4, 20, 23], w: [7, 4, 5, 5], ...every(3), ...same(2) },
  '1×1 from many channels to many': { x: [2, 70, 14, 13], w: [40, 70, 1, 1] },
  '1×1, more channels than a chunk': { x: [1, 530, 7, 7], w: [9, 530, 1, 1] },
  '1×1 of one pixel': { x: [2, 64, 1, 1], w: [41, 64, 1, 1] },
  '1×1, stride 2': { x: [1, 33, 15, 14], w: [35, 33, 1, 1], ...every(2) },
  '1×1, cut': { x: [2, 34, 9, 9], w: [33, 34, 1, 1], pads: [-1, 0, -2, -3] },
  'more taps than a chunk': { x: [1, 90, 6, 5], w: [7, 90, 3, 3], ...same(1) },
  'thousands of taps': { x: [1, 256, 6, 6], w: [7, 256, 6, 6] },
  'more pixels than a block': { x: [1, 40, 66, 33], w: [6, 40, 3, 3], ...same(1) },
  'by tiles': { x: [2, 16, 13, 13], w: [17, 16, 3, 3], ...same(1) },
  'by tiles, more channels than a chunk': { x: [1, 530, 6, 8], w: [16, 530, 3, 3], ...same(1) },
  'by tiles, wide': { x: [1, 16, 7, 50], w: [16, 16, 3, 3], ...same(1) },
  'by tiles, more than a block': { x: [1, 96, 34, 33], w: [70, 96, 3, 3], ...same(1) },
  'by tiles in groups, uneven border': { x: [2, 32, 9, 16], w: [34, 16, 3, 3], group: 2, pads: [0, 2, 1, 0] },
  'by tiles, cut': { x: [1, 16, 12, 20], w: [16, 16, 3, 3], pads: [-1, -2, 1, 0] },
  'as by tiles, but under a dilation': { x: [1, 16, 12, 20], w: [16, 16, 3, 3], dilations: [2, 2], ...same(2) },
  'depthwise 3×3': { x: [2, 9, 17, 35], w: [9, 1, 3, 3], group: 9, ...same(1) },
  'depthwise 3×3, stride 2': { x: [2, 5, 18, 35], w: [5, 1, 3, 3], group: 5, ...same(1), ...every(2) },
  'depthwise 5×5': { x: [1, 5, 14, 14], w: [5, 1, 5, 5], group: 5, ...same(2) },
  'depthwise 5×5, stride 2, two filters': { x: [1, 5, 15, 14], w: [10, 1, 5, 5], group: 5, ...same(2), ...every(2) },
  'depthwise 7×7, stride 4, dilation 3': {
    x: [1, 3, 40, 37],
    w: [3, 1, 7, 7],
    group: 3,
    ...every(4),
    dilations: [3, 3],
  },
  'depthwise, cut': { x: [1, 3, 9, 9], w: [3, 1, 3, 3], group: 3, pads: [-1, -1, -2, 1] },
  'depthwise, four filters a channel': { x: [1, 3, 9, 9], w: [12, 1, 3, 3], group: 3, ...same(1) },
  '2×2 patches': { x: [2, 12, 20, 18], w: [24, 12, 2, 2], ...every(2) },
  '3×3, stride 2, many channels': { x: [1, 40, 15, 15], w: [50, 40, 3, 3], ...every(2), ...same(1) },
  '3×3, stride 2, cut': { x: [1, 5, 15, 15], w: [6, 5, 3, 3], ...every(2), pads: [-1, 1, 1, -2] },
  'stride 2 by 4': { x: [1, 5, 15, 33], w: [6, 5, 4, 3], strides: [2, 4] },
  'stride 4 by 2, dilation 2 by 3': {
    x: [1, 5, 30, 23],
    w: [6, 5, 3, 3],
    strides: [4, 2],
    dilations: [2, 3],
    ...same(3),
  },
  'fewer pixels than a vector': { x: [1, 4, 2, 2], w: [3, 4, 2, 2], pads: [0, 1, 0, 0] },
  ...Object.fromEntries(
    Array.from({ length: 13 }, (_, i) => [`${i + 1} filters`, { x: [1, 3, 5, 6], w: [i + 1, 3, 2, 2] }]),
  ),
};

/** What is fused into a convolution, and into its input gradient. */
const CLIPS: readonly Attributes[] = [{}, { low: 0 }, { low: -0.5, high: 2 }];
const RULES: readonly Attributes[] = [
  {},
  { rule: 'gradient', low: 0, high: 6 },
  { rule: 'guided', low: 0 },
  { rule: 'deconvnet', low: 0 },
];

/** The three ops of a geometry, with something fused into two of them. */
function casesOf([label, { x, w, ...windows }]: [string, Geometry], turn: number): OpCase[] {
  const attributes: Attributes = {
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    autoPad: 'NOTSET',
    group: 1,
    ...windows,
  };
  // Results of about 1, whatever the taps: clipped ones are not all at the bounds.
  const scale = Math.sqrt(w.slice(1).reduce((product, size) => product * size));
  const filters: Operand = (random) => random.tensor(w, () => random.normal() / scale);
  const bare: OpCase = { op: 'conv2d', label, attributes, inputs: [x, w] };
  const y = instance(bare).graph.values.get('y0')!.shape;
  const clip = CLIPS[turn % CLIPS.length]!;
  const bias: Operand = turn % 2 === 0 ? [w[0]!] : null;
  const rule = RULES[turn % RULES.length]!;
  const mask = rule.rule === undefined || rule.rule === 'deconvnet' ? [] : [x];
  return [
    { ...bare, attributes: { ...attributes, ...clip }, inputs: [x, filters, bias] },
    { ...bare, label: `${label}, residual`, attributes: { ...attributes, ...clip }, inputs: [x, filters, bias, y] },
    {
      op: 'conv2d-input-grad',
      label,
      attributes: { ...attributes, ...rule, inputShape: x },
      inputs: [y, filters, ...mask],
    },
    { op: 'conv2d-weight-grad', label, attributes: { ...attributes, weightShape: w }, inputs: [x, y] },
  ];
}

const CASES: readonly OpCase[] = [...Object.entries(GEOMETRIES).flatMap(casesOf), ...cases];

/** Bits of NaN of both signs, and of both infinities. */
const SPECIALS = { NaN: [0x7fc00000, 0xffc00000], infinities: [0x7f800000, 0xff800000] };

/** Numbers of which one in `each` is replaced. */
function strewn({ shape, data }: Tensor, bits: readonly number[], each: number, random: Random): Tensor {
  const numbers = Float32Array.from(data);
  const words = new Uint32Array(numbers.buffer);
  const first = Math.floor(random.next() * Math.min(each, words.length));
  for (let i = first; i < words.length; i += each) words[i] = bits[Math.floor(random.next() * bits.length)]!;
  return { dtype: 'float32', shape, data: numbers };
}

/** What is finite is equal within the tolerance, all else exactly. */
function expectSame(got: Float32Array, wanted: ArrayLike<number>, tolerance: number): void {
  const finite: [number[], number[]] = [[], []];
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isFinite(wanted[i]) && Number.isFinite(got[i])) {
      finite[0].push(got[i]!);
      finite[1].push(wanted[i]!);
    } else if (!Object.is(got[i], wanted[i])) {
      expect.fail(`element ${String(i)} is ${String(got[i])} instead of ${String(wanted[i])}`);
    }
  }
  expect(relativeError(...finite)).to.be.at.most(tolerance);
}

for (const name of MACHINES) {
  describe(`convolutions on the CPU, ${name}`, () => {
    let machine: Machine;
    before(async () => {
      machine = await machineOf(name);
    });
    afterEach(() => {
      expect(machine.memory.pieces).to.equal(0);
    });

    it('are those of float64, and the same bits each time', () => {
      for (const opCase of CASES) {
        const { graph, feeds } = instance(opCase);
        const [y] = runLoop(loops, machine, graph, feeds, { times: 2 })!;
        const error = relativeError(y!, evaluate(graph, feeds)[graph.outputs[0]!]!.data);
        expect(error, `${opCase.op} ${opCase.label}`).to.be.at.most(TOLERANCE[opCase.op] ?? 1e-6);
      }
    });

    it('let NaN and infinities through where something looks at them, and nowhere else', () => {
      for (const opCase of CASES) {
        const { graph, feeds } = instance(opCase);
        // What weights, or signals, are multiplied with in a border is left open.
        const open = opCase.op === 'conv2d-weight-grad' ? ['x0'] : ['x0', 'x2', 'x3'];
        for (const [label, bits] of Object.entries(SPECIALS)) {
          for (const each of [Infinity, 5]) {
            const random = new Random(each);
            const given = Object.fromEntries(
              Object.entries(feeds).map(([key, x]) => [key, open.includes(key) ? strewn(x, bits, each, random) : x]),
            );
            const [y] = runLoop(loops, machine, graph, given)!;
            try {
              expectSame(y!, evaluate(graph, given)[graph.outputs[0]!]!.data, 1e-5);
            } catch (cause) {
              throw new Error(`${opCase.op} ${opCase.label}, ${label} each ${String(each)}`, { cause });
            }
          }
        }
      }
    });

    it('keep what is large, but no more than results can be', () => {
      const attributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
      const large = (random: Random): Tensor =>
        random.tensor([1, 16, 9, 9], () => (random.next() < 0.5 ? 3e38 : -3e38));
      const small = (random: Random): Tensor => random.tensor([16, 16, 3, 3], () => 1e-3 * random.normal());
      const { graph, feeds } = instance({ op: 'conv2d', label: 'large', attributes, inputs: [large, small] });
      const [y] = runLoop(loops, machine, graph, feeds)!;
      expect(relativeError(y!, evaluate(graph, feeds)[graph.outputs[0]!]!.data)).to.be.at.most(1e-6);
    });

    it('name the order of packed filters by all that it depends on', () => {
      const met = new Map<string, Float32Array>();
      for (const opCase of CASES) {
        const { graph } = instance(opCase);
        const context = contextOf(graph.nodes.at(-1)!, graph.values);
        for (const { input, order, size, pack } of loops[opCase.op]!(context as never, machine).packings ?? []) {
          const { shape } = context.inputs[input]!;
          const { memory } = machine;
          const [from, to] = [memory.take('filters', 4 * sizeOf(shape)), memory.take('packed', 4 * size)];
          memory.floats(from, sizeOf(shape)).forEach((_, i, numbers) => void (numbers[i] = i + 1));
          memory.floats(to, size).fill(NaN);
          pack(from, to);
          const packed = memory.floats(to, size).slice();
          memory.release(to);
          memory.release(from);
          const name = `${shape.join('×')} ${order}`;
          expect(packed, name).to.deep.equal(met.get(name) ?? packed);
          expect(packed.includes(NaN), name).to.equal(false);
          met.set(name, packed);
        }
      }
    });

    it('come in parts where they take long', () => {
      const attributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
      const builder = graphBuilder();
      const [x, w] = [builder.input('x', 'float32', [2, 64, 224, 224]), builder.input('w', 'float32', [64, 64, 3, 3])];
      builder.add('conv2d', [x, w], attributes);
      const lowered = loops['conv2d']!(contextOf(builder.nodes[0]!, builder.values) as never, machine);
      const { parts } = lowered.bind({ inputs: [0, 0], outputs: [0], packed: [0], scratch: 0 });
      expect(parts).to.be.above(50);
    });

    it('give an image the same bits alone and among others, one that is not finite too', () => {
      for (const opCase of CASES.filter(({ op }) => op !== 'conv2d-weight-grad')) {
        const { graph, feeds } = instance(opCase);
        const n = feeds.x0!.shape[0]!;
        if (n === 1) continue;
        feeds.x0!.data[0] = Infinity;
        const [all] = runLoop(loops, machine, graph, feeds)!;
        for (let image = 0; image < n; image++) {
          const alone = instance({
            ...opCase,
            inputs: opCase.inputs.map((x, i) => (i === 1 || (i === 2 && opCase.op === 'conv2d') ? x : one(x))),
          });
          const own = Object.fromEntries(
            Object.entries(feeds).map(([key, x]) => [
              key,
              alone.feeds[key]!.shape[0] === x.shape[0] && key !== 'x0' ? x : imageOf(x, image),
            ]),
          );
          const [y] = runLoop(loops, machine, alone.graph, own)!;
          const size = all!.length / n;
          expect(y, `${opCase.op} ${opCase.label}, image ${String(image)}`).to.deep.equal(
            all!.slice(image * size, (image + 1) * size),
          );
        }
      }
    });
  });
}

/** The shape of one image of a batch. */
function one(operand: Operand): Operand {
  return Array.isArray(operand) ? [1, ...(operand.slice(1) as number[])] : operand;
}

function imageOf({ shape, data }: Tensor, image: number): Tensor {
  const size = data.length / shape[0]!;
  return float32([1, ...shape.slice(1)], Array.from(data.slice(image * size, (image + 1) * size)));
}
