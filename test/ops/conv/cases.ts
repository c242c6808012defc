import { contextOf } from '../../../src/ir/builder.ts';
import type { Attributes } from '../../../src/ir/graph.ts';
import type { Capabilities, NodeContext } from '../../../src/ir/op.ts';
import { convolution, inputGradient } from '../../../src/ops/conv/call.ts';
import type { ConvAttributes } from '../../../src/ops/conv/geometry.ts';
import { inGroups } from '../../../src/ops/conv/weight-grad-groups.ts';
import { convolutions as family } from '../../../src/ops/conv/kernels.ts';
import { able } from '../../../src/ops/internal/variants.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { graphBuilder } from '../../support/ops.ts';
import type { ErrorCase, OpCase } from '../harness.ts';

interface Geometry {
  readonly label: string;
  readonly x: Shape;
  readonly w: Shape;
  readonly attributes: Attributes;
}

interface Windows {
  readonly strides?: readonly [number, number];
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: readonly [number, number];
  readonly autoPad?: string;
  readonly group?: number;
}

function geometry(label: string, x: Shape, w: Shape, windows: Windows = {}): Geometry {
  const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
  return { label, x, w, attributes: { ...plain, ...windows } };
}

const same = (pad: number): Windows => ({ pads: [pad, pad, pad, pad] });

/** Sizes are no multiples of the tiles of the shaders, batches are larger than 1, images not square. */
const geometries: readonly Geometry[] = [
  geometry('1×1', [2, 5, 3, 7], [9, 5, 1, 1]),
  geometry('1×1 in groups', [2, 6, 5, 3], [10, 3, 1, 1], { group: 2 }),
  geometry('1×1 of single pixels', [3, 8, 1, 1], [5, 8, 1, 1]),
  geometry('1×1, stride 2', [2, 4, 6, 7], [9, 4, 1, 1], { strides: [2, 2] }),
  geometry('1×1, padded', [1, 3, 4, 5], [2, 3, 1, 1], same(1)),
  geometry('3×3', [2, 3, 9, 10], [6, 3, 3, 3], same(1)),
  geometry('3×3, stride 2', [1, 3, 12, 11], [9, 3, 3, 3], { strides: [2, 2] }),
  geometry('3×3, depthwise', [2, 5, 8, 9], [5, 1, 3, 3], { ...same(1), group: 5 }),
  geometry('3×3, depthwise, two filters a channel, stride 2', [1, 3, 9, 8], [6, 1, 3, 3], {
    ...same(1),
    strides: [2, 2],
    group: 3,
  }),
  geometry('3×3, output of one pixel', [2, 3, 3, 3], [5, 3, 3, 3]),
  geometry('3×3, whole windows in the padding', [1, 2, 3, 4], [3, 2, 3, 3], same(4)),
  geometry('3×3, dilation 2, uneven pads', [1, 3, 9, 8], [5, 3, 3, 3], { dilations: [2, 2], pads: [1, 0, 2, 3] }),
  geometry('3×3, stride 2, dilation 2', [1, 2, 11, 12], [3, 2, 3, 3], { strides: [2, 2], dilations: [2, 2] }),
  geometry('3×3, stride 2, dilation 3', [1, 2, 13, 12], [3, 2, 3, 3], { strides: [2, 2], dilations: [3, 3] }),
  geometry('3×2, everything uneven', [2, 4, 11, 8], [6, 2, 3, 2], {
    strides: [2, 1],
    dilations: [1, 3],
    pads: [2, 1, 0, 3],
    group: 2,
  }),
  geometry('2×2, stride 3', [1, 3, 10, 11], [4, 3, 2, 2], { strides: [3, 3] }),
  geometry('1×7', [1, 3, 5, 9], [4, 3, 1, 7], { pads: [0, 3, 0, 3] }),
  geometry('7×1', [1, 3, 9, 5], [4, 3, 7, 1], { pads: [3, 0, 3, 0] }),
  geometry('5×5 in groups', [1, 4, 9, 8], [6, 2, 5, 5], { ...same(2), group: 2 }),
  geometry('7×7, stride 2', [1, 3, 15, 17], [5, 3, 7, 7], { ...same(3), strides: [2, 2] }),
  geometry('11×11, stride 4', [1, 2, 27, 31], [5, 2, 11, 11], { ...same(2), strides: [4, 4] }),
  geometry('13×13', [1, 2, 15, 14], [2, 2, 13, 13]),
  geometry('5×6 patches', [2, 6, 11, 13], [4, 3, 5, 6], { strides: [5, 6], group: 2 }),
  geometry('7×3, stride 5 by 7, padded', [1, 5, 12, 16], [3, 5, 7, 3], { strides: [5, 7], pads: [4, 1, 2, 9] }),
  geometry('3×4, stride 9 by 6, dilation 2 by 4', [1, 2, 25, 20], [3, 2, 3, 4], { strides: [9, 6], dilations: [2, 4] }),
  geometry('SAME_UPPER', [1, 2, 8, 7], [3, 2, 3, 4], { strides: [2, 2], autoPad: 'SAME_UPPER' }),
  geometry('SAME_LOWER', [1, 2, 8, 7], [3, 2, 4, 3], { strides: [3, 2], autoPad: 'SAME_LOWER' }),
  geometry('VALID', [1, 2, 8, 7], [3, 2, 3, 3], { ...same(1), strides: [2, 2], autoPad: 'VALID' }),
];

