import { DeviceLostError, UnsupportedOpError } from '../../errors.ts';
import { contextOf } from '../../ir/builder.ts';
import type { Graph, Value } from '../../ir/graph.ts';
import { definedElsewhere } from '../../ops/registry.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { fourByteNumbers, tensor, type Tensor } from '../../tensor/tensor.ts';
import type { Executable, LaunchTime, RunOptions } from '../backend.ts';
import { checkInputs, checkRead, type Inputs, type State } from '../check.ts';
import { Lifetime } from '../lifetime.ts';
import type { Plan } from '../arrange.ts';
import { expectRoom } from '../room.ts';
import type { CpuOptions } from './options.ts';
import type { Holding, Host } from './host.ts';
import { planInOrder } from './plan.ts';
import { SENT_AT_ONCE, type ConstantPart, type Extent, type Given, type ProgramData } from './program.ts';

/** All that 32 bits address. */
const MAX_BYTES = 2 ** 32;
/** As in engine/program.ts. */
const OPERATIONS_PER_BYTE = 7.5;

const numberOf = new WeakMap<Tensor, number>();
let numbered = 0;
let programs = 0;

/** The number by which a constant is known, wherever it goes. */
function identityOf(tensor: Tensor): number {
  const known = numberOf.get(tensor) ?? ++numbered;
  numberOf.set(tensor, known);
  return known;
}

/** Who has a host: does work on it, and once more on a new one when the first is lost under it. */
interface HostWork {
  readonly options: CpuOptions;
  withHost<T>(work: (host: Host) => Promise<T>): Promise<T>;
  openLocal(): Promise<Host>;
  note(host: Host, holding: Holding): () => void;
  noteRun(uploadedBytes: number, readbackBytes: number): void;
}

/** A program on a host. */
interface Loaded {
  readonly host: Host;
  readonly program: number;
  free(): void;
}

/** A graph on the CPU. Made by `CpuBackend.compile`. */
export class CpuExecutable implements Executable {
  readonly graph: Graph;
  readonly #backend: HostWork;
  readonly #fused: Graph;
  readonly #plan: Plan;
  readonly #state: State;
  readonly #onDispose: () => void;
  /** Outputs of the graph as given → their names in the one that runs. */
  readonly #tensorOf: ReadonlyMap<string, string>;
  /** Node that is run → what it takes, in their order. */
  readonly #costs: ReadonlyMap<string, { readonly flops: number; readonly bytes: number }>;
  #loaded: Loaded | undefined;
  readonly #life: Lifetime;
  /** The host on which the state has its values. */
  #startedOn: Host | undefined;
  /** The host has not all that this needs: it runs on the page's thread. */
  #isLocal = false;

  constructor(backend: HostWork, graph: Graph, fused: Graph, state: State, onDispose: () => void) {
    this.#backend = backend;
    this.graph = graph;
    this.#life = new Lifetime(graph);
    this.#fused = fused;
    this.#plan = planInOrder(fused);
    this.#costs = costsOf(this.#plan);
    this.#state = state;
    this.#onDispose = onDispose;
    this.#tensorOf = new Map(graph.outputs.map((name, i) => [name, fused.outputs[i]!]));
    expectRoom(fused, this.#plan, MAX_BYTES);
  }

  /** Makes everything a run needs, so that the first run is as fast as the others. */
  async load(signal: AbortSignal | undefined): Promise<void> {
    this.#life.check(signal);
    await this.#life.guard(() => this.#backend.withHost((host) => this.#loadOn(host)));
    this.#life.check(signal);
  }

  run(inputs: Inputs, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    return this.#life.inTurn(async () => {
      this.#life.check(options.signal);
      checkInputs(this.graph, inputs, this.#startedOn ? this.#state : {});
      checkRead(this.graph, options.read ?? this.graph.outputs);
      return this.#backend.withHost(async (host) => this.#runOn(await this.#loadOn(host), inputs, options));
    });
  }

