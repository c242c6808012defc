import type { Attributes } from '../../ir/graph.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { OF_ONE, OF_TWO } from '../internal/kernel-functions.ts';
import { BYTES, inParts } from '../internal/loops.ts';
import { oneByOne } from '../internal/one-by-one.loop.ts';
import type { Loop, Loops } from '../loop.ts';
import { ofOne, type ClipAttributes, type HardSigmoidAttributes, type LeakyReluAttributes } from './formulas.ts';

/** The kernel for a function, and its two parameters. */
function inKernel<A extends object>(
  name: (typeof OF_ONE)[number],
  parametersOf: (attributes: A) => readonly [alpha: number, beta: number],
  apply: (x: number, attributes: A) => number,
): Loop<A> {
  const what = OF_ONE.indexOf(name);
  const plain = oneByOne(apply);
  return (context, machine) => {
    const { kernels } = machine;
    if (!kernels) return plain(context, machine);
    const size = sizeOf(context.outputs[0]!.shape);
    const parameters = parametersOf(context.attributes);
    return inParts(size, size, ({ inputs: [x], outputs: [y] }) => (from, to) => {
      kernels.run.ofOne(what, x! + BYTES * from, y! + BYTES * from, to - from, ...parameters);
    });
  };
}

/** x for x > 0, alpha · x otherwise: as prelu with one slope. */
const leakyRelu: Loop<LeakyReluAttributes> = (context, machine) => {
  const { kernels, memory } = machine;
  if (!kernels) return oneByOne(ofOne['leaky-relu'])(context, machine);
  const size = sizeOf(context.outputs[0]!.shape);
  const bind =
    ({ inputs: [x], outputs: [y], scratch }: Parameters<Parameters<typeof inParts>[2]>[0]) =>
    (from: number, to: number): void => {
      memory.floats(scratch, 1)[0] = context.attributes.alpha;
      const what = OF_TWO.indexOf('prelu');
      kernels.run.ofTwo(what, x! + BYTES * from, 16, scratch, 0, y! + BYTES * from, to - from);
    };
  return inParts(size, size, bind, { scratch: BYTES });
};

const none = (): [number, number] => [0, 0];
const relu = inKernel(
  'clip',
  () => [0, Infinity],
  (x) => Math.max(x, 0),
);

/** Functions of one number, by type: those without a line of their own as their formula says. */
export const functions: Loops = {
  ...Object.fromEntries(
    Object.entries(ofOne).map(([type, apply]) => [
      type,
      oneByOne(apply as (x: number, attributes: Attributes) => number),
    ]),
  ),
  clip: inKernel('clip', ({ min, max }: ClipAttributes) => [min, max], ofOne.clip),
  exp: inKernel('exp', none, ofOne.exp),
  'hard-sigmoid': inKernel(
    'hard-sigmoid',
    ({ alpha, beta }: HardSigmoidAttributes) => [alpha, beta],
    ofOne['hard-sigmoid'],
  ),
  'hard-swish': inKernel('hard-swish', () => [1 / 6, 0.5], ofOne['hard-swish']),
  'leaky-relu': leakyRelu,
  relu,
  'redirected-relu': relu,
  sigmoid: inKernel('sigmoid', none, ofOne.sigmoid),
  silu: inKernel('silu', none, ofOne.silu),
  tanh: inKernel('tanh', none, ofOne.tanh),
};
