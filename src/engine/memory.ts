import { BufferSet, upload, type BufferRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import { sizeOf } from '../tensor/shape.ts';
import { fourByteNumbers, tensor, type Tensor } from '../tensor/tensor.ts';
import type { Inputs, State } from './check.ts';
import type { Compiled } from './compile.ts';
import type { SharedConstants } from './constants.ts';
import { bytesOf } from './arrange.ts';

interface Move {
  readonly source: BufferRange;
  readonly target: BufferRange;
}

/** A quiet NaN; as an index it lies outside every buffer. */
const POISON = 0x7fc00000;

/** The memory of a graph on one device: its slots, its inputs, its share of the constants, and what is read back. */
export class Memory {
  readonly #gpu: Gpu;
  readonly #shared: SharedConstants;
  readonly #compiled: Compiled;
  readonly #state: State;
  readonly #buffers: BufferSet;
  #slots: readonly BufferRange[] = [];
  readonly #inputs = new Map<string, BufferRange>();
  readonly #constants = new Map<string, { readonly range: BufferRange; readonly ready: Promise<void> }>();
  #moves: readonly Move[] = [];
  /** Kept between runs that read the same tensors. */
  #readback: { readonly key: string; readonly readback: Readback } | undefined;
  #destroyed = false;

  constructor(gpu: Gpu, shared: SharedConstants, compiled: Compiled, state: State) {
    this.#gpu = gpu;
    this.#shared = shared;
    this.#compiled = compiled;
    this.#state = state;
    this.#buffers = new BufferSet(gpu);
  }

  /** Asks for the memory: {@link ready} says whether it is there. Throws UnsupportedEnvironmentError for what is too large. */
  take(): void {
    this.#slots = this.#compiled.plan.slots.map(({ bytes }, i) => this.#allocate(`slot ${String(i)}`, bytes));
    this.#moves = this.#planMoves();
  }

  /** Rejects with GpuOutOfMemoryError where the device has too little. */
  async ready(): Promise<void> {
    await Promise.all([this.#buffers.ready(), ...[...this.#constants.values()].map(({ ready }) => ready)]);
  }

  /** Where a tensor of the compiled graph lies; inputs and constants get their place when somebody first asks. */
  rangeOf(name: string): BufferRange {
    const { graph, plan } = this.#compiled;
    const place = plan.place.get(name)!;
    if ('slot' in place) return { ...this.#slots[place.slot]!, offset: place.offset, size: place.bytes };
    if ('constant' in place) {
      const known = this.#constants.get(place.constant);
      const constant = known ?? this.#shared.acquire(place.constant, graph.constants.get(place.constant)!);
      this.#constants.set(place.constant, constant);
      return constant.range;
    }
    const size = bytesOf(graph.values.get(name)!.shape);
    const input = this.#inputs.get(place.input) ?? this.#allocate(place.input, size);
    this.#inputs.set(place.input, input);
    return input;
  }

  /** Uploads the inputs that are given. */
  write(inputs: Inputs): void {
    for (const [name, range] of this.#inputs)
      if (Object.hasOwn(inputs, name)) upload(this.#gpu, range, fourByteNumbers(inputs[name]!));
  }

  /** Fills all that a run writes with NaN, so that a shader which forgets to write an element shows. */
  poison(): void {
    for (const range of this.#slots) upload(this.#gpu, range, new Uint32Array(range.size / 4).fill(POISON));
  }

  /** Between two steps: what is state goes from the outputs to the inputs. */
  handOver(encoder: GPUCommandEncoder): void {
    for (const { source, target } of this.#moves)
      encoder.copyBufferToBuffer(source.buffer, source.offset, target.buffer, target.offset, target.size);
  }

  /** The numbers are in memory of the device that no caller has. */
  isHere(name: string): boolean {
    const place = this.#compiled.plan.place.get(name)!;
    return 'slot' in place || ('input' in place && Object.hasOwn(this.#state, place.input));
  }

  /** What reads these tensors; undefined for none. */
  readbackOf(names: readonly string[]): Readback | undefined {
    if (names.length === 0) return undefined;
    const key = names.join('\n');
    if (this.#readback?.key !== key) {
      this.#readback?.readback.destroy();
      const ranges = names.map((name) => this.rangeOf(name));
      this.#readback = { key, readback: new Readback(this.#gpu, ranges) };
    }
    return this.#readback.readback;
  }

  /** A tensor of the compiled graph with what was read of it. */
  tensorOf(name: string, bytes: ArrayBuffer): Tensor {
    const { dtype, shape } = this.#compiled.graph.values.get(name)!;
    const size = sizeOf(shape);
    return tensor(
      dtype,
      shape,
      dtype === 'uint32' ? new Uint32Array(bytes, 0, size) : new Float32Array(bytes, 0, size),
    );
  }

  /** A tensor that is not here: an input or a constant under another shape. */
  given(name: string, inputs: Inputs): Tensor {
    const { graph, plan } = this.#compiled;
    const place = plan.place.get(name)!;
    const { dtype, shape } = graph.values.get(name)!;
    // A view of a constant is a constant: builders fold it.
    const source = 'input' in place ? inputs[place.input]! : graph.constants.get(name)!;
    return tensor(dtype, shape, source.data);
  }

  /** May be called again: a device may be lost while memory is still being asked for. */
  destroy(): void {
    this.#readback?.readback.destroy();
    this.#buffers.destroy();
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const name of this.#constants.keys()) this.#shared.release(this.#compiled.graph.constants.get(name)!);
  }

  #allocate(name: string, size: number): BufferRange {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: this.#buffers.create(name, size, usage), offset: 0, size };
  }

  /** What goes where after a step. An input that becomes another one waits in between: that may become a third. */
  #planMoves(): Move[] {
    const { tensorOf, plan } = this.#compiled;
    const aside: Move[] = [];
    const home = Object.entries(this.#state).flatMap(([input, output]): Move[] => {
      const tensor = tensorOf.get(output)!;
      const place = plan.place.get(tensor)!;
      const [source, target] = [this.rangeOf(tensor), this.rangeOf(input)];
      if (!('input' in place)) return [{ source, target }];
      if (place.input === input) return [];
      const between = this.#allocate(`${input} aside`, target.size);
      aside.push({ source, target: between });
      return [{ source: between, target }];
    });
    return [...aside, ...home];
  }
}
