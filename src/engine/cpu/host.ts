import { Arena } from '../../cpu/arena.ts';
import type { InstructionSet } from '../../cpu/instructions.ts';
import { loadKernels } from '../../cpu/kernels.ts';
import { hasLoop } from '../../ops/loops.ts';
import type { Machine } from '../../ops/loop.ts';
import { breather } from '../../work/breathe.ts';
import type * as More from './more.ts';
import { Packs } from './packs.ts';
import { Program, type ConstantPart, type Definitions, type Given, type Numbers, type ProgramData } from './program.ts';

/** What a host is asked for where something has to wait. */
export interface HostOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What a program lacks to be loaded. */
export interface Lacking {
  /** Numbers of constants whose values it has to be supplied with. */
  readonly constants: readonly number[];
  /** Places among the nodes of those that the host cannot compute. */
  readonly nodes: readonly number[];
  /** Some of them can be computed where more.ts can be had. */
  readonly more: boolean;
}

/** One run of a program. */
export interface RunArgs {
  readonly program: number;
  readonly inputs: ReadonlyMap<string, Given>;
  /** Outputs. */
  readonly read: readonly string[];
  readonly steps: number;
}

/** Pieces of memory that a program holds: their bytes by what they are; what is packed is shared by that name. */
export type Holding = ReadonlyMap<string, number>;

/** Where programs run: in a Worker, or on the thread that asks. Programs are known by numbers that the caller gives. */
export interface Host {
  /** Undefined where WebAssembly is refused. */
  readonly instructions: InstructionSet | undefined;
  prepare(program: number, data: ProgramData): Promise<Lacking>;
  /** Constants, some at a time, those of each in their order. */
  supply(program: number, parts: readonly ConstantPart[]): Promise<void>;
  /** Takes the memory. */
  load(program: number): Promise<Holding>;
  run(run: RunArgs, options: HostOptions): Promise<ReadonlyMap<string, Numbers>>;
  /** Milliseconds of each node. */
  profile(program: number, inputs: ReadonlyMap<string, Given>): Promise<readonly number[]>;
  free(program: number): Promise<void>;
  close(): void;
}

/** Gives what is in more.ts; undefined where it cannot be had. */
export type LoadMore = () => Promise<typeof More | undefined>;

/** Runs programs on this thread, with pauses in which it lives on. */
export class LocalHost implements Host {
  readonly #machine: Machine;
  readonly #packs: Packs;
  readonly #loadMore: LoadMore;
  readonly #definitions: Definitions | undefined;
  readonly #programs = new Map<number, Program>();

  constructor(machine: Machine, loadMore: LoadMore, definitions?: Definitions) {
    this.#machine = machine;
    this.#loadMore = loadMore;
    this.#packs = new Packs(machine.memory);
    this.#definitions = definitions;
  }

  get instructions(): InstructionSet | undefined {
    return this.#machine.kernels?.instructions;
  }

  async prepare(program: number, data: ProgramData): Promise<Lacking> {
    const isUsual = data.nodes.every(({ context: { node } }) => hasLoop(node.op) || this.#definitions?.(node.op));
    const more = isUsual ? undefined : await this.#loadMore();
    const prepared = new Program(this.#machine, this.#packs, data, this.#definitions, more?.moreLoops);
    this.#programs.set(program, prepared);
    return { constants: prepared.wanted(), nodes: prepared.unknown, more: !isUsual && !more };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- errors become rejections
  async supply(program: number, parts: readonly ConstantPart[]): Promise<void> {
    this.#programs.get(program)?.supply(parts);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- errors become rejections
  async load(program: number): Promise<Holding> {
    const loaded = this.#programs.get(program)!;
    loaded.load();
    return loaded.holding();
  }

  run({ program, inputs, read, steps }: RunArgs, { signal, onProgress }: HostOptions): ReturnType<Host['run']> {
    const breathe = breather(signal);
    return this.#programs
      .get(program)!
      .run(inputs, read, { steps, breathe, onProgress: onProgress ?? (() => undefined) });
  }

  profile(program: number, inputs: ReadonlyMap<string, Given>): Promise<readonly number[]> {
    return this.#programs.get(program)!.profile(inputs, breather(undefined));
  }

  free(program: number): Promise<void> {
    this.#programs.get(program)?.free();
    this.#programs.delete(program);
    return Promise.resolve();
  }

  close(): void {
    for (const program of this.#programs.values()) program.free();
    this.#programs.clear();
  }
}

/** A machine with the kernels of the best of these sets, or with plain loops where none compiles; undefined without these. */
export async function openMachine(
  sets: readonly InstructionSet[] | undefined,
  loadMore: LoadMore,
): Promise<Machine | undefined> {
  const kernels = await loadKernels(sets);
  if (kernels) return { kernels, memory: kernels.arena };
  const more = await loadMore();
  if (!more) return undefined;
  const memory = new Arena();
  return { kernels: undefined, memory, plain: more.plainKernels(memory) };
}
