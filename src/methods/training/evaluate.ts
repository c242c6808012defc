import type { Backend } from '../../engine/backend.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import { rowsOf, type Examples } from './examples.ts';
import { inputsOf } from './feeding.ts';
import type { Loss } from './losses.ts';
import type { Network, Weights } from './network.ts';
import {
  dataKindOf,
  EVALUATION_BATCH,
  EVALUATION_INPUTS,
  evaluationGraph,
  INPUTS,
  STEPS_AT_ONCE,
} from './training-graph.ts';

/** How good a network is. */
export interface Evaluation {
  /** The mean over the pictures. */
  readonly loss: number;
  /** Share of the pictures whose class is above all others; no number where targets are no classes. */
  readonly accuracy: number;
  readonly count: number;
}

/** Pictures that are on the device at once. */
const AT_ONCE = EVALUATION_BATCH * STEPS_AT_ONCE;

/** Runs a network in evaluation on examples, batch by batch, and adds up on the device. */
export async function evaluate(
  network: Network,
  weights: Weights,
  examples: Examples,
  loss: Loss,
  backend: Backend,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const rows = Math.min(AT_ONCE, examples.count);
  const step = evaluationGraph(network, loss, examples, dataKindOf(examples, rows));
  const executable = await backend.compile(step.graph, { state: step.state, signal });
  const totals = [0, 0];
  try {
    for (let from = 0; from < examples.count; from += rows) {
      const count = Math.min(rows, examples.count - from);
      const places = Uint32Array.from({ length: rows }, (_, i) => from + Math.min(i, count - 1));
      const order = Uint32Array.from({ length: AT_ONCE }, (_, i) => Math.min(i, rows - 1));
      const counts = Float32Array.from({ length: AT_ONCE }, (_, i) => Number(i < count));
      const found = await executable.run(
        inputsOf(step, {
          ...weights,
          [INPUTS.images]: rowsOf(examples.images, places),
          [INPUTS.targets]: rowsOf(examples.targets, places),
          [INPUTS.order]: tensor('uint32', [AT_ONCE], order),
          [INPUTS.at]: float32([], [0]),
          [EVALUATION_INPUTS.counts]: float32([STEPS_AT_ONCE, EVALUATION_BATCH], counts),
          [EVALUATION_INPUTS.sums]: float32([1, 2], [0, 0]),
        }),
        { steps: Math.ceil(count / EVALUATION_BATCH), read: [step.sums], signal },
      );
      for (const i of totals.keys()) totals[i]! += Number(found[step.sums]!.data[i]);
    }
  } finally {
    executable.dispose();
  }
  const [sum, right] = totals as [number, number];
  const isClass = examples.targets.values instanceof Uint8Array;
  return { loss: sum / examples.count, accuracy: isClass ? right / examples.count : NaN, count: examples.count };
}
