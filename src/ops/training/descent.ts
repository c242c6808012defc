import { anywhere, samePlace } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { expectAxis, shapeError } from '../internal/check.ts';

/** What a step is told besides its gradient: the tensor `settings` [5], in this order. */
export const SETTINGS = ['rate', 'share1', 'share2', 'factor', 'go'] as const;

/** The settings by name. */
export type Settings = Readonly<Record<(typeof SETTINGS)[number], number>>;

export function settingsOf(settings: ArrayLike<number>): Settings {
  const [rate, share1, share2, factor, go] = Array.from(settings) as [number, number, number, number, number];
  return { rate, share1, share2, factor, go };
}

/** Every step adds the weight decay · w to the gradient, as PyTorch does, but for {@link AdamAttributes.decoupled}. */
interface DecayAttributes {
  readonly decay: number;
}

export interface SgdAttributes extends DecayAttributes {
  readonly momentum: number;
  readonly nesterov: boolean;
}

export interface AdamAttributes extends DecayAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The decay shrinks the weights instead (Loshchilov & Hutter 2019, algorithm 2). */
  readonly decoupled: boolean;
}

export interface RmspropAttributes extends DecayAttributes {
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
}

/**
 * A step of a descent: (w, dw, settings [5], what is remembered, all of w's shape) → the next w and the next of what is
 * remembered. The gradient is multiplied by `factor` first; where `go` is 0 all stays as it is.
 */
function descentOp(type: string, remembered: 1 | 2, flops: number): Op {
  return defineOp({
    type,
    dependence: ({ inputs, outputs: [y] }) => inputs.map((x, i) => (i === 2 ? anywhere(x!) : samePlace(x!, y!))),
    extraOutputs: remembered,
    infer: ({ node, inputs: [w, dw, settings, ...memory] }) => {
      const { shape } = w!;
      for (const other of [dw!, ...memory]) {
        if (sameShape(shape, other!.shape)) continue;
        throw shapeError(node, 'all must have the shape of the weights', formatShape(shape), formatShape(other!.shape));
      }
      expectAxis(node, 'settings', settings!, 0, SETTINGS.length);
      return Array.from({ length: 1 + remembered }, () => ({ dtype: 'float32' as const, shape }));
    },
    flops: ({ inputs: [w] }) => flops * sizeOf(w!.shape),
  });
}

/** With momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013, as PyTorch writes it). It remembers the velocity. */
export const sgdStep: Op = descentOp('sgd-step', 1, 6);

/**
 * Adam (Kingma & Ba 2015, algorithm 1) and AdamW. It remembers both moments; share1 and share2 are 1 − β₁ᵗ and 1 − β₂ᵗ,
 * which float32 would lose.
 */
export const adamStep: Op = descentOp('adam-step', 2, 14);

/** RMSprop (Tieleman & Hinton 2012) as PyTorch has it. It remembers the mean of squares and the velocity. */
export const rmspropStep: Op = descentOp('rmsprop-step', 2, 11);
