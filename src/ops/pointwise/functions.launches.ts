import type { Launching } from '../../ir/op.ts';
import type { LaunchesByType } from '../family.ts';
import { bitsOf, elementwise, SEVERAL } from '../internal/launch.ts';
import type { ClipAttributes, HardSigmoidAttributes, LeakyReluAttributes } from './formulas.ts';

/** A case of shaders/pointwise/unary.wgsl, with numbers for its `alpha` and `beta`. */
function unary<A = object>(
  shaderCase: number,
  parameters?: (attributes: A) => readonly [number, number],
): Launching<A> {
  return ({ attributes, inputs: [x], outputs: [y] }) => {
    const [alpha, beta] = parameters?.(attributes) ?? [0, 0];
    const params = { alpha: bitsOf(alpha), beta: bitsOf(beta) };
    return elementwise('pointwise/unary', y!, { x: x!.name, y: y!.name }, params, {
      FUNCTION: shaderCase,
      ...SEVERAL,
    });
  };
}

/** Functions of one number, by type. */
export const functions: LaunchesByType = {
  abs: unary(11),
  ceil: unary(14),
  clip: unary<ClipAttributes>(0, ({ min, max }) => [min, max]),
  exp: unary(7),
  floor: unary(13),
  'hard-sigmoid': unary<HardSigmoidAttributes>(4, ({ alpha, beta }) => [alpha, beta]),
  'hard-swish': unary(5),
  'leaky-relu': unary<LeakyReluAttributes>(1, ({ alpha }) => [alpha, 0]),
  log: unary(8),
  neg: unary(10),
  reciprocal: unary(12),
  sigmoid: unary(2),
  sign: unary(16),
  silu: unary(6),
  softplus: unary(15),
  sqrt: unary(9),
  tanh: unary(3),
};
