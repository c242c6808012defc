import { checkChoice } from '../../check.ts';
import type { AdapterDescription } from '../../engine/backend.ts';
import type { Model, Sample } from '../../engine/model.ts';
import { differentiate } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import type { Rules } from '../../ir/op.ts';
import { opOf } from '../../ops/table.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { findGoal, type Goal, type GoalOptions, type Target } from './target.ts';

/** What every attribution method takes. */
export interface AttributionOptions extends GoalOptions {
  /** The best class by default. */
  readonly target?: Target | undefined;
  /** Share of the work that is done, 0…1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A map over the input with all that is needed to read it. */
export interface Attribution {
  readonly method: string;
  /** [c, h, w] over the network's input, channels in its order; or [h, w] where a method reduces them. */
  readonly map: Tensor;
  readonly goal: Omit<Goal, 'seed'>;
  readonly rules: Rules;
  /** Forward and backward passes that were run. */
  readonly passes: number;
  readonly ms: number;
  readonly adapter: AdapterDescription;
  /** What a reader should know before believing the picture. */
  readonly notes: readonly string[];
}

/**
 * Sends a signal from the target back to the input under the given rules. One forward pass to find the target, one
 * forward and one backward pass for the map.
 */
export async function backpropagate(
  method: string,
  model: Model,
  sample: Sample,
  rules: Rules,
  { target = 'top-1', start, signal, onProgress }: AttributionOptions,
): Promise<Attribution> {
  const began = performance.now();
  if (start !== undefined) checkChoice('start', start, ['one', 'activation']);
  const { seed, ...goal } = await findGoal(model, sample, target, { start, signal });
  onProgress?.(1 / 3);

  const results = await model.run(
    `backward:${goal.tensor}:${Object.values(rules).join()}`,
    (graph) => {
      const { graph: both, gradients } = differentiate(graph, { of: goal.tensor, wrt: [model.input.name], rules });
      return prune(both, [gradients.get(model.input.name)!]);
    },
    (input) => (input === model.input.name ? sample.input : seed),
    {
      signal,
      onProgress:
        onProgress &&
        ((done) => {
          onProgress((1 + 2 * done) / 3);
        }),
    },
  );
  const gradient = Object.values(results)[0]!;
  return {
    method,
    map: { ...gradient, shape: gradient.shape.slice(1) },
    goal,
    rules,
    passes: 3,
    ms: performance.now() - began,
    adapter: model.backend.adapter,
    notes: notesOn(model, rules, goal, gradient),
  };
}

function notesOn(model: Model, rules: Rules, goal: Omit<Goal, 'seed'>, gradient: Tensor): string[] {
  const notes: string[] = [];
  if (gradient.data.every((v) => v === 0)) {
    notes.push(
      goal.score === 0
        ? 'The target is switched off for this picture (its activation is 0), so nothing flows back from it.'
        : 'Nothing flows back to the picture: the map is zero everywhere.',
    );
  }
  if (rules.relu !== 'gradient') {
    notes.push(
      'Guided backpropagation and the deconvnet mostly redraw the picture’s edges: they change little when the weights are randomised (Adebayo et al. 2018).',
    );
    const ops = new Set(model.graph.nodes.map((node) => node.op));
    const smooth = [...ops].filter((op) => opOf(op).activation === 'smooth');
    if (smooth.length > 0) notes.push(`${smooth.join(', ')}: the gradient of the positive part of the signal.`);
  }
  return notes;
}