/** The node of a convolution, or of its input gradient, looked up. */
function contextOfNode(op: string, inputs: readonly Shape[], attributes: Attributes): NodeContext<ConvAttributes> {
  const builder = graphBuilder();
  builder.add(
    op,
    inputs.map((shape, i) => builder.input(`x${String(i)}`, 'float32', shape)),
    attributes,
  );
  return contextOf(builder.nodes[0]!, builder.values) as unknown as NodeContext<ConvAttributes>;
}

/** Every variant is tried where one can try it. */
const CAPABLE: Capabilities = { subgroups: true, adapter: 'software' };

/** What is fused into some of the forced cases: attributes, and whether an image of the shape of the result comes along. */
interface Fusion {
  readonly label: string;
  readonly attributes: Attributes;
  readonly withOperand: boolean;
}

const FUSIONS: Readonly<Record<string, readonly Fusion[]>> = {
  conv2d: [
    { label: '', attributes: {}, withOperand: false },
    { label: ', ReLU', attributes: { low: 0, high: Infinity }, withOperand: false },
    { label: ', residual, clipped', attributes: { low: -0.5, high: 2 }, withOperand: true },
    { label: ', residual', attributes: {}, withOperand: true },
  ],
  'conv2d-input-grad': [
    { label: '', attributes: {}, withOperand: false },
    { label: ', guided', attributes: { rule: 'guided', low: 0, high: Infinity }, withOperand: true },
    { label: ', deconvnet', attributes: { rule: 'deconvnet', low: 0, high: Infinity }, withOperand: false },
    { label: ', gradient of Clip', attributes: { rule: 'gradient', low: -0.5, high: 1 }, withOperand: true },
  ],
  'conv2d-weight-grad': [{ label: '', attributes: {}, withOperand: false }],
};

/** A linear case as the op chooses to compute it, and one for each way that could be taken, fused with this or that. */
function withVariants(opCase: OpCase, names: readonly string[], result: Shape, turn: number): OpCase[] {
  const forced = names.map((variant, i): OpCase => {
    const choices = FUSIONS[opCase.op]!;
    const { label, attributes, withOperand } = choices[(turn + i) % choices.length]!;
    const [x, w, bias] = opCase.inputs as readonly Shape[];
    const third = opCase.op === 'conv2d' ? [bias ?? null] : [];
    return {
      ...opCase,
      label: `${opCase.label}, ${variant}${label}`,
      attributes: { ...opCase.attributes, ...attributes, variant },
      inputs: withOperand ? [x!, w!, ...third, result] : opCase.inputs,
    };
  });
  return [{ ...opCase, derivative: 'linear' }, ...forced];
}

