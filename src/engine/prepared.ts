import { DeviceLostError } from '../errors.ts';
import { BufferSet, upload, type BufferRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, encode, type Command } from '../gpu/dispatch.ts';
import type { Pipelines } from '../gpu/pipelines.ts';
import { Readback } from '../gpu/readback.ts';
import { fuse } from '../graph/fuse.ts';
import { prune } from '../graph/prune.ts';
import { splitWeights } from '../graph/split-weights.ts';
import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../tensor/shape.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Inputs, State } from './check.ts';
import { gpuNumbers, type SharedConstants } from './constants.ts';
import { bytesOf, plan, type Plan, type PlannedLaunch } from './plan.ts';
import { expectRoom } from './room.ts';
import type { Slicer } from './slices.ts';
import type { Tuning } from './tuning.ts';

/** What all executables on one device share. */
export interface Session {
  readonly gpu: Gpu;
  readonly pipelines: Pipelines;
  readonly constants: SharedConstants;
  readonly slicer: Slicer;
  readonly tuning: () => Tuning;
  /** The last thing done to a graph. */
  readonly transform: ((graph: Graph) => Graph) | undefined;
  /** Everything that holds memory of the device, to free when it is lost. */
  readonly prepared: Set<Prepared>;
}

export interface PreparedRunOptions {
  /** Throws when the run is no longer wanted. */
  readonly check: () => void;
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly restore?: (() => Inputs) | undefined;
  readonly steps: number;
  /** Fill the memory with NaN first, so that a shader which forgets to write an element shows. */
  readonly poison: boolean | undefined;
}

interface Move {
  readonly source: BufferRange;
  readonly target: BufferRange;
}

/** Reading or writing a byte takes about as long as this many operations (measured on SwiftShader; GPUs are alike). */
const OPERATIONS_PER_BYTE = 7.5;
/** A graph that has done so many operations is likely to do as many again: it pays to compile faster kernels. */
const LONG = 4e10;
/** A quiet NaN; as an index it lies outside every buffer. */
const POISON = 0x7fc00000;

/** A graph on one device: its memory, its bind groups, its pipelines. */
export class Prepared {
  readonly session: Session;
  readonly #graph: Graph;
  /** Outputs of the graph as given → their names after the transforms. */
  readonly #tensorOf: ReadonlyMap<string, string>;
  readonly #plan: Plan;
  readonly #buffers: BufferSet;
  /** Of the launches. */
  #params: BufferSet;
  #slots: readonly BufferRange[] = [];
  readonly #inputs = new Map<string, BufferRange>();
  readonly #state: State;
  /** The inputs of the state have values. */
  #started = false;
  readonly #constants = new Map<string, { readonly range: BufferRange; readonly ready: Promise<void> }>();
  readonly #tuning: Tuning;
  /** What is launched in a step, in order. */
  launches: readonly PlannedLaunch[];
  /** The launches, ready to be encoded. */
  commands: readonly Command[] = [];
  #operations = 0;
  #tieredUp: Promise<void> | undefined;
  #moves: readonly Move[] = [];
  /** Kept between runs that read the same tensors. */
  #readback: { readonly key: string; readonly readback: Readback } | undefined;

  /**
   * Takes the memory, uploads the constants and compiles shaders that compile soon, all at once. Throws GpuOutOfMemoryError,
   * ShaderError, UnsupportedOpError or UnsupportedEnvironmentError; nothing stays behind then.
   */
  static async create(session: Session, graph: Graph, state: State): Promise<Prepared> {
    const prepared = new Prepared(session, graph, state);
    session.prepared.add(prepared);
    try {
      await prepared.#load();
    } catch (error) {
      prepared.destroy();
      throw error;
    }
    return prepared;
  }

  private constructor(session: Session, graph: Graph, state: State) {
    this.session = session;
    this.#state = state;
    const fused = fuse(splitWeights(prune(graph), session.gpu.device.limits.maxStorageBufferBindingSize));
    this.#graph = session.transform?.(fused) ?? fused;
    this.#tensorOf = new Map(graph.outputs.map((name, i) => [name, this.#graph.outputs[i]!]));
    this.#tuning = new Map(session.tuning());
    this.#plan = plan(this.#graph, { ...session.gpu.capabilities, baseline: true }, this.#tuning);
    expectRoom(this.#graph, this.#plan, session.gpu.device.limits.maxStorageBufferBindingSize);
    this.launches = this.#plan.launches;
    this.#buffers = new BufferSet(session.gpu);
    this.#params = new BufferSet(session.gpu);
  }

  async #load(): Promise<void> {
    this.#slots = this.#plan.slots.map(({ bytes }, i) => this.#allocate(`slot ${String(i)}`, bytes));
    this.#moves = this.#planMoves();
    await this.#use(this.launches);
  }

