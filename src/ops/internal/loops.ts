import type { Value } from '../../ir/graph.ts';
import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Addresses, Lowered, Machine } from '../loop.ts';
import type { Walk } from './strided.ts';

export const BYTES = 4;

/** Multiplications and additions of plain loops in a few ms; kernels do several times as many. */
const OPERATIONS_OF_PART = 2e6;

/** Numbers of a tensor, float32 or uint32 as it is. */
export type Numbers = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The tensors of a node in the memory, in order; absent inputs are empty. */
export interface Tensors {
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

/** What is done of `units` that lie in a row, from one to before another. */
type Piecewise = (from: number, to: number) => void;

/** A node whose work is so many equal units, cut into parts that take a few ms. */
export function inParts(
  units: number,
  operations: number,
  bind: (at: Addresses) => Piecewise,
  needs: Omit<Lowered, 'bind'> = {},
): Lowered {
  const parts = Math.max(1, Math.min(units, Math.ceil(operations / OPERATIONS_OF_PART)));
  return {
    ...needs,
    bind: (at) => {
      const run = bind(at);
      const border = (part: number): number => Math.floor((units * part) / parts);
      return { parts, run: (part) => run(border(part), border(part + 1)) };
    },
  };
}

/** The same in a plain loop over the tensors. */
export function overTensors(
  context: NodeContext<object>,
  machine: Machine,
  [units, operations]: readonly [units: number, operations: number],
  run: (tensors: Tensors, from: number, to: number, at: Addresses) => void,
  needs: Omit<Lowered, 'bind'> = {},
): Lowered {
  return inParts(
    units,
    operations,
    (at) => (from, to) => {
      run(tensorsAt(context, machine, at), from, to, at);
    },
    needs,
  );
}

/** Views of the memory as it is now. */
function tensorsAt({ inputs, outputs }: NodeContext<object>, { memory }: Machine, at: Addresses): Tensors {
  const view = (value: Value | undefined, address: number | undefined): Numbers => {
    const size = value && address ? sizeOf(value.shape) : 0;
    return value?.dtype === 'uint32' ? memory.unsigned(address!, size) : memory.floats(address ?? 0, size);
  };
  return {
    inputs: inputs.map((value, i) => view(value, at.inputs[i])),
    outputs: outputs.map((value, i) => view(value, at.outputs[i])),
  };
}

/** The runs that a walk is made of: rows along its last axis. A single one is cut where parts of the work are. */
export class Runs {
  /** What the work is cut between: runs, or the elements of a single one. */
  readonly units: number;
  readonly length: number;
  /** Of each tensor along a run. */
  readonly steps: readonly number[];
  readonly #walk: Walk;
  readonly #starts: number[];

  constructor(walk: Walk) {
    const { shape, strides } = walk;
    this.#walk = walk;
    this.length = shape.at(-1)!;
    this.units = shape.length === 1 ? this.length : this.length === 0 ? 0 : sizeOf(shape) / this.length;
    this.steps = strides.map((steps) => steps.at(-1)!);
    this.#starts = strides.map(() => 0);
  }

  /** Calls `visit` with where runs begin in each tensor (the same list each time), how long they are, and elements before. */
  each(from: number, to: number, visit: (starts: readonly number[], count: number, before: number) => void): void {
    const { shape, strides } = this.#walk;
    const starts = this.#starts;
    if (shape.length === 1) {
      for (let tensor = 0; tensor < starts.length; tensor++) starts[tensor] = from * this.steps[tensor]!;
      visit(starts, to - from, from);
      return;
    }
    for (let run = from; run < to; run++) {
      starts.fill(0);
      let rest = run;
      for (let axis = shape.length - 2; axis >= 0; axis--) {
        const size = shape[axis]!;
        const place = rest % size;
        rest = (rest - place) / size;
        for (let tensor = 0; tensor < starts.length; tensor++) starts[tensor]! += place * strides[tensor]![axis]!;
      }
      visit(starts, this.length, run * this.length);
    }
  }
}
