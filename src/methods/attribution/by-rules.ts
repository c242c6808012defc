import { shown } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { RULES } from '../../graph/differentiate.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { expectFlow } from '../parts/backpropagate.ts';
import { EXCITATION } from './parts/excitation-rules.ts';
import { begin, finish, type ExplainOptions, type Explanation } from './parts/job.ts';
import type { RuleTable } from './parts/rule-tables.ts';
import { signalGraph, type SignalRules } from './parts/signals.ts';

const registered = new Map<string, SignalRules>([
  ...Object.entries(RULES).map(([name, rules]) => [name, { rules }] as const),
  ['excitation', EXCITATION],
]);

/**
 * Gives rules a name, for {@link byRules}: `rules` for activation functions, pools and normalisation, `table` for any kind of op. Later ones
 * replace earlier ones of the same name.
 */
export function registerRules(name: string, rules: SignalRules): void {
  registered.set(name, rules);
}

export interface ByRulesOptions extends ExplainOptions {
  /** Rules that have a name, or a table of your own; the gradient by default. */
  readonly rules?: string | RuleTable | undefined;
  /** The layer where the signal ends; the network's input by default. */
  readonly to?: string | undefined;
}

/**
 * A signal of 1 that goes back from the target to the input, [c, h, w], or to a layer, under any rules. Throws ArgumentError for rules
 * that nobody has registered.
 */
export async function byRules(
  model: Model,
  picture: SampleSource,
  { rules: given = 'gradient', to, ...options }: ByRulesOptions = {},
): Promise<Explanation> {
  const rules = typeof given === 'string' ? registered.get(given) : { table: given };
  if (!rules) {
    throw new ArgumentError(`there are no rules ${shown(given)}`, { expected: [...registered.keys()].join(', ') });
  }
  const job = await begin(model, picture, options);
  const { goal, sample, signal, onProgress } = job;
  const end = to === undefined ? model.input : model.resolve(to);
  expectFlow(model.graph, goal, end.name, to);
  const { graph, gradient } = signalGraph(model, goal, end.name, 1, rules);
  const executable = await model.compile({ ...graph, outputs: [gradient] }, { signal });
  try {
    const feeds: (readonly [string, Tensor])[] = graph.inputs.map((input) => [
      input,
      input === model.input.name ? sample.input : goal.seed,
    ]);
    const { [gradient]: found } = await executable.run(Object.fromEntries(feeds), { signal, onProgress });
    await model.expectFinite([found!], sample.input);
    job.passes += 2;
    const map = float32(found!.shape.slice(1), found!.data);
    const name = typeof given === 'string' ? given : 'by-rules';
    return { ...finish(job, name, { map, rules: rules.rules }), layer: to };
  } finally {
    executable.dispose();
  }
}
