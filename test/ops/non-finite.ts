import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { instance, TOLERANCE, type OpCase } from './harness.ts';

/** Bits of float32 numbers: shaders may meet NaNs of either sign, which a Float32Array that is set from numbers has not. */
const NANS = [0x7fc00000, 0xffc00000];
const MINUS_INFINITY = 0xff800000;
const INFINITIES = [0x7f800000, MINUS_INFINITY];

/** Ways to strew what is not finite among the numbers of a case: the share that is replaced, and by what. */
interface Filling {
  readonly label: string;
  /** Of the elements; 0: exactly one of them. */
  readonly share: number;
  readonly bits: readonly number[];
}

const FILLINGS: readonly Filling[] = [
  { label: 'one NaN', share: 0, bits: NANS },
  { label: 'NaN here and there', share: 1 / 8, bits: NANS },
  { label: 'infinities', share: 1 / 4, bits: INFINITIES },
  { label: 'hardly anything but −∞', share: 7 / 8, bits: [MINUS_INFINITY] },
  { label: 'NaN and infinities', share: 1 / 3, bits: [...NANS, ...INFINITIES] },
];

/** What is left out for an op, and why. */
interface Exception {
  readonly why: string;
  /** Inputs that stay finite; all of them where it is absent. */
  readonly inputs?: readonly number[];
  /** Only infinities are left out, or those below; NaN has its rule all the same. */
  readonly infinities?: 'both' | 'negative';
}

/** Ops whose result is not settled by a rule on NaN and infinities, in part or altogether. */
const EXCEPTIONS: Readonly<Record<string, readonly Exception[]>> = {
  conv2d: [{ why: 'whether weights are multiplied with the zeros of a border is the kernel’s business', inputs: [1] }],
  'conv2d-input-grad': [{ why: 'as conv2d', inputs: [1] }],
  'conv2d-weight-grad': [{ why: 'so it is whether signals are', inputs: [1] }],
  'top-k-merge': [{ why: 'the lists come in order, and who reads one with what is no number refuses it', inputs: [2] }],
  'order-statistic': [{ why: 'it takes no negative numbers', infinities: 'negative' }],
  mosaic: [{ why: 'the extents of what is finite are finite', inputs: [1] }],
  'one-hot': [{ why: 'the extents hold a place', inputs: [0] }],
  roll: [{ why: 'so many pixels', inputs: [1, 2] }],
  'random-choice': [{ why: 'the number of a step', inputs: [0] }],
  'random-keep': [{ why: 'as random-choice', inputs: [0] }],
  'take-rows': [{ why: 'as random-choice', inputs: [1] }],
  affine: [{ why: 'rounding decides whether a neighbour of share 0 is looked at' }],
  'affine-grad': [{ why: 'as affine' }],
  augment: [{ why: 'as affine' }],
  silu: [{ why: '−∞ · 0, where what is 0 is the least normal number in float32', infinities: 'negative' }],
  gelu: [{ why: 'as silu', infinities: 'negative' }],
  mish: [{ why: 'as silu', infinities: 'negative' }],
  swish: [{ why: 'as silu', infinities: 'both' }],
  log: [{ why: 'WGSL’s log may take it that there is no infinity', infinities: 'both' }],
  pow: [{ why: 'it is made of log and exp', infinities: 'both' }],
  lrn: [{ why: 'as pow', infinities: 'both' }],
  'lrn-grad': [{ why: 'as pow', infinities: 'both' }],
  perplexity: [{ why: 'a search over all points: codes are looked at before' }],
  'joint-probabilities': [{ why: 'as perplexity' }],
  'tsne-forces': [{ why: 'as perplexity' }],
  'tsne-divergence': [{ why: 'as perplexity' }],
};

const isNan = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000;

function leavesOut({ infinities }: Exception, bits: number): boolean {
  return infinities === undefined || (!isNan(bits) && (infinities === 'both' || bits === MINUS_INFINITY));
}

/** The numbers with some of them replaced. */
function filled({ shape, data }: Tensor, { share, bits }: Filling, random: Random): Tensor {
  const numbers = Float32Array.from(data);
  const words = new Uint32Array(numbers.buffer);
  const one = Math.floor(random.next() * words.length);
  for (let i = 0; i < words.length; i++) {
    const chosen = share === 0 ? i === one : random.next() < share;
    if (chosen) words[i] = bits[Math.floor(random.next() * bits.length)]!;
  }
  return { dtype: 'float32', shape, data: numbers };
}

/** The inputs of a case as a filling makes them; undefined where it changes nothing. */
function feedsOf(
  op: string,
  feeds: Readonly<Record<string, Tensor>>,
  filling: Filling,
): Readonly<Record<string, Tensor>> | undefined {
  const random = new Random(filling.label.length);
  const changed = Object.entries(feeds).flatMap(([name, feed]): [string, Tensor][] => {
    const exceptions = (EXCEPTIONS[op] ?? []).filter(
      ({ inputs }) => inputs?.some((i) => name === `x${String(i)}`) ?? true,
    );
    const bits = filling.bits.filter((bits) => !exceptions.some((exception) => leavesOut(exception, bits)));
    if (feed.dtype !== 'float32' || feed.data.length === 0 || bits.length === 0) return [];
    return [[name, filled(feed, { ...filling, bits }, random)]];
  });
  return changed.length > 0 ? { ...feeds, ...Object.fromEntries(changed) } : undefined;
}

/** Whether something of a case may be no number. */
export function meetsNonFinite(opCase: OpCase): boolean {
  const { feeds } = instance(opCase);
  return FILLINGS.some((filling) => feedsOf(opCase.op, feeds, filling));
}

/** What computes the outputs of a graph of one node. */
type Compute = (
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
) => Readonly<Record<string, Tensor>> | Promise<Readonly<Record<string, Tensor>>>;

/**
 * Runs a case with NaN and infinities among its numbers and compares with the float64 evaluation, element by element: NaN with
 * NaN, infinities with infinities of the same sign, places with places, and what is finite within the tolerance.
 */
export async function checkNonFinite(backend: Backend, opCase: OpCase): Promise<void> {
  const executable = await backend.compile(instance(opCase).graph);
  try {
    await compareNonFinite(opCase, (_, feeds) => executable.run(feeds));
  } finally {
    executable.dispose();
  }
}

/** The same of anything that computes. */
export async function compareNonFinite(opCase: OpCase, compute: Compute): Promise<void> {
  const { graph, feeds } = instance(opCase);
  for (const filling of FILLINGS) {
    const given = feedsOf(opCase.op, feeds, filling);
    if (!given) continue;
    const expected = evaluate(graph, given);
    const results = await compute(graph, given);
    for (const name of graph.outputs) {
      const { data, dtype } = results[name]!;
      const wanted = expected[name]!.data;
      const where = `${name} with ${filling.label}`;
      expect(data.length, where).to.equal(wanted.length);
      const finite: [number[], number[]] = [[], []];
      for (let i = 0; i < wanted.length; i++) {
        const [got, want] = [data[i]!, Math.fround(wanted[i]!)];
        if (dtype === 'float32' && Number.isFinite(got) && Number.isFinite(want)) {
          finite[0].push(got);
          finite[1].push(wanted[i]!);
        } else if (!Object.is(got, dtype === 'float32' ? want : wanted[i])) {
          expect.fail(`${where}: element ${String(i)} is ${String(got)} instead of ${String(wanted[i])}`);
        }
      }
      expect(relativeError(...finite), `what is finite of ${where}`).to.be.at.most(opCase.exact ? 0 : TOLERANCE);
    }
  }
}
