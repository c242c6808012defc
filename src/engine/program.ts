import { DeviceLostError } from '../errors.ts';
import { BufferSet, type BufferRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, encode, type Command } from '../gpu/dispatch.ts';
import type { Pipelines } from '../gpu/pipelines.ts';
import type { Graph } from '../ir/graph.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Inputs, State } from './check.ts';
import { compile, type Compiled } from './compile.ts';
import type { SharedConstants } from './constants.ts';
import { Memory } from './memory.ts';
import type { PlannedLaunch } from './arrange.ts';
import { plan } from './plan.ts';
import type { Slicer } from './slices.ts';
import type { Tuning } from './tuning.ts';

/** What all programs on one device share. */
export interface Session {
  readonly gpu: Gpu;
  readonly pipelines: Pipelines;
  readonly constants: SharedConstants;
  readonly slicer: Slicer;
  readonly tuning: () => Tuning;
  /** The last thing done to a graph. */
  readonly transform: ((graph: Graph) => Graph) | undefined;
  /** Everything that holds memory of the device, to free when it is lost. */
  readonly programs: Set<Program>;
}

/** How one run of a program goes. */
export interface ProgramRun {
  /** Throws when the run is no longer wanted. */
  readonly check: () => void;
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly restore?: (() => Inputs) | undefined;
  readonly steps: number;
  /** Fill the memory with NaN first, so that a shader which forgets to write an element shows. */
  readonly poison: boolean | undefined;
}

/** Reading or writing a byte takes about as long as this many operations (measured on SwiftShader; GPUs are alike). */
const OPERATIONS_PER_BYTE = 7.5;
/** A graph that has done so many operations is likely to do as many again: it pays to compile faster kernels. */
const LONG = 4e10;

/** A compiled graph on one device, with its memory, its bind groups and its pipelines: ready to run. */
export class Program {
  readonly session: Session;
  readonly #compiled: Compiled;
  readonly #state: State;
  readonly #tuning: Tuning;
  readonly #memory: Memory;
  /** Memory of the parameters of the launches. */
  #params: BufferSet;
  /** What is launched in a step, in order. */
  launches: readonly PlannedLaunch[];
  /** The launches, ready to be encoded. */
  commands: readonly Command[] = [];
  /** The inputs of the state have values. */
  #started = false;
  #operations = 0;
  #tieredUp: Promise<void> | undefined;

  /**
   * Takes the memory, uploads the constants and compiles shaders that compile soon, all at once. Throws GpuOutOfMemoryError,
   * ShaderError, UnsupportedOpError or UnsupportedEnvironmentError; nothing stays behind then.
   */
  static async load(session: Session, graph: Graph, state: State): Promise<Program> {
    const { gpu, transform } = session;
    const tuning = new Map(session.tuning());
    const compiled = await compile(graph, {
      capabilities: gpu.capabilities,
      maxBytes: gpu.device.limits.maxStorageBufferBindingSize,
      tuning,
      transform,
    });
    const program = new Program(session, compiled, state, tuning);
    session.programs.add(program);
    try {
      program.#memory.take();
      await program.#use(program.launches);
    } catch (error) {
      program.destroy();
      throw error;
    }
    return program;
  }

  private constructor(session: Session, compiled: Compiled, state: State, tuning: Tuning) {
    const { gpu, constants } = session;
    this.session = session;
    this.#state = state;
    this.#tuning = tuning;
    this.#compiled = compiled;
    this.#memory = new Memory(gpu, constants, this.#compiled, state);
    this.#params = new BufferSet(gpu);
    this.launches = this.#compiled.plan.launches;
  }

