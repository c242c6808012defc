import type { Launching } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { LaunchesByType } from '../family.ts';
import { bitsOf, elementwise, perAxis, SEVERAL } from '../internal/launch.ts';
import { collapse } from '../internal/strided.ts';
import type {
  EluAttributes,
  GeluAttributes,
  IsInfAttributes,
  ShrinkAttributes,
  SwishAttributes,
  ThresholdedReluAttributes,
} from './formulas.ts';

/** A case of shaders/functions/one.wgsl, with numbers for its `alpha` and `beta`. */
function one<A = object>(
  shaderCase: number | ((attributes: A) => number),
  parameters?: (attributes: A) => readonly [number, number],
): Launching<A> {
  return ({ attributes, inputs: [x], outputs: [y] }) => {
    const [alpha, beta] = parameters?.(attributes) ?? [0, 0];
    const params = { alpha: bitsOf(alpha), beta: bitsOf(beta) };
    const chosen = typeof shaderCase === 'number' ? shaderCase : shaderCase(attributes);
    return elementwise('functions/one', y!, { x: x!.name, y: y!.name }, params, { FUNCTION: chosen, ...SEVERAL });
  };
}

/** A case of shaders/functions/several.wgsl: of three tensors, or of two, of which the second stands for the third. */
function several(shaderCase: number): Launching {
  return ({ inputs: [a, b, c = b], outputs: [y] }) => {
    const strides = [a, b, c].map((operand) => broadcastStrides(operand!.shape, y!.shape));
    const walk = collapse({ shape: y!.shape, strides });
    const [aStrides, bStrides, cStrides] = walk.strides.map((steps) => perAxis(steps));
    return elementwise(
      'functions/several',
      y!,
      { a: a!.name, b: b!.name, c: c!.name, y: y!.name },
      { shape: perAxis(walk.shape, 1), a_strides: aStrides!, b_strides: bStrides!, c_strides: cStrides! },
      { FUNCTION: shaderCase, INNER: walk.shape.length - 1, ...SEVERAL },
    );
  };
}

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  acos: one(17),
  acosh: one(22),
  and: several(6),
  asin: one(16),
  asinh: one(21),
  atan: one(18),
  atanh: one(23),
  cos: one(14),
  cosh: one(20),
  elu: one<EluAttributes>(4, ({ alpha, scale }) => [alpha, scale]),
  equal: several(1),
  erf: one(0),
  fmod: several(9),
  gelu: one<GeluAttributes>(({ approximate }) => (approximate === 'none' ? 1 : 2)),
  greater: several(4),
  'greater-or-equal': several(5),
  'is-inf': one<IsInfAttributes>(10, ({ negative, positive }) => [Number(negative), Number(positive)]),
  'is-nan': one(9),
  less: several(2),
  'less-or-equal': several(3),
  mish: one(5),
  mod: several(10),
  not: one(11),
  or: several(7),
  round: one(12),
  shrink: one<ShrinkAttributes>(8, ({ lambd, bias }) => [lambd, bias]),
  sin: one(13),
  sinh: one(19),
  softsign: one(6),
  swish: one<SwishAttributes>(3, ({ alpha }) => [alpha, 0]),
  tan: one(15),
  'thresholded-relu': one<ThresholdedReluAttributes>(7, ({ alpha }) => [alpha, 0]),
  where: several(0),
  xor: several(8),
};
