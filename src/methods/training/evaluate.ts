import type { Backend, Executable } from '../../engine/backend.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import { rowsOf, type Examples } from './examples.ts';
import { inputsOf, type State } from './feeding.ts';
import type { Loss } from './losses.ts';
import type { Network, Weights } from './network.ts';
import {
  dataKindOf,
  EVALUATION_BATCH,
  EVALUATION_INPUTS,
  evaluationGraph,
  INPUTS,
  STEPS_AT_ONCE,
  type EvaluationGraph,
} from './training-graph.ts';

/** How good a network is. */
export interface Evaluation {
  /** The mean over the pictures. */
  readonly loss: number;
  /** Share of the pictures whose class is above all others; no number where targets are no classes. */
  readonly accuracy: number;
  readonly count: number;
  /** The output that is largest for each picture, the first of several: [count]. */
  readonly predicted: Uint32Array;
}

/** Pictures that are on the device at once. */
const AT_ONCE = EVALUATION_BATCH * STEPS_AT_ONCE;

/** Runs a network in evaluation on examples, batch by batch, and adds up on the device. Compiled once, whatever the weights. */
export class Evaluator {
  readonly examples: Examples;
  readonly #step: EvaluationGraph;
  readonly #executable: Executable;
  /** Pictures that are on the device at once. */
  readonly #rows: number;
  /** All examples are on the device, from an earlier run. */
  #isFed = false;

  private constructor(examples: Examples, rows: number, step: EvaluationGraph, executable: Executable) {
    this.examples = examples;
    this.#rows = rows;
    this.#step = step;
    this.#executable = executable;
  }

  static async open(network: Network, examples: Examples, loss: Loss, backend: Backend): Promise<Evaluator> {
    const rows = Math.min(AT_ONCE, examples.count);
    const step = evaluationGraph(network, loss, examples, dataKindOf(examples, rows));
    const executable = await backend.compile(step.graph, { state: step.state });
    return new Evaluator(examples, rows, step, executable);
  }

  async run(weights: Weights, signal?: AbortSignal): Promise<Evaluation> {
    const { examples } = this;
    const { count, outputs } = examples;
    const totals = [0, 0];
    const predicted = new Uint32Array(count);
    for (let from = 0; from < count; from += this.#rows) {
      const { sums, likeliest } = await this.#portion(weights, from, signal);
      for (const i of totals.keys()) totals[i]! += Number(sums[i]);
      const some = Math.min(this.#rows, count - from);
      for (let i = 0; i < some; i++) predicted[from + i] = outputs - 1 - Number(likeliest[i]);
    }
    const [sum, right] = totals as [number, number];
    const isClass = examples.targets.values instanceof Uint8Array;
    return { loss: sum / count, accuracy: isClass ? right / count : NaN, count, predicted };
  }

  dispose(): void {
    this.#executable.dispose();
  }

  async #portion(
    weights: Weights,
    from: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly sums: ArrayLike<number>; readonly likeliest: ArrayLike<number> }> {
    const { graph, sums, likeliest } = this.#step;
    const rows = this.#rows;
    const count = Math.min(rows, this.examples.count - from);
    const data = (): State => {
      const places = Uint32Array.from({ length: rows }, (_, i) => from + Math.min(i, count - 1));
      return {
        [INPUTS.images]: rowsOf(this.examples.images, places),
        [INPUTS.targets]: rowsOf(this.examples.targets, places),
      };
    };
    const order = Uint32Array.from({ length: AT_ONCE }, (_, i) => Math.min(i, rows - 1));
    const counts = Float32Array.from({ length: AT_ONCE }, (_, i) => Number(i < count));
    const table = [STEPS_AT_ONCE, EVALUATION_BATCH];
    const given = {
      ...weights,
      ...(this.#isFed ? {} : data()),
      [INPUTS.order]: tensor('uint32', [AT_ONCE], order),
      [INPUTS.at]: float32([], [0]),
      [EVALUATION_INPUTS.counts]: float32(table, counts),
      [EVALUATION_INPUTS.sums]: float32([1, 2], [0, 0]),
      [EVALUATION_INPUTS.likeliest]: float32(table, new Float32Array(AT_ONCE)),
    };
    const steps = Math.ceil(count / EVALUATION_BATCH);
    const options = { steps, read: [sums, likeliest], restore: data, signal };
    this.#isFed = false;
    const found = await this.#executable.run(inputsOf({ graph }, given), options);
    this.#isFed = rows === this.examples.count;
    return { sums: found[sums]!.data, likeliest: found[likeliest]!.data };
  }
}
