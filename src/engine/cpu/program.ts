import { UseAfterDisposeError } from '../../errors.ts';
import type { Attributes } from '../../ir/graph.ts';
import type { NodeContext, Reference } from '../../ir/node.ts';
import { lower } from '../../ops/loops.ts';
import type { Loops, Lowered, Machine, Packing, Step } from '../../ops/loop.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import type { Place } from '../arrange.ts';
import type { Packs } from './packs.ts';

/** Numbers as they lie in the memory, in an array of their own. */
export type Numbers = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The same of others: they are read only. */
export type Given = Float32Array | Uint32Array;

export function buffersOf(numbers: ReadonlyMap<unknown, Numbers>): ArrayBuffer[] {
  return [...numbers.values()].map(({ buffer }) => buffer);
}

/** A tensor without its name. */
export interface Extent {
  readonly size: number;
  readonly dtype: DType;
}

/** Numbers of constants that are sent at once: all of them would be there twice. */
export const SENT_AT_ONCE: number = 2 ** 20;

/** A part of a constant. */
export interface ConstantPart {
  /** The number by which it is known. */
  readonly constant: number;
  /** Their bits: some are whole numbers. */
  readonly numbers: Int32Array;
  /** Where in the constant they begin. */
  readonly start: number;
  /** Numbers of the whole constant. */
  readonly size: number;
}

/** A graph that is planned, as it can be sent to where it runs. */
export interface ProgramData {
  readonly nodes: readonly { readonly context: NodeContext<Attributes>; readonly cost: number }[];
  /** Bytes. */
  readonly slots: readonly number[];
  /** Of every tensor that a node touches or that can be read. */
  readonly places: ReadonlyMap<string, Place>;
  readonly inputs: ReadonlyMap<string, Extent>;
  readonly outputs: ReadonlyMap<string, Extent>;
  /** Constant → the number by which it is known to all programs. */
  readonly constants: ReadonlyMap<string, number>;
  /** Input → the output that becomes it in the next step. */
  readonly state: readonly (readonly [input: string, output: string])[];
  /** For tests: fill the memory of every run with NaN first. */
  readonly poison: boolean;
}

/** How a run goes. */
export interface ProgramRun {
  readonly steps: number;
  /** To be awaited between two pieces of work; rejects when the run is no longer wanted. */
  readonly breathe: () => Promise<void>;
  /** 0…1 */
  readonly onProgress: (done: number) => void;
}

/** An operation by its type, where the page has defined it. */
export type Definitions = (type: string) => Reference<Attributes> | undefined;

/** A packing of a node's input: where it goes. */
interface Packed {
  readonly packing: Packing;
  /** Of the constant it is made of; undefined where that is no constant. */
  readonly key: string | undefined;
  at: number | undefined;
}

/** A constant on its way. */
interface Arriving {
  /** Where it will be whole. */
  at: number;
  /** Key → what will be made of it, and where: at the same address what is read as it is. */
  readonly packs: Map<string, { readonly packing: Packing; readonly at: number }>;
}

interface Prepared {
  readonly context: NodeContext<Attributes>;
  readonly lowered: Lowered;
  readonly packed: readonly Packed[];
  readonly cost: number;
}

const BYTES = 4;
/** Between two words on the progress. */
const PROGRESS_MS = 50;
/** Of one node, in a profile. */
const PROFILE_MS = 4;
const MAX_REPEATS = 64;
/** A quiet NaN; as an index it lies outside of everything. */
const POISON = 0x7fc00000;
/** The order of a constant that is read as it is. */
const PLAIN = 'as it is';

/** A program in the memory of a machine: its slots, its inputs, its share of what is packed, and its steps. */
export class Program {
  readonly #machine: Machine;
  readonly #packs: Packs;
  readonly #data: ProgramData;
  readonly #nodes: readonly Prepared[];
  /** Pieces of memory that are this program's alone. */
  readonly #pieces: number[] = [];
  readonly #arriving = new Map<number, Arriving>();
  /** Keys of packs that are held. */
  readonly #held: string[] = [];
  #isFree = false;
  #slots: readonly number[] = [];
  #inputs: ReadonlyMap<string, number> = new Map();
  #steps: readonly (Step & { readonly cost: number })[] = [];
  /** Places of nodes whose operation is not known here. */
  readonly unknown: readonly number[];

