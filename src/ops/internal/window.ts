import { along, windows, type Dependence } from '../../ir/dependence.ts';
import type { Node, Value } from '../../ir/graph.ts';
import type { OnnxNode } from '../../ir/op.ts';
import { MAX_SPAN } from '../../limits.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import { expectRank, shapeError } from './check.ts';
import { named } from './onnx.ts';
import { reshapeTo } from './view.ts';

/** How windows slide over the last two axes; lists are [h, w], pads [top, left, bottom, right]. */
export interface WindowAttributes {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  /** Other than `NOTSET` it replaces `pads`, as in ONNX. */
  readonly autoPad: 'NOTSET' | 'SAME_UPPER' | 'SAME_LOWER' | 'VALID';
}

/** Windows of a pool, which has no filter to tell their size. */
export interface PoolAttributes extends WindowAttributes {
  readonly kernel: readonly number[];
  /** A last window may hang over the padded end. */
  readonly ceilMode: boolean;
}

/** The windows along one axis, in numbers. Window i has its taps at i·stride − before + t·dilation, 0 ≤ t < kernel. */
export interface WindowAxis {
  /** Input elements. */
  readonly size: number;
  /** Taps of one window. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before and after the input. */
  readonly before: number;
  readonly after: number;
  /** Windows, which is output elements. */
  readonly count: number;
}

/** The windows over an image. */
export interface Windows {
  readonly h: WindowAxis;
  readonly w: WindowAxis;
}

/** Windows of `kernel` [h, w] taps over an input [n, c, h, w]. Throws a shape error when not one of them fits. */
export function windowsOf(
  node: Node,
  input: Shape,
  kernel: readonly number[],
  attributes: WindowAttributes,
  ceilMode = false,
): Windows {
  return {
    h: windowAxis(node, 'h', input[2]!, kernel[0]!, 0, attributes, ceilMode),
    w: windowAxis(node, 'w', input[3]!, kernel[1]!, 1, attributes, ceilMode),
  };
}

/** Of a pool: every channel for itself. */
export function poolDependence({ h, w }: Windows): Dependence {
  return [along(0), along(1), windows(2, h), windows(3, w)];
}

/** The attributes of the same windows without padding. */
export function withoutPadding<A extends WindowAttributes>(attributes: A): A {
  return { ...attributes, pads: [0, 0, 0, 0], autoPad: 'NOTSET' };
}

/** The attributes of windows that pad by this border of zeros too; undefined where their padding follows from a rule. */
export function withZeroBorder<A extends WindowAttributes>(attributes: A, border: readonly number[]): A | undefined {
  const { autoPad, pads } = attributes;
  if (autoPad !== 'NOTSET' && autoPad !== 'VALID') return undefined;
  const own = autoPad === 'VALID' ? [0, 0, 0, 0] : pads;
  return { ...attributes, autoPad: 'NOTSET', pads: border.map((n, i) => n + own[i]!) };
}

/** Windows of a pool over its input [n, c, h, w]. */
export function poolWindows(node: Node, input: Shape, attributes: PoolAttributes): Windows {
  return windowsOf(node, input, attributes.kernel, attributes, attributes.ceilMode);
}

function windowAxis(
  node: Node,
  letter: string,
  size: number,
  kernel: number,
  axis: 0 | 1,
  { strides, pads, dilations, autoPad }: WindowAttributes,
  ceilMode: boolean,
): WindowAxis {
  const stride = strides[axis]!;
  const dilation = dilations[axis]!;
  expectCount(node, 'stride', stride);
  expectCount(node, 'dilation', dilation);
  expectCount(node, 'kernel', kernel);
  const extent = (kernel - 1) * dilation + 1;
  let [before, after] = autoPad === 'NOTSET' ? [pads[axis]!, pads[axis + 2]!] : [0, 0];
  let count: number;
  if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
    count = Math.ceil(size / stride);
    const total = Math.max((count - 1) * stride + extent - size, 0);
    before = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    after = total - before;
  } else {
    const steps = (size + before + after - extent) / stride;
    count = (ceilMode && autoPad === 'NOTSET' ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // PyTorch's rule, which ONNX took over: a last window must not start in the padding behind the image.
    if (ceilMode && (count - 1) * stride >= size + before) count--;
  }
  if (!(count > 0 && size > 0)) {
    const span = `${String(kernel)} taps, dilation ${String(dilation)}, pads ${String(before)}+${String(after)}`;
    throw shapeError(
      node,
      `no window fits along ${letter}`,
      `at least ${String(extent)} padded elements (${span})`,
      String(size),
    );
  }
  // What a window touches is counted in 32-bit integers.
  expectCount(node, 'image and padding', Math.max(extent, size + Math.abs(before) + Math.abs(after), count * stride));
  return { size, kernel, stride, dilation, before, after, count };
}

