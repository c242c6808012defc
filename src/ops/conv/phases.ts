import type { Launch, NodeContext } from '../../ir/op.ts';
import { shapeError } from '../internal/check.ts';
import { convGeometry, type ConvAttributes } from './geometry.ts';
import { greatestCommonDivisor } from './call.ts';
import { masking, type MaskAttributes } from '../internal/epilogue.ts';
import { epilogueOf } from '../internal/epilogue.launches.ts';
import { tile } from '../internal/tile.ts';
import { windowParams } from '../internal/window.launches.ts';

/** Phases of a stride that are launched one by one: those of 4 by 4. */
const MOST_PHASES = 16;

/** Whether an input gradient has so many phases that they are done in one launch. */
export function hasManyPhases({
  node,
  attributes,
  inputs: [, w],
  outputs: [dx],
}: NodeContext<ConvAttributes & MaskAttributes>): boolean {
  const { h, w: columns } = convGeometry(node, dx!.shape, w!.shape, attributes).windows;
  return Math.min(h.stride, h.size) * Math.min(columns.stride, columns.size) > MOST_PHASES;
}

/** An input gradient under any stride in one launch: patches of a transformer, the last layer of an FCN-32s. */
export function allPhases({
  node,
  attributes,
  inputs: [dy, w, mask],
  outputs: [dx],
}: NodeContext<ConvAttributes & MaskAttributes>): readonly Launch[] {
  const { n, group, c, k, windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
  const axes = [windows.h, windows.w].map(({ stride, dilation }) => {
    const common = greatestCommonDivisor(stride, dilation);
    const [step, pace] = [stride / common, dilation / common];
    // Their product must fit into 32 bits.
    if (pace > 1 && step > 2 ** 16) throw shapeError(node, 'such a stride under a dilation', '65,536', String(stride));
    return { step, inverse: inverseModulo(pace, step) };
  });
  const end = epilogueOf(masking(attributes, mask?.name), dy!.name);
  const tileC = tile(c, 4);
  const size = n * group * Math.ceil(c / tileC) * windows.h.size * windows.w.size;
  return [
    {
      shader: 'conv/conv2d-input-grad',
      constants: { TILE_C: tileC, ...end.constants },
      params: {
        ...windowParams(windows),
        ...end.params,
        tap_step: axes.map(({ step }) => step),
        inverse: axes.map(({ inverse }) => inverse),
        group,
        c,
        k,
        size,
      },
      bindings: { x: dy!.name, w: w!.name, operand: end.operand, y: dx!.name },
      threads: [size, 1, 1],
    },
  ];
}

/** The i with i·n ≡ 1 modulo m, for n that has no divisor in common with m (Euclid's algorithm, extended). */
function inverseModulo(n: number, m: number): number {
  let [a, b] = [n % m, m];
  let [x, y] = [1, 0];
  while (a > 1) {
    const times = Math.floor(b / a);
    [a, b] = [b % a, a];
    [x, y] = [y - times * x, x];
  }
  return m === 1 ? 0 : ((x % m) + m) % m;
}
