import { UnsupportedEnvironmentError } from '../errors.ts';
import { BufferSet, upload, type BufferRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, encode, type Command } from '../gpu/dispatch.ts';
import type { Pipelines } from '../gpu/pipelines.ts';
import { Profiler } from '../gpu/profiler.ts';
import { Readback } from '../gpu/readback.ts';
import { prune } from '../graph/prune.ts';
import { splitWeights } from '../graph/split-weights.ts';
import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../tensor/shape.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Inputs } from './check.ts';
import { gpuNumbers, type SharedConstants } from './constants.ts';
import { bytesOf, plan, type Plan } from './plan.ts';
import type { Slicer } from './slices.ts';

/** What all executables on one device share. */
export interface Session {
  readonly gpu: Gpu;
  readonly pipelines: Pipelines;
  readonly constants: SharedConstants;
  readonly slicer: Slicer;
  /** Everything that holds memory of the device, to free when it is lost. */
  readonly prepared: Set<Prepared>;
}

export interface PreparedRunOptions {
  /** Throws when the run is no longer wanted. */
  readonly check: () => void;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Fill the memory with NaN first, so that a shader which forgets to write an element shows. */
  readonly poison: boolean;
}

/** Time of one launch on the GPU's clock. */
export interface LaunchTime {
  readonly node: string;
  readonly shader: string;
  readonly flops: number;
  readonly ms: number;
}

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
  #slots: readonly BufferRange[] = [];
  readonly #inputs = new Map<string, BufferRange>();
  readonly #constants = new Map<string, { readonly range: BufferRange; readonly ready: Promise<void> }>();
  #commands: readonly Command[] = [];
  /** Kept between runs that read the same tensors. */
  #readback: { readonly key: string; readonly readback: Readback } | undefined;

  /**
   * Takes the memory, uploads the constants and compiles the shaders, all at once. Throws GpuOutOfMemoryError,
   * ShaderError, UnsupportedOpError or UnsupportedEnvironmentError; nothing stays behind then.
   */
  static async create(session: Session, graph: Graph): Promise<Prepared> {
    const prepared = new Prepared(session, graph);
    session.prepared.add(prepared);
    try {
      await prepared.#load();
    } catch (error) {
      prepared.destroy();
      throw error;
    }
    return prepared;
  }

  private constructor(session: Session, graph: Graph) {
    this.session = session;
    this.#graph = splitWeights(prune(graph), session.gpu.device.limits.maxStorageBufferBindingSize);
    this.#tensorOf = new Map(graph.outputs.map((name, i) => [name, this.#graph.outputs[i]!]));
    this.#plan = plan(this.#graph);
    this.#buffers = new BufferSet(session.gpu);
  }

  async #load(): Promise<void> {
    const { gpu, pipelines } = this.session;
    const { slots, launches } = this.#plan;
    this.#slots = slots.map(({ bytes }, i) => this.#allocate(`slot ${String(i)}`, bytes));
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
    this.#commands = await bind(gpu, this.#buffers, kernels, dispatches);
  }

  /** The graph's outputs named in `read`. Runs must not overlap. */
  async run(inputs: Inputs, read: readonly string[], options: PreparedRunOptions): Promise<Record<string, Tensor>> {
    const { gpu, slicer } = this.session;
    this.#begin(inputs, options);
    const computed = [...new Set(read.map((name) => this.#tensorOf.get(name)!))].filter(
      (name) => 'slot' in this.#plan.place.get(name)!,
    );
    const readback = this.#readbackOf(computed);
    await readback?.ready();
    await slicer.run({
      ...options,
      costs: this.#plan.launches.map(({ cost }) => cost),
      encode: (encoder, from, to) => {
        const pass = encoder.beginComputePass();
        encode(pass, this.#commands.slice(from, to));
        pass.end();
      },
      finish: (encoder) => {
        readback?.encode(encoder);
      },
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

  /** Runs with every launch in a pass of its own, and times it. */
  async profile(inputs: Inputs, options: PreparedRunOptions): Promise<LaunchTime[]> {
    const { launches } = this.#plan;
    const profiler = new Profiler(this.session.gpu, launches.length);
    try {
      await profiler.ready();
      this.#begin(inputs, options);
      await this.session.slicer.run({
        ...options,
        costs: launches.map(({ cost }) => cost),
        encode: (encoder, from, to) => {
          for (let i = from; i < to; i++) {
            const pass = encoder.beginComputePass({ timestampWrites: profiler.writes(i) });
            encode(pass, [this.#commands[i]!]);
            pass.end();
          }
        },
        finish: (encoder) => {
          profiler.encode(encoder);
        },
      });
      const times = await profiler.read();
      this.session.gpu.throwUncaptured();
      return launches.map(({ node, launch: { shader }, flops }, i) => ({ node, shader, flops, ms: times[i]! }));
    } finally {
      profiler.destroy();
    }
  }

  /** May be called again. */
  destroy(): void {
    const { prepared, constants } = this.session;
    this.#readback?.readback.destroy();
    // Also what was made since the last call: a device may be lost in the middle of create().
    this.#buffers.destroy();
    if (!prepared.delete(this)) return;
    for (const name of this.#constants.keys()) constants.release(this.#graph.constants.get(name)!);
  }

  #begin(inputs: Inputs, { check, poison }: PreparedRunOptions): void {
    check();
    if (poison) this.#poison();
    for (const [name, range] of this.#inputs) upload(this.session.gpu, range, gpuNumbers(inputs[name]!));
  }

  #allocate(name: string, size: number): BufferRange {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: this.#buffers.create(name, size, usage), offset: 0, size };
  }

  /** Memory of a tensor; that of inputs and constants is taken when a launch first asks. */
  #rangeOf(name: string): BufferRange {
    const { gpu, constants } = this.session;
    const place = this.#plan.place.get(name)!;
    const size = bytesOf(this.#graph.values.get(name)!.shape);
    const limit = gpu.device.limits.maxStorageBufferBindingSize;
    if (size > limit) {
      throw new UnsupportedEnvironmentError('a tensor is larger than this GPU can bind', {
        where: name,
        expected: `at most ${String(limit)} bytes`,
        got: String(size),
        remedy: 'Use a smaller batch or image.',
      });
    }
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