  constructor(machine: Machine, packs: Packs, data: ProgramData, definitions?: Definitions, more?: Loops) {
    this.#machine = machine;
    this.#packs = packs;
    this.#data = data;
    const unknown: number[] = [];
    this.#nodes = data.nodes.flatMap(({ context, cost }, i) => {
      const { op } = context.node;
      const lowered = lower(context, machine, { evaluate: definitions?.(op), more });
      if (!lowered) unknown.push(i);
      return lowered ? [{ context, lowered, cost, packed: this.#packingsOf(context, lowered) }] : [];
    });
    this.unknown = unknown;
    for (const { key, at } of this.#nodes.flatMap(({ packed }) => packed)) if (at !== undefined) this.#held.push(key!);
  }

  /** The constants whose numbers {@link load} needs. */
  wanted(): readonly number[] {
    const numbers = this.#nodes.flatMap(({ context, packed }) =>
      packed.flatMap(({ packing, key, at }) =>
        key !== undefined && at === undefined ? [this.#numberOf(context.inputs[packing.input]!.name)!] : [],
      ),
    );
    return [...new Set(numbers)];
  }

  /** Takes parts of constants, those of each in their order, and packs each once it is whole. Throws OutOfMemoryError. */
  supply(parts: readonly ConstantPart[]): void {
    for (const { constant, numbers, start, size } of parts) {
      const arriving = this.#arriving.get(constant) ?? this.#expect(constant, size);
      this.#machine.memory.integers(arriving.at + BYTES * start, numbers.length).set(numbers);
      if (start + numbers.length === size) this.#keep(constant, arriving);
    }
  }

  /** Takes the memory and makes the steps, once all constants are there. Throws OutOfMemoryError. */
  load(): void {
    const { slots, inputs } = this.#data;
    this.#slots = slots.map((bytes, i) => this.#take(`slot ${String(i)}`, bytes));
    this.#inputs = new Map([...inputs].map(([name, { size }]) => [name, this.#take(name, BYTES * size)]));
    const scratchBytes = this.#nodes.reduce((most, { lowered }) => Math.max(most, lowered.scratch ?? 0), 0);
    const scratch = this.#take('scratch', scratchBytes);
    this.#steps = this.#nodes.map((node) => ({ ...this.#bind(node, scratch), cost: node.cost }));
  }

  /** The outputs named in `read`, after so many steps. Runs must not overlap. */
  async run(
    given: ReadonlyMap<string, Given>,
    read: readonly string[],
    { steps, breathe, onProgress }: ProgramRun,
  ): Promise<Map<string, Numbers>> {
    if (this.#data.poison) this.#poison();
    for (const [name, numbers] of given) if (this.#inputs.has(name)) this.#view(name).set(numbers);
    const total = steps * this.#steps.reduce((sum, { cost }) => sum + cost, 0);
    let [done, told] = [0, performance.now()];
    for (let step = 0; step < steps; step++) {
      for (const { run, parts = 1, cost } of this.#steps) {
        for (let part = 0; part < parts; part++) {
          await this.#rest(breathe);
          if (performance.now() - told > PROGRESS_MS) {
            told = performance.now();
            onProgress((done + (cost * part) / parts) / total);
          }
          run(part);
        }
        done += cost;
      }
      this.#handOver();
    }
    await this.#rest(breathe);
    return new Map(read.map((name) => [name, this.#view(name).slice()]));
  }

  /** Milliseconds that each node takes: of as many runs in a row as the clock needs. */
  async profile(given: ReadonlyMap<string, Given>, breathe: () => Promise<void>): Promise<readonly number[]> {
    // Whatever a node reads must be there: numbers left over may be slower.
    await this.run(given, [], { steps: 1, breathe, onProgress: () => undefined });
    const times: number[] = [];
    for (const { run, parts = 1 } of this.#steps) {
      const began = performance.now();
      let runs = 0;
      for (; runs === 0 || (performance.now() - began < PROFILE_MS && runs < MAX_REPEATS); runs++)
        for (let part = 0; part < parts; part++) run(part);
      times.push((performance.now() - began) / runs);
      await this.#rest(breathe);
    }
    return times;
  }

  /** Bytes of each piece of memory: this program's alone by their addresses, others by their keys. */
  holding(): Map<string, number> {
    const { memory } = this.#machine;
    const own = this.#pieces.map((at) => [`at ${String(at)}`, memory.bytesAt(at)] as const);
    const packed = this.#nodes.flatMap(({ packed }) =>
      packed.flatMap(({ key, at }) => (key === undefined ? [] : [[key, memory.bytesAt(at!)] as const])),
    );
    return new Map([...own, ...packed]);
  }

  /** Gives back everything, and ends what runs; may be called again. */
  free(): void {
    this.#isFree = true;
    const { memory } = this.#machine;
    for (const at of this.#pieces.splice(0)) memory.release(at);
    for (const { at, packs } of this.#arriving.values()) {
      for (const pack of packs.values()) memory.release(pack.at);
      memory.release(at);
    }
    this.#arriving.clear();
    for (const key of this.#held.splice(0)) this.#packs.release(key);
  }

  /** How the node's inputs are packed: as its loop says, and constants besides as they are. */
  #packingsOf({ inputs }: NodeContext<Attributes>, { packings = [] }: Lowered): readonly Packed[] {
    const plain = inputs.flatMap((value, input): Packing[] => {
      if (!value || this.#numberOf(value.name) === undefined || packings.some((packing) => packing.input === input))
        return [];
      const size = sizeOf(value.shape);
      return [{ input, order: PLAIN, size, pack: () => undefined }];
    });
    return [...packings, ...plain].map((packing) => {
      const constant = this.#numberOf(inputs[packing.input]!.name);
      const key = constant === undefined ? undefined : `${String(constant)} ${packing.order}`;
      return { packing, key, at: key === undefined ? undefined : this.#packs.hold(key) };
    });
  }

  /** The number of the constant that a tensor is; undefined for all others. */
  #numberOf(name: string): number | undefined {
    const place = this.#data.places.get(name);
    return place && 'constant' in place ? this.#data.constants.get(place.constant) : undefined;
  }

  /** What is made of a constant and is not there yet. */
  #lacking(constant: number): readonly Packed[] {
    const isLacking = ({ inputs }: NodeContext<Attributes>, { packing, key, at }: Packed): boolean =>
      key !== undefined && at === undefined && this.#numberOf(inputs[packing.input]!.name) === constant;
    return this.#nodes.flatMap(({ context, packed }) => packed.filter((entry) => isLacking(context, entry)));
  }

  /** Makes room for what is made of a constant, and at last for the constant itself: where that is freed, no gap is left. */
  #expect(constant: number, size: number): Arriving {
    const arriving: Arriving = { at: 0, packs: new Map() };
    this.#arriving.set(constant, arriving);
    const take = (numbers: number): number => this.#machine.memory.take('weights', BYTES * numbers);
    const lacking = this.#lacking(constant);
    for (const { packing, key } of lacking) {
      if (packing.order === PLAIN || arriving.packs.has(key!)) continue;
      arriving.packs.set(key!, { packing, at: take(packing.size) });
    }
    arriving.at = take(size);
    const plain = lacking.find(({ packing }) => packing.order === PLAIN);
    if (plain) arriving.packs.set(plain.key!, { packing: plain.packing, at: arriving.at });
    return arriving;
  }

  /** Packs a constant that has arrived. */
  #keep(constant: number, { at: whole, packs }: Arriving): void {
    const lacking = this.#lacking(constant);
    let isKept = false;
    for (const [key, { packing, at }] of packs) {
      if (at === whole) isKept = true;
      else packing.pack(whole, at);
      const kept = this.#packs.keep(key, at);
      this.#held.push(key);
      for (const entry of lacking) if (entry.key === key) entry.at = kept;
    }
    if (!isKept) this.#machine.memory.release(whole);
    this.#arriving.delete(constant);
  }

  #bind({ context, lowered, packed }: Prepared, scratch: number): Step {
    const { inputs, outputs } = context;
    for (const entry of packed) entry.at ??= this.#take(`an operand of ${nameOf(context)}`, BYTES * entry.packing.size);
    const at = inputs.map((value, i) => {
      if (!value) return 0;
      const known = packed.find(({ packing }) => packing.input === i);
      if (known) return known.packing.order === PLAIN ? known.at! : 0;
      return this.#addressOf(value.name);
    });
    const step = lowered.bind({
      inputs: at,
      outputs: outputs.map(({ name }) => this.#addressOf(name)),
      packed: (lowered.packings ?? []).map((_, i) => packed[i]!.at!),
      scratch,
    });
    const repacked = packed.filter(({ key }) => key === undefined);
    if (repacked.length === 0) return step;
    return {
      parts: step.parts ?? 1,
      run: (part) => {
        for (const { packing, at: to } of part === 0 ? repacked : []) {
          packing.pack(this.#addressOf(inputs[packing.input]!.name), to!);
        }
        step.run(part);
      },
    };
  }

  /** Between two pieces of work, in which the memory may have been given back to others. */
  async #rest(breathe: () => Promise<void>): Promise<void> {
    await breathe();
    if (this.#isFree) throw new UseAfterDisposeError('a program');
  }

  #take(label: string, bytes: number): number {
    const at = this.#machine.memory.take(label, bytes);
    this.#pieces.push(at);
    return at;
  }

  #addressOf(name: string): number {
    const place = this.#data.places.get(name)!;
    if ('slot' in place) return this.#slots[place.slot]! + place.offset;
    if ('input' in place) return this.#inputs.get(place.input)!;
    throw new Error(`"${name}" is a constant`);
  }

  /** A tensor that is an input or an output of the graph. */
  #view(name: string): Numbers {
    const { size, dtype } = (this.#data.inputs.get(name) ?? this.#data.outputs.get(name))!;
    return this.#machine.memory.numbers(this.#addressOf(name), size, dtype);
  }

  /** Between two steps: what is state goes from the outputs to the inputs. */
  #handOver(): void {
    // What stays as it is, such as the pictures of a training, is not moved.
    const changing = this.#data.state.filter(([input, output]) => input !== output);
    const moves = changing.map(([input, output]) => [input, this.#view(output).slice()] as const);
    for (const [input, numbers] of moves) this.#view(input).set(numbers);
  }

  #poison(): void {
    for (const [i, bytes] of this.#data.slots.entries())
      this.#machine.memory.integers(this.#slots[i]!, bytes / BYTES).fill(POISON);
  }
}

function nameOf({ node: { op, name } }: NodeContext<Attributes>): string {
  return `${op} "${name}"`;
}