  /** Changes to the launches that are fastest, whatever they take to compile. */
  tierUp(): Promise<void> {
    const { graph } = this.#compiled;
    return (this.#tieredUp ??= this.#use(plan(graph, this.session.gpu.capabilities, this.#tuning).launches));
  }

  async #use(launches: readonly PlannedLaunch[]): Promise<void> {
    const { gpu, pipelines, programs } = this.session;
    const dispatches = launches.map(({ launch }) => ({
      ...launch,
      bindings: Object.fromEntries(
        Object.entries(launch.bindings).map(([variable, name]) => [variable, this.#memory.rangeOf(name)]),
      ),
    }));
    const [kernels] = await Promise.all([
      Promise.all(dispatches.map(({ shader, constants }) => pipelines.get(shader, constants))),
      this.#memory.ready(),
    ]);
    let unused = new BufferSet(gpu);
    try {
      const commands = await bind(gpu, unused, kernels, dispatches);
      if (!programs.has(this)) return;
      [this.#params, unused] = [unused, this.#params];
      this.commands = commands;
      this.launches = launches;
    } finally {
      unused.destroy();
    }
  }

  /** The graph's outputs named in `read`. Runs must not overlap. */
  async run(inputs: Inputs, read: readonly string[], options: ProgramRun): Promise<Record<string, Tensor>> {
    const { gpu } = this.session;
    const memory = this.#memory;
    const tensorOf = (name: string): string => this.#compiled.tensorOf.get(name)!;
    const computed = [...new Set(read.map(tensorOf))].filter((name) => memory.isHere(name));
    const readback = memory.readbackOf(computed);
    await readback?.ready();
    await this.submit(inputs, options, (encoder) => {
      readback?.encode(encoder);
    });
    if (!readback) await gpu.guard(gpu.device.queue.onSubmittedWorkDone());
    const bytes = (await readback?.read()) ?? [];
    gpu.throwUncaptured();
    options.check();
    options.onProgress?.(1);
    const tensors = new Map(computed.map((name, i) => [name, memory.tensorOf(name, bytes[i]!)]));
    return Object.fromEntries(
      read.map((name) => [name, tensors.get(tensorOf(name)) ?? memory.given(tensorOf(name), inputs)]),
    );
  }

  /** Where the numbers of an output of the graph are after a run; in memory of the run, not the caller's. */
  memoryOf(output: string): BufferRange {
    return this.#memory.rangeOf(this.#compiled.tensorOf.get(output)!);
  }

  /** Of an output of the graph. */
  shapeOf(output: string): Shape {
    return this.#compiled.graph.values.get(this.#compiled.tensorOf.get(output)!)!.shape;
  }

  /** Submits all steps; `finish` adds to the last submission. `timing` gives each launch a pass of its own. */
  async submit(
    inputs: Inputs,
    options: ProgramRun,
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
    this.#memory.destroy();
    this.#params.destroy();
    this.session.programs.delete(this);
  }

  #begin(given: Inputs, { check, poison, restore }: ProgramRun): void {
    check();
    const lacking = !this.#started && Object.keys(this.#state).some((name) => !Object.hasOwn(given, name));
    const inputs = lacking && restore ? { ...restore(), ...given } : given;
    if (lacking && !restore) {
      throw new DeviceLostError('the state of the last step was lost with the GPU device', {
        where: this.#compiled.graph.name,
        remedy: 'Start again with all inputs.',
      });
    }
    this.#started = true;
    if (poison) this.#memory.poison();
    this.#memory.write(inputs);
  }

  /** Launches of one or several steps; between these the state goes from outputs to inputs. */
  #encode(encoder: GPUCommandEncoder, from: number, to: number, timing: Parameters<Program['submit']>[3]): void {
    const { length } = this.commands;
    for (let at = from; at < to;) {
      const start = at % length;
      const end = timing ? start + 1 : Math.min(length, start + to - at);
      const pass = encoder.beginComputePass(timing && { timestampWrites: timing(start) });
      encode(pass, this.commands.slice(start, end));
      pass.end();
      at += end - start;
      if (end === length) this.#memory.handOver(encoder);
    }
  }
}
