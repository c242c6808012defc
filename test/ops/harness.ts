import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { ShapeError } from '../../src/errors.ts';
import {
  dependenceOf,
  intervalReached,
  isPlaced,
  regionRead,
  type Interval,
  type Region,
} from '../../src/graph/dependence.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Dependence } from '../../src/ir/dependence.ts';
import type { Attributes, Graph } from '../../src/ir/graph.ts';
import type { Op } from '../../src/ir/op.ts';
import { graphBuilder, opOf } from '../support/ops.ts';
import { tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { dot, norm, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

/** Normal numbers of a shape, numbers drawn in another way, or null for an optional input that is not given. */
export type Operand = Shape | ((random: Random) => Tensor) | null;

/** One use of an op. From it come the checks of its shader and of its backward rule. */
export interface OpCase {
  readonly op: string;
  readonly label: string;
  readonly attributes?: Attributes;
  readonly inputs: readonly Operand[];
  /** Inputs that are constants, of ops whose backward rule goes by their numbers. */
  readonly constants?: readonly number[];
  /** How many outputs the node writes; 1 by default. */
  readonly outputs?: number;
  /**
   * `linear`: in each input of `wrt` alone the op is linear (or affine), so its backward rule must be the exact adjoint.
   * `smooth`: it is compared with central differences; inputs must keep away from kinks.
   */
  readonly derivative?: 'linear' | 'smooth';
  /** Inputs whose gradients are checked; all float32 ones by default. */
  readonly wrt?: readonly number[];
  /** The op moves numbers or decides between them: the GPU must give the same bits. */
  readonly exact?: boolean;
  /** The first output, worked out by hand. The only check of ops that have no shader. */
  readonly expected?: readonly number[];
}

/** A use that must be refused. */
export interface ErrorCase {
  readonly op: string;
  readonly label: string;
  readonly attributes?: Attributes;
  readonly inputs: readonly (Shape | null)[];
}

/** float32 against float64. */
export const TOLERANCE = 1e-5;
const ADJOINT_TOLERANCE = 1e-12;
const STEP = 1e-5;
const DIFFERENCE_TOLERANCE = 1e-7;
const DIRECTIONS = 3;

/** A node and numbers for its inputs. */
export interface Instance {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

export function instance({ op, label, attributes, inputs, constants = [], outputs = 1 }: OpCase): Instance {
  const letters = new TextEncoder().encode(op + label);
  const random = new Random(letters.reduce((hash, letter) => Math.imul(hash, 31) + letter, 1));
  const builder = graphBuilder();
  const feeds: Record<string, Tensor> = {};
  const names = inputs.map((operand, i) => {
    if (operand === null) return '';
    const value = typeof operand === 'function' ? operand(random) : random.tensor(operand);
    if (constants.includes(i)) return builder.constant(`x${String(i)}`, value);
    feeds[`x${String(i)}`] = value;
    return builder.input(`x${String(i)}`, value.dtype, value.shape);
  });
  const wanted = Array.from({ length: outputs }, (_, i) => `y${String(i)}`);
  const results = builder.addAll(op, names, attributes, { name: 'node', outputs: wanted });
  return { graph: builder.build(label, results), feeds };
}

/**
 * Runs the case's launches, those at first and those that run fastest, on memory full of NaN: both give the same bits. Compares
 * all outputs with the float64 evaluation.
 */
export async function checkReference(backend: Backend, opCase: OpCase): Promise<void> {
  await checkResults(backend, instance(opCase), opCase);
}

/** As {@link checkReference}, of any graph. */
export async function checkResults(
  backend: Backend,
  { graph, feeds }: Instance,
  { exact: bits = false }: Pick<OpCase, 'exact'> = {},
): Promise<void> {
  const expected = evaluate(graph, feeds);
  const executable = await backend.compile(graph);
  try {
    const results = await executable.run(feeds);
    await executable.tierUp();
    expect(await executable.run(feeds), 'tiered up').to.deep.equal(results);
    for (const name of graph.outputs) {
      const result = results[name]!;
      expect(result.shape).to.deep.equal(expected[name]!.shape);
      const exact = bits || result.dtype === 'uint32';
      expect(relativeError(result.data, expected[name]!.data), name).to.be.at.most(exact ? 0 : TOLERANCE);
    }
  } finally {
    executable.dispose();
  }
}

/** Compares the float64 evaluation with numbers worked out by hand. */
export function checkExpected(opCase: OpCase): void {
  const { graph, feeds } = instance(opCase);
  const numbers = [...evaluate(graph, feeds)[graph.outputs[0]!]!.data];
  expect(numbers.length).to.equal(opCase.expected!.length);
  for (const [i, value] of opCase.expected!.entries()) expect(numbers[i]).to.be.closeTo(value, 1e-12);
}

/** Checks the backward rule in float64: ⟨u, J·v⟩ = ⟨Jᵀ·u, v⟩ for random u and v, for each input on its own. */
export function checkDerivative(opCase: OpCase): void {
  checkGradients(instance(opCase), opCase);
}

/** As {@link checkDerivative}, of any graph whose inputs are the feeds. */
export function checkGradients(
  { graph, feeds }: Instance,
  { wrt: inputs, derivative }: Pick<OpCase, 'wrt' | 'derivative'>,
): void {
  const random = new Random(7);
  const of = graph.outputs[0]!;
  const floats = Object.keys(feeds).filter((name) => feeds[name]!.dtype === 'float32');
  const wrt = inputs?.map((i) => `x${String(i)}`) ?? floats;
  const { graph: both, seed, gradients } = differentiate(graph, { of, wrt });
  const run = (name: string, numbers: Tensor): ArrayLike<number> =>
    evaluate(graph, { ...feeds, [name]: numbers }, [of])[of]!.data;

  for (let i = 0; i < DIRECTIONS; i++) {
    const u = random.float64(graph.values.get(of)!.shape);
    const backward = evaluate(both, { ...feeds, [seed]: u }, [...gradients.values()]);
    for (const name of wrt) {
      const x = feeds[name]!;
      const gradient = backward[gradients.get(name)!]!;
      expect(gradient.shape, name).to.deep.equal(x.shape);
      const v = random.float64(x.shape);
      const along = (step: number, from: number): Tensor =>
        tensor(
          'float64',
          x.shape,
          Array.from(v.data, (d, k) => from * x.data[k]! + step * d),
        );
      const linear = derivative === 'linear';
      const [ahead, behind, span] = linear
        ? [run(name, along(1, 0)), run(name, along(0, 0)), 1]
        : [run(name, along(STEP, 1)), run(name, along(-STEP, 1)), 2 * STEP];
      const change = Array.from(ahead, (value, k) => (value - behind[k]!) / span);
      const scale = norm(u.data) * norm(change) + norm(gradient.data) * norm(v.data);
      const gap = Math.abs(dot(u.data, change) - dot(gradient.data, v.data));
      expect(scale, `${name} has a gradient`).to.be.above(0);
      expect(gap / scale, name).to.be.at.most(linear ? ADJOINT_TOLERANCE : DIFFERENCE_TOLERANCE);
    }
  }
}

/** The use is refused with a message that names op and node and says what was expected and what came. */
export function checkError({ op, attributes, inputs }: ErrorCase): void {
  const builder = graphBuilder();
  const names = inputs.map((shape, i) => (shape ? builder.input(`x${String(i)}`, 'float32', shape) : ''));
  let caught: unknown;
  try {
    builder.add(op, names, attributes, { name: 'the node' });
  } catch (error) {
    caught = error;
  }
  expect(caught).to.be.instanceOf(ShapeError);
  const { message, details } = caught as ShapeError;
  expect(message).to.contain(op).and.to.contain('"the node"');
  expect(details.expected, 'what was expected').to.be.a('string');
  expect(details.got, 'what came').to.be.a('string');
}

/** Whether an op has anything to do on the GPU. */
function hasLaunches({ launches, view }: Op): boolean {
  return launches !== undefined || view === true;
}

/** Whether a case runs on the GPU, where all numbers are float32 or uint32; others are met in constants only. */
export function runsOnGpu(opCase: OpCase): boolean {
  const types = Object.values(instance(opCase).feeds).map(({ dtype }) => dtype);
  return hasLaunches(opOf(opCase.op)) && types.every((dtype) => dtype === 'float32' || dtype === 'uint32');
}

/** What the cases leave unchecked, in words. */
export function gaps(ops: readonly Op[], cases: readonly OpCase[]): string[] {
  return ops.flatMap((op) => {
    const own = cases.filter((opCase) => opCase.op === op.type);
    const lacking = [
      own.length === 0 && 'no case',
      !hasLaunches(op) && !own.some(({ expected }) => expected) && 'no expected numbers',
      op.backward && !own.some(({ derivative }) => derivative) && 'no check of its derivative',
    ];
    return lacking.filter((what) => what !== false && what !== undefined).map((what) => `${op.type}: ${what}`);
  });
}

/** Operands that keep `margin` away from the places where a function has kinks. */
export function awayFrom(shape: Shape, kinks: readonly number[], spread = 2, margin = 0.05): Operand {
  return (random) =>
    random.tensor(shape, () => {
      for (;;) {
        const value = spread * random.normal();
        if (kinks.every((kink) => Math.abs(value - kink) > margin)) return value;
      }
    });
}

/** Positive operands, spread around 1. */
export function positive(shape: Shape): Operand {
  return (random) => random.tensor(shape, () => Math.exp(0.5 * random.normal()));
}

/** Given numbers. */
export function numbers(dtype: Tensor['dtype'], shape: Shape, values: readonly number[]): Operand {
  if (values.length !== sizeOf(shape)) throw new Error('the numbers do not fill the shape');
  return () => tensor(dtype, shape, values);
}

/** Elements of an output that are looked at for {@link checkDependence}, and of an input. */
const ELEMENTS = 4;

/** Whether, along an axis of an op's input, both ends of a declared box were seen to matter; by `op, input, axis`. */
export type Tightness = Map<string, boolean>;

/**
 * Checks in float64 what an op declares of its dependence, for some elements of its first output: nothing outside of the
 * declared box of an input changes them. The other way round: what one element of an input changes lies in the box that is
 * declared to be reached. Notes where both ends of a box matter: one that is too wide has an end that does not.
 */
export function checkDependence(opCase: OpCase, tightness: Tightness): void {
  const { graph, feeds } = instance(opCase);
  const random = new Random(11);
  const [node] = graph.nodes.slice(-1) as [Graph['nodes'][number]];
  const name = graph.outputs[0]!;
  const y = graph.values.get(name)!.shape;
  if (sizeOf(y) === 0) return;
  const run = (changed: Readonly<Record<string, Tensor>>): ArrayLike<number> =>
    evaluate(graph, { ...feeds, ...changed }, [name])[name]!.data;
  const before = run({});
  const dependences = dependenceOf(graph, node);

  for (const [i, operand] of node.inputs.entries()) {
    const x = feeds[operand];
    if (!x || x.dtype !== 'float32' || x.data.length === 0) continue;
    const dependence = dependences[i]!;
    const moved = (by: () => number, where: (place: readonly number[]) => boolean): ArrayLike<number> =>
      run({
        [operand]: tensor(
          'float64',
          x.shape,
          Array.from(x.data, (v, k) => (where(placeOf(k, x.shape)) ? v + by() : v)),
        ),
      });
    const anything = (): number => 8 * random.normal();

    for (const at of pick(sizeOf(y), random)) {
      const box = regionRead(dependence, boxOf(placeOf(at, y)), x.shape);
      const isInside = (place: readonly number[]): boolean => box !== undefined && contains(box, place);
      const outside = moved(anything, (place) => !isInside(place))[at];
      expect(outside, `y[${placeOf(at, y).join()}] when ${operand} changes outside of ${JSON.stringify(box)}`).to.equal(
        before[at],
      );
      for (const [axis, size] of x.shape.entries()) {
        const key = `${opCase.op}, input ${String(i)}, axis ${String(axis)}`;
        if (size === 1 || tightness.get(key)) continue;
        const matters = (end: number): boolean => {
          const onSide = (place: readonly number[]): boolean => place[axis] === end && isInside(place);
          return [() => 40, () => -40, anything].some((by) => moved(by, onSide)[at] !== before[at]);
        };
        tightness.set(key, box !== undefined && matters(box[axis]![0]) && matters(box[axis]![1] - 1));
      }
    }
    for (const at of pick(x.data.length, random)) {
      const place = placeOf(at, x.shape);
      const reached = regionReached(dependence, boxOf(place), y);
      const after = moved(anything, (other) => other.every((n, axis) => n === place[axis]));
      for (let k = 0; k < after.length; k++) {
        if (after[k] === before[k]) continue;
        const where = `y[${placeOf(k, y).join()}] changes with ${operand}[${place.join()}]`;
        expect(reached !== undefined && contains(reached, placeOf(k, y)), where).to.equal(true);
      }
    }
  }
}

/**
 * The box of the output [shape] in which a change of a box of an input can show; undefined where nothing of it is read.
 * It lies inside the output.
 */
function regionReached(dependence: Dependence, input: Region, shape: Shape): Region | undefined {
  const region: Interval[] = shape.map((size) => [0, size]);
  for (const [i, axis] of dependence.entries()) {
    const interval = input[i]!;
    if (interval[0] >= interval[1]) return undefined;
    if (axis.kind === 'part' && (interval[0] >= axis.to || interval[1] <= axis.from)) return undefined;
    if (!isPlaced(axis)) continue;
    const reached = intervalReached(axis, interval, shape[axis.axis]!);
    const [from, to] = region[axis.axis]!;
    region[axis.axis] = [Math.max(from, reached[0]), Math.min(to, reached[1])];
  }
  return region.every(([from, to]) => from < to) ? region : undefined;
}

/** Some indices: the first, the last, and others. */
function pick(size: number, random: Random): ReadonlySet<number> {
  const others = Array.from({ length: ELEMENTS - 2 }, () => Math.floor(random.next() * size));
  return new Set([0, size - 1, ...others]);
}

function placeOf(index: number, shape: Shape): readonly number[] {
  const place: number[] = [];
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
}

function boxOf(place: readonly number[]): Region {
  return place.map((n) => [n, n + 1]);
}

function contains(box: Region, place: readonly number[]): boolean {
  return box.every(([from, to], axis) => place[axis]! >= from && place[axis]! < to);
}
