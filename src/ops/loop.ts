import type { Arena } from '../cpu/arena.ts';
import type { ConvolutionKernels } from '../cpu/convolution-kernels.ts';
import type { Kernels } from '../cpu/kernels.ts';
import type { NodeContext } from '../ir/node.ts';

/** Where loops run. */
export interface Machine {
  readonly memory: Arena;
  /** Absent where a policy or the engine refuses WebAssembly: plain loops run on the same memory. */
  readonly kernels: Kernels | undefined;
  /** What convolutions are made of where there are no kernels. */
  readonly plain?: ConvolutionKernels | undefined;
}

/** An input in another order: made once of a constant, for all programs that want it; of others before each run. */
export interface Packing {
  /** Index among the node's inputs. */
  readonly input: number;
  /** Names the order: what packs the same input into the same order gives the same numbers. */
  readonly order: string;
  /** Numbers in that order. */
  readonly size: number;
  /** Writes all numbers of the order, to `to`; both are addresses. */
  pack(from: number, to: number): void;
}

/** Addresses in the memory, bytes. */
export interface Addresses {
  /** 0 for an input that is not given, and for one that is packed. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** In the order of {@link Lowered.packings}. */
  readonly packed: readonly number[];
  readonly scratch: number;
}

/** A node that is ready to run, again and again. */
export interface Step {
  /** Pieces that it is done in, one after the other, so that it can be stopped in between: each takes a few ms. 1 by default. */
  readonly parts?: number;
  run(part: number): void;
}

/** How a node is computed, before it has memory. */
export interface Lowered {
  readonly packings?: readonly Packing[];
  /** Bytes that are free to be written while it runs, and lost between its runs. */
  readonly scratch?: number;
  /**
   * The step on given memory. Addresses stay, but the memory may grow between runs: views of it (`machine.memory.floats`) are
   * made anew in each.
   */
  bind(at: Addresses): Step;
}

/**
 * A node of an op on the CPU, in float32: y from x in kernels for WebAssembly (kernels/), or in loops over typed arrays.
 * All numbers take four bytes: uint32 tensors are such, all others float32.
 */
export type Loop<A> = (context: NodeContext<A>, machine: Machine) => Lowered;

/** Loops by type of op. */
export type Loops = Readonly<Record<string, Loop<never>>>;
