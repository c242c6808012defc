import { float32, tensor, type Tensor } from '../../tensor/tensor.ts';
import type { Weights } from './network.ts';
import type { Optimiser } from './optimisers.ts';
import { rateAt } from './schedules.ts';
import { beforeOf, INPUTS, memoryOf, STEPS_AT_ONCE, TRACED, type TrainingGraph } from './training-graph.ts';

/** What a training is between two steps: tensors by the names of a {@link TrainingGraph}'s inputs. */
export type State = Readonly<Record<string, Tensor>>;

const zeros = (shape: readonly number[]): Tensor =>
  float32(shape, new Float32Array(shape.reduce((size, n) => size * n, 1)));

/** The state of a training that begins with these weights. */
export function firstState(parameters: Weights, buffers: Weights, optimiser: Optimiser): State {
  const state: Record<string, Tensor> = { [INPUTS.step]: float32([], [0]), [INPUTS.go]: float32([], [1]) };
  for (const [name, first] of Object.entries({ ...parameters, ...buffers }))
    state[name] = state[beforeOf(name)] = first;
  return { ...state, ...emptyMemory(parameters, optimiser) };
}

/** What an optimiser that has not seen anything yet remembers. */
export function emptyMemory(parameters: Weights, { remembers }: Optimiser): State {
  const memory = Object.entries(parameters).flatMap(([name, { shape }]) =>
    remembers.map((role) => [memoryOf(name, role), zeros(shape)] as const),
  );
  return Object.fromEntries(memory);
}

/**
 * What a run of some steps is told: which examples come, as places in the rows that are on the device, and what the optimiser
 * is told in each. `step` counts from the beginning, `since` from when the optimiser began.
 */
export function toldOf(
  { graph, seed }: TrainingGraph,
  optimiser: Optimiser,
  order: Uint32Array,
  steps: number,
  { step, since }: { readonly step: number; readonly since: number },
): State {
  const told = new Float32Array(3 * STEPS_AT_ONCE);
  for (let i = 0; i < steps; i++)
    told.set([rateAt(optimiser.rate, step + i), ...optimiser.shares(step + i - since)], 3 * i);
  const room = new Uint32Array(graph.values.get(INPUTS.order)!.shape[0]!);
  room.set(order);
  return {
    [INPUTS.order]: tensor('uint32', [room.length], room),
    [INPUTS.told]: float32([STEPS_AT_ONCE, 3], told),
    [INPUTS.at]: float32([], [0]),
    [INPUTS.trace]: zeros([STEPS_AT_ONCE, TRACED]),
    [seed]: float32([], [1]),
  };
}

/** Those of the tensors that a graph takes. */
export function inputsOf({ graph }: Pick<TrainingGraph, 'graph'>, all: State): State {
  return Object.fromEntries(Object.entries(all).filter(([name]) => graph.inputs.includes(name)));
}