  /** Changes to the launches that are fastest, whatever they take to compile. */
  tierUp(): Promise<void> {
    return (this.#tieredUp ??= this.#use(plan(this.#graph, this.session.gpu.capabilities, this.#tuning).launches));
  }

  async #use(launches: readonly PlannedLaunch[]): Promise<void> {
    const { gpu, pipelines, prepared } = this.session;
    const dispatches = launches.map(({ launch }) => ({
      ...launch,
      bindings: Object.fromEntries(
        Object.entries(launch.bindings).map(([variable, name]) => [variable, this.#rangeOf(name)]),
      ),
    }));
    const [kernels] = await Promise.all([
      Promise.all(dispatches.map(({ shader, constants }) => pipelines.get(shader, constants))),
      this.#buffers.ready(),
      ...[...this.#constants.values()].map(({ ready }) => ready),
    ]);
    let unused = new BufferSet(gpu);
    try {
      const commands = await bind(gpu, unused, kernels, dispatches);
      if (!prepared.has(this)) return;
      [this.#params, unused] = [unused, this.#params];
      this.commands = commands;
      this.launches = launches;
    } finally {
      unused.destroy();
    }
  }

  /** The graph's outputs named in `read`. Runs must not overlap. */
  async run(inputs: Inputs, read: readonly string[], options: PreparedRunOptions): Promise<Record<string, Tensor>> {
    const { gpu } = this.session;
    const computed = [...new Set(read.map((name) => this.#tensorOf.get(name)!))].filter((name) => this.#isHere(name));
    const readback = this.#readbackOf(computed);
    await readback?.ready();
    await this.submit(inputs, options, (encoder) => {
      readback?.encode(encoder);
    });
    if (!readback) await gpu.guard(gpu.device.queue.onSubmittedWorkDone());
    const bytes = (await readback?.read()) ?? [];
    gpu.throwUncaptured();
    options.check();
    options.onProgress?.(1);
    const tensors = new Map(computed.map((name, i) => [name, this.#tensor(name, bytes[i]!)]));
    return Object.fromEntries(
      read.map((name) => {
        const tensorName = this.#tensorOf.get(name)!;
        return [name, tensors.get(tensorName) ?? this.#given(tensorName, inputs)];
      }),
    );
  }

  /** Where the numbers of an output of the graph are after a run; in memory of the run, not the caller's. */
  memoryOf(output: string): BufferRange {
    return this.#rangeOf(this.#tensorOf.get(output)!);
  }

  /** Submits all steps; `finish` adds to the last submission. `timing` gives each launch a pass of its own. */
  async submit(
    inputs: Inputs,
    options: PreparedRunOptions,
    finish: (encoder: GPUCommandEncoder) => void,
    timing?: (launch: number) => GPUComputePassTimestampWrites,
  ): Promise<void> {
    this.#begin(inputs, options);
    const step = this.launches.map(({ flops, bytes }) => flops + OPERATIONS_PER_BYTE * bytes);
    const costs = Array.from({ length: options.steps }, () => step).flat();
    this.#operations += costs.reduce((sum, cost) => sum + cost, 0);
    if (this.#operations > LONG) this.tierUp().catch(() => undefined); // it goes on as it is
    await this.session.slicer.run({
      ...options,
      costs,
      encode: (encoder, from, to) => {
        this.#encode(encoder, from, to, timing);
      },
      finish,
    });
  }

  /** May be called again. */
  destroy(): void {
    const { prepared, constants } = this.session;
    this.#readback?.readback.destroy();
    // Also what was made since the last call: a device may be lost in the middle of create().
    this.#buffers.destroy();
    this.#params.destroy();
    if (!prepared.delete(this)) return;
    for (const name of this.#constants.keys()) constants.release(this.#graph.constants.get(name)!);
  }

  #begin(given: Inputs, { check, poison, restore }: PreparedRunOptions): void {
    check();
    const lacking = !this.#started && Object.keys(this.#state).some((name) => !Object.hasOwn(given, name));
    const inputs = lacking && restore ? { ...restore(), ...given } : given;
    if (lacking && !restore) {
      throw new DeviceLostError('the state of the last step was lost with the GPU device', {
        where: this.#graph.name,
        remedy: 'Start again with all inputs.',
      });
    }
    this.#started = true;
    if (poison) this.#poison();
    for (const [name, range] of this.#inputs) {
      if (Object.hasOwn(inputs, name)) upload(this.session.gpu, range, gpuNumbers(inputs[name]!));
    }
  }

  /** Launches of one or several steps; between these the state goes from outputs to inputs. */
  #encode(encoder: GPUCommandEncoder, from: number, to: number, timing: Parameters<Prepared['submit']>[3]): void {
    const { length } = this.commands;
    for (let at = from; at < to;) {
      const start = at % length;
      const end = timing ? start + 1 : Math.min(length, start + to - at);
      const pass = encoder.beginComputePass(timing && { timestampWrites: timing(start) });
      encode(pass, this.commands.slice(start, end));
      pass.end();
      at += end - start;
      if (end === length) this.#handOver(encoder);
    }
  }

  #handOver(encoder: GPUCommandEncoder): void {
    for (const { source, target } of this.#moves)
      encoder.copyBufferToBuffer(source.buffer, source.offset, target.buffer, target.offset, target.size);
  }

  /** What goes where after a step. An input that becomes another one waits in between: that may become a third. */
  #planMoves(): Move[] {
    const aside: Move[] = [];
    const home = Object.entries(this.#state).flatMap(([input, output]): Move[] => {
      const place = this.#plan.place.get(this.#tensorOf.get(output)!)!;
      const [source, target] = [this.memoryOf(output), this.#rangeOf(input)];
      if (!('input' in place)) return [{ source, target }];
      if (place.input === input) return [];
      const between = this.#allocate(`${input} aside`, target.size);
      aside.push({ source, target: between });
      return [{ source: between, target }];
    });
    return [...aside, ...home];
  }

  /** The numbers are in memory of the device that no caller has. */
  #isHere(name: string): boolean {
    const place = this.#plan.place.get(name)!;
    return 'slot' in place || ('input' in place && Object.hasOwn(this.#state, place.input));
  }

  #allocate(name: string, size: number): BufferRange {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: this.#buffers.create(name, size, usage), offset: 0, size };
  }

  /** Memory of a tensor; that of inputs and constants is taken when a launch first asks. */
  #rangeOf(name: string): BufferRange {
    const { constants } = this.session;
    const place = this.#plan.place.get(name)!;
    const size = bytesOf(this.#graph.values.get(name)!.shape);
    if ('slot' in place) return { ...this.#slots[place.slot]!, offset: place.offset, size: place.bytes };
    if ('constant' in place) {
      const known = this.#constants.get(place.constant);
      const constant = known ?? constants.acquire(place.constant, this.#graph.constants.get(place.constant)!);
      this.#constants.set(place.constant, constant);
      return constant.range;
    }
    const input = this.#inputs.get(place.input) ?? this.#allocate(place.input, size);
    this.#inputs.set(place.input, input);
    return input;
  }

  #readbackOf(names: readonly string[]): Readback | undefined {
    if (names.length === 0) return undefined;
    const key = names.join('\n');
    if (this.#readback?.key !== key) {
      this.#readback?.readback.destroy();
      const ranges = names.map((name) => this.#rangeOf(name));
      this.#readback = { key, readback: new Readback(this.session.gpu, ranges) };
    }
    return this.#readback.readback;
  }

  #tensor(name: string, bytes: ArrayBuffer): Tensor {
    const { dtype, shape } = this.#graph.values.get(name)!;
    const size = sizeOf(shape);
    return tensor(
      dtype,
      shape,
      dtype === 'uint32' ? new Uint32Array(bytes, 0, size) : new Float32Array(bytes, 0, size),
    );
  }

  /** An output that is an input or a constant under another shape. */
  #given(name: string, inputs: Inputs): Tensor {
    const place = this.#plan.place.get(name)!;
    const { dtype, shape } = this.#graph.values.get(name)!;
    // A view of a constant is a constant: builders fold it.
    const source = 'input' in place ? inputs[place.input]! : this.#graph.constants.get(name)!;
    return tensor(dtype, shape, source.data);
  }

  #poison(): void {
    for (const range of this.#slots) {
      upload(this.session.gpu, range, new Uint32Array(range.size / 4).fill(POISON));
    }
  }
}