const convolutions: readonly OpCase[] = geometries.flatMap(({ label, x, w, attributes }, i) => {
  // Every other one has a bias.
  const bias = i % 2 === 0 ? [[w[0]!]] : [];
  const context = contextOfNode('conv2d', [x, w], attributes);
  const dy = context.outputs[0]!.shape;
  const calls = [convolution(context)];
  const backward = { ...attributes, inputShape: x };
  const backCalls = inputGradient(contextOfNode('conv2d-input-grad', [dy, w], backward));
  const weights = { ...attributes, weightShape: w };
  const ways = (list: typeof calls): string[] =>
    Object.keys(family.variants).filter((name) => list.every((call) => able(family, call, CAPABLE).includes(name)));
  return [
    ...withVariants({ op: 'conv2d', label, attributes, inputs: [x, w, ...bias] }, ways(calls), dy, i),
    ...withVariants(
      { op: 'conv2d-input-grad', label, attributes: backward, inputs: [dy, w] },
      [...ways(backCalls), 'all-phases'],
      x,
      i,
    ),
    ...withVariants(
      { op: 'conv2d-weight-grad', label, attributes: weights, inputs: [x, dy] },
      inGroups(calls[0]!.geometry, CAPABLE, 'group') ? ['direct', 'group'] : [],
      w,
      i,
    ),
  ];
});

/** A residual has a gradient too. */
const fused: readonly OpCase[] = [
  {
    op: 'conv2d',
    label: 'residual, differentiated',
    attributes: geometry('', [], [], same(1)).attributes,
    inputs: [[2, 3, 5, 4], [6, 3, 3, 3], [6], [2, 6, 5, 4]],
    derivative: 'linear',
  },
];

export const cases: readonly OpCase[] = [...convolutions, ...fused];

const { attributes: plain } = geometry('', [], []);

export const errors: readonly ErrorCase[] = [
  {
    op: 'conv2d',
    label: 'image of rank 3',
    attributes: plain,
    inputs: [
      [3, 8, 8],
      [4, 3, 3, 3],
    ],
  },
  {
    op: 'conv2d',
    label: 'filters of rank 3',
    attributes: plain,
    inputs: [
      [1, 3, 8, 8],
      [4, 3, 3],
    ],
  },
  {
    op: 'conv2d',
    label: 'channels',
    attributes: plain,
    inputs: [
      [1, 3, 8, 8],
      [4, 2, 3, 3],
    ],
  },
  {
    op: 'conv2d',
    label: 'filters that do not divide into the groups',
    attributes: { ...plain, group: 2 },
    inputs: [
      [1, 4, 8, 8],
      [5, 2, 3, 3],
    ],
  },
  { op: 'conv2d', label: 'length of the bias', attributes: plain, inputs: [[1, 3, 8, 8], [4, 3, 3, 3], [3]] },
  {
    op: 'conv2d',
    label: 'rank of the bias',
    attributes: plain,
    inputs: [
      [1, 3, 8, 8],
      [4, 3, 3, 3],
      [1, 4],
    ],
  },
  {
    op: 'conv2d',
    label: 'image smaller than the filter',
    attributes: plain,
    inputs: [
      [1, 3, 2, 8],
      [4, 3, 3, 3],
    ],
  },
  {
    op: 'conv2d',
    label: 'residual of another size',
    attributes: plain,
    inputs: [[1, 3, 8, 8], [4, 3, 3, 3], null, [1, 4, 8, 8]],
  },
  {
    op: 'conv2d-input-grad',
    label: 'no mask for a rule that needs one',
    attributes: { ...plain, inputShape: [1, 3, 8, 8], rule: 'guided', low: 0, high: Infinity },
    inputs: [
      [1, 4, 6, 6],
      [4, 3, 3, 3],
    ],
  },
  {
    op: 'conv2d-input-grad',
    label: 'gradient of another size',
    attributes: { ...plain, inputShape: [1, 3, 8, 8] },
    inputs: [
      [1, 4, 6, 7],
      [4, 3, 3, 3],
    ],
  },
  {
    op: 'conv2d-weight-grad',
    label: 'gradient of another batch',
    attributes: { ...plain, weightShape: [4, 3, 3, 3] },
    inputs: [
      [2, 3, 8, 8],
      [1, 4, 6, 6],
    ],
  },
];