  profile(inputs: Inputs): Promise<readonly LaunchTime[]> {
    return this.#life.inTurn(async () => {
      const numbers = numbersOf(inputs);
      const times = await this.#backend.withHost(async (host) => {
        const { host: on, program } = await this.#loadOn(host);
        return on.profile(program, numbers);
      });
      return [...this.#costs].map(([node, cost], i) => ({
        node,
        shader: '',
        ...cost,
        ms: times[i]!,
        clock: 'wall' as const,
      }));
    });
  }

  /** There is nothing faster. */
  tierUp(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#life.end();
    this.#free();
    this.#onDispose();
  }

  async #runOn(
    { host, program }: Loaded,
    given: Inputs,
    { read = this.graph.outputs, steps = 1, signal, onProgress, restore }: RunOptions,
  ): Promise<Record<string, Tensor>> {
    const lost = this.#startedOn !== host && Object.keys(this.#state).some((name) => !Object.hasOwn(given, name));
    if (lost && !restore) {
      throw new DeviceLostError('the state was lost with the Worker', {
        where: this.graph.name,
        remedy: 'Start again with all inputs.',
      });
    }
    const inputs = lost ? { ...restore!(), ...given } : given;
    const numbers = numbersOf(inputs);
    const computed = read.map((name) => this.#tensorOf.get(name)!).filter((name) => this.#isComputed(name));
    const results = await host.run(
      { program, inputs: numbers, read: [...new Set(computed)], steps },
      { signal, onProgress },
    );
    this.#startedOn = host;
    this.#life.check(signal);
    this.#backend.noteRun(bytesOf(numbers), bytesOf(results));
    onProgress?.(1);
    return Object.fromEntries(
      read.map((output) => {
        const name = this.#tensorOf.get(output)!;
        const { dtype, shape } = this.#fused.values.get(name)!;
        return [output, tensor(dtype, shape, results.get(name) ?? this.#given(name, inputs).data)];
      }),
    );
  }

  /** This graph on a host, or on the page's thread where the host does not know its operations: loaded once for each. */
  async #loadOn(host: Host): Promise<Loaded> {
    if (this.#loaded?.host === host) return this.#loaded;
    const isLocal = this.#isLocal || this.#fused.nodes.some(({ op }) => definedElsewhere(op));
    const local = isLocal ? await this.#backend.openLocal() : host;
    if (local !== host) return this.#loadOn(local);
    const program = ++programs;
    const data = this.#data();
    const { nodes, constants, more } = await host.prepare(program, data);
    const free = (): void => {
      host.free(program).catch(() => undefined); // it is gone with its host
    };
    if (nodes.length > 0) {
      free();
      if (more) {
        this.#isLocal = true;
        return this.#loadOn(host);
      }
      const unknown = nodes.map((i) => data.nodes[i]!.context.node);
      throw new UnsupportedOpError(
        unknown.map(({ op, name }) => ({ op, node: name, reason: 'runs on constants only' })),
        { where: this.graph.name },
      );
    }
    let stopCounting: () => void;
    try {
      for (const some of portions(this.#constants(constants))) await host.supply(program, some);
      stopCounting = this.#backend.note(host, await host.load(program));
    } catch (error) {
      free();
      throw error;
    }
    this.#free();
    this.#loaded = {
      host,
      program,
      free: () => {
        stopCounting();
        free();
      },
    };
    const loaded = this.#loaded;
    if (this.#life.ended) this.#free();
    return loaded;
  }

  #free(): void {
    this.#loaded?.free();
    this.#loaded = undefined;
  }

  #data(): ProgramData {
    const { nodes, values, inputs, constants } = this.#fused;
    const { place, slots } = this.#plan;
    const extents = (names: readonly string[]): ReadonlyMap<string, Extent> =>
      new Map(names.map((name) => [name, extentOf(values.get(name)!)]));
    const state = Object.entries(this.#state).map(([input, output]) => [input, this.#tensorOf.get(output)!] as const);
    return {
      nodes: nodes.flatMap((node) => {
        const cost = this.#costs.get(node.name);
        if (!cost) return [];
        return [{ context: contextOf(node, values), cost: cost.flops + OPERATIONS_PER_BYTE * cost.bytes }];
      }),
      slots: slots.map(({ bytes }) => bytes),
      places: place,
      inputs: extents(inputs),
      outputs: extents(this.#fused.outputs),
      constants: new Map([...constants].map(([name, constant]) => [name, identityOf(constant)])),
      state,
      poison: this.#backend.options.poison ?? false,
    };
  }

  /** Numbers of the constants that are known by these numbers. */
  *#constants(wanted: readonly number[]): Generator<readonly [number, Given]> {
    const missing = new Set(wanted);
    for (const constant of this.#fused.constants.values()) {
      const identity = identityOf(constant);
      if (missing.delete(identity)) yield [identity, fourByteNumbers(constant)];
    }
  }

  /** The numbers of a tensor are in memory of the host that no caller has. */
  #isComputed(name: string): boolean {
    const place = this.#plan.place.get(name)!;
    return 'slot' in place || ('input' in place && Object.hasOwn(this.#state, place.input));
  }

  /** An output that is an input or a constant, under another shape perhaps. */
  #given(name: string, inputs: Inputs): Tensor {
    const place = this.#plan.place.get(name)!;
    return 'input' in place ? inputs[place.input]! : this.#fused.constants.get(name)!;
  }
}

function costsOf({ launches }: Plan): Map<string, { flops: number; bytes: number }> {
  const costs = new Map<string, { flops: number; bytes: number }>();
  for (const { node, flops, bytes } of launches) {
    const before = costs.get(node) ?? { flops: 0, bytes: 0 };
    costs.set(node, { flops: before.flops + flops, bytes: before.bytes + bytes });
  }
  return costs;
}

function extentOf({ shape, dtype }: Value): Extent {
  return { size: sizeOf(shape), dtype };
}

function numbersOf(inputs: Inputs): Map<string, Given> {
  return new Map(Object.entries(inputs).map(([name, value]) => [name, fourByteNumbers(value)]));
}

function bytesOf(numbers: ReadonlyMap<string, Given>): number {
  return [...numbers.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** What is sent together: of large constants a part, of small ones many. */
function* portions(constants: Iterable<readonly [number, Given]>): Generator<readonly ConstantPart[]> {
  let portion: ConstantPart[] = [];
  let free = SENT_AT_ONCE;
  for (const [constant, { buffer, byteOffset, length: size }] of constants) {
    const whole = new Int32Array(buffer, byteOffset, size);
    for (let start = 0; start < size || start === 0;) {
      const numbers = whole.subarray(start, start + free);
      portion.push({ constant, numbers, start, size });
      free -= numbers.length;
      start += Math.max(numbers.length, 1);
      if (free > 0) continue;
      yield portion;
      portion = [];
      free = SENT_AT_ONCE;
    }
  }
  if (portion.length > 0) yield portion;
}
