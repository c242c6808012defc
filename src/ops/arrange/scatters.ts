import type { AddOptions } from '../../ir/builder.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { axisOf, choose, named } from '../internal/onnx.ts';
import { elementPlaces, slicePlaces } from './gathers.ts';
import { indicesOf, NOWHERE, rearranged } from './places.ts';

/** Elements put to places that are known when the file is read. */
export const scatters: Readonly<Record<string, OnnxImporter>> = {
  Scatter: importScatterElements,
  ScatterElements: importScatterElements,
  ScatterND: importScatterND,
};

/** What becomes of an element and of what comes to its place: an op, and the same of two numbers. */
const REDUCTIONS = {
  none: undefined,
  add: { type: 'add', of: (a: number, b: number): number => a + b },
  mul: { type: 'mul', of: (a: number, b: number): number => a * b },
  max: { type: 'max', of: Math.max },
  min: { type: 'min', of: Math.min },
};

/** Updates that come to the same place, one after the other: each takes some nodes. */
const MOST_AT_ONE_PLACE = 16;

/** x with x[i, indices[i, j, k], k] replaced by updates[i, j, k]. */
function importScatterElements(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  const { shape: of } = n.value(1);
  if (of.length !== shape.length) n.refuse(`indices of rank ${String(of.length)} into rank ${String(shape.length)}`);
  return [scattered(n, elementPlaces(n, indicesOf(n, 1), of, shape, axis))];
}

/** x with the slices that the indices name replaced. */
function importScatterND(n: OnnxNode): readonly string[] {
  return [scattered(n, slicePlaces(n, indicesOf(n, 1), n.value(1).shape, n.value(0).shape, 0))];
}

/** x, with the updates at these places of it. Of several at one place the last stays, or all of them are reduced. */
function scattered(n: OnnxNode, places: readonly number[]): string {
  const [{ shape, dtype }, { shape: from }] = [n.value(0), n.value(2)];
  const reduction = choose(n, 'reduction', REDUCTIONS, 'none');
  if (places.length !== sizeOf(from)) {
    n.refuse(`${String(sizeOf(from))} updates for ${String(places.length)} places`);
  }
  const [data, updates] = [n.builder.constantOf(n.input(0)), n.builder.constantOf(n.input(2))];
  if (data && updates) {
    return n.builder.computed(n.outputs[0]!, `${n.type} "${n.name}"`, dtype, shape, () => {
      const numbers = [...data.data];
      for (const [i, place] of places.entries()) {
        const update = updates.data[i]!;
        numbers[place] = reduction ? reduction.of(numbers[place]!, update) : update;
      }
      return numbers;
    });
  }
  if (places.length === 0) return n.input(0);
  const rounds = roundsOf(places, sizeOf(shape));
  if (rounds.length > MOST_AT_ONE_PLACE && reduction) n.refuse(`${String(rounds.length)} updates of one element`);
  const inRounds = reduction ? rounds : [lastOf(rounds)];
  return inRounds.reduce((x, sources, i) => {
    const options = i === inRounds.length - 1 ? named(n) : { name: n.name };
    return updated(n, x, sources, reduction?.type, options);
  }, n.input(0));
}

/** The numbers of the updates that come to each place: of the first ones, of the second ones, … */
function roundsOf(places: readonly number[], size: number): number[][] {
  const rounds: number[][] = [];
  const count = new Int32Array(size);
  for (const [i, place] of places.entries()) {
    const round = (rounds[count[place]!] ??= new Array<number>(size).fill(NOWHERE));
    round[place] = i;
    count[place]!++;
  }
  return rounds;
}

function lastOf(rounds: readonly (readonly number[])[]): readonly number[] {
  return rounds[0]!.map((_, place) => rounds.findLast((round) => round[place] !== NOWHERE)?.[place] ?? NOWHERE);
}

/** x where no update comes to; there x and the update reduced by an op, or the update alone. */
function updated(
  n: OnnxNode,
  x: string,
  sources: readonly number[],
  type: string | undefined,
  options: AddOptions,
): string {
  const { shape } = n.value(0);
  const add = (op: string, inputs: readonly string[], names: AddOptions = { name: n.name }): string =>
    n.builder.add(op, inputs, {}, names);
  const update = rearranged(n, n.input(2), sources, shape);
  // Places without an update show 0 of it.
  if (type === 'add') return add('add', [x, update], options);
  const kept = add('mul', [x, mask(n, sources, shape, (source) => source === NOWHERE)]);
  if (!type) return add('add', [kept, update], options);
  const both = add('mul', [add(type, [x, update]), mask(n, sources, shape, (source) => source !== NOWHERE)]);
  return add('add', [kept, both], options);
}

function mask(n: OnnxNode, sources: readonly number[], shape: Shape, test: (source: number) => boolean): string {
  const ones = Float32Array.from(sources, (source) => Number(test(source)));
  return n.builder.constant(`${n.name}/mask`, float32(shape, ones));
}