/** Throws unless a number of elements is one that is possible. */
export function expectCount(node: Node, what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SPAN) return;
  const limit = `a whole number up to ${MAX_SPAN.toLocaleString('en')}`;
  throw shapeError(node, `${what} must be at least 1`, limit, String(count));
}

/** Throws unless the tensor is a batch of images. */
export function expectImage(node: Node, role: string, value: Value): void {
  expectRank(node, role, value, 4);
}

/** Throws unless `shape`, an attribute or an input, is the one the windows make. */
export function expectShape(node: Node, role: string, shape: Shape, expected: Shape): void {
  if (shape.length !== expected.length || shape.some((n, i) => n !== expected[i])) {
    throw shapeError(node, `${role} has the wrong shape`, formatShape(expected), formatShape(shape));
  }
}

/** Input index of tap t of window i, or −1 in the padding. */
export function tapIndex(axis: WindowAxis, i: number, t: number): number {
  const at = i * axis.stride - axis.before + t * axis.dilation;
  return at < axis.size ? Math.max(at, -1) : -1;
}

const AUTO_PADS = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const;

/** The window attributes of an ONNX node with `rank` spatial axes, of which one becomes [1, w]. Refuses other ranks. */
export function windowAttributes(n: OnnxNode, rank: number): WindowAttributes {
  if (rank !== 1 && rank !== 2) n.refuse(`${String(rank)} spatial axes; 1 and 2 are supported`);
  const pads = n.list('pads', 2 * rank, 0);
  return {
    strides: twoAxes(n.list('strides', rank, 1), 1),
    pads: rank === 2 ? pads : [0, pads[0]!, 0, pads[1]!],
    dilations: twoAxes(n.list('dilations', rank, 1), 1),
    autoPad: autoPadOf(n),
  };
}

export function autoPadOf(n: OnnxNode): WindowAttributes['autoPad'] {
  const name = n.string('auto_pad', 'NOTSET');
  return AUTO_PADS.find((known) => known === name) ?? n.refuse(`auto_pad "${name}"`);
}

/** The attributes of an ONNX pool. */
export function poolAttributes(n: OnnxNode): PoolAttributes {
  const kernel = n.ints('kernel_shape') ?? n.refuse('without kernel_shape');
  return {
    ...windowAttributes(n, kernel.length),
    kernel: twoAxes(kernel, 1),
    ceilMode: n.int('ceil_mode', 0) === 1,
  };
}

/** A list for one axis as one for two. */
export function twoAxes(list: readonly number[], first: number): readonly number[] {
  return list.length === 1 ? [first, list[0]!] : list;
}

/** Does on [n, c, 1, w] what a node of one spatial axis does on [n, c, w], for the inputs named by index. */
export function liftedTo2d(
  n: OnnxNode,
  inputs: readonly number[],
  compute: (lifted: readonly string[]) => string,
): readonly string[] {
  const lifted = inputs.map((index) => {
    const { shape } = n.value(index);
    if (shape.length !== 3) n.refuse(`an input of rank ${String(shape.length)}`);
    return reshapeTo(n.builder, n.input(index), [shape[0]!, shape[1]!, 1, shape[2]!]);
  });
  const y = compute(lifted);
  const [images, channels, , width] = n.builder.value(y).shape as [number, number, number, number];
  return [reshapeTo(n.builder, y, [images, channels, width], named(n))];
}
