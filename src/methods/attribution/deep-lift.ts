import type { Model, SampleSource } from '../../engine/model.ts';
import { differentiate } from '../../graph/differentiate.ts';
import { Inlined } from '../../graph/inline.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { expectFlow } from '../parts/backpropagate.ts';
import { baselineOf, type Baseline } from './parts/baselines.ts';
import { shapeOfInput } from './parts/batches.ts';
import { completenessOf, type CompleteAttribution } from './parts/completeness.ts';
import { rescale } from './parts/deep-lift-rules.ts';
import { begin, finish, type ExplainOptions, type Job } from './parts/job.ts';
import { checkSeed } from './parts/noise.ts';
import { ruleOf } from './parts/rule-tables.ts';

export interface DeepLiftOptions extends ExplainOptions {
  /** What the picture is compared to; the mean colour by default. */
  readonly baseline?: Baseline | undefined;
  /** Of the baseline `noise`. */
  readonly seed?: number | undefined;
}

/**
 * DeepLIFT with the rescale rule (Shrikumar, Greenside & Kundaje 2017, §3.5.1), [c, h, w]: a signal is sent back as the gradient is, but
 * through what is not linear by the ratio of how much its output and its input differ from those of a baseline. The map adds up to the difference of
 * the scores where all that is not linear is an activation function or a max-pool. The gain of a pool goes to the maxima of both pictures,
 * and where windows overlap it is added up, without which nothing would add up: Captum 0.9.0 overwrites there. Products of two
 * activations, and contrast normalisation, pass the gradient; `completeness` says what that costs.
 */
export async function deepLift(
  model: Model,
  picture: SampleSource,
  { baseline = 'mean', seed = 0, ...options }: DeepLiftOptions = {},
): Promise<CompleteAttribution> {
  checkSeed(seed);
  const job = await begin(model, picture, options);
  const { input } = job.sample;
  const from = baselineOf(model, job.sample, baseline, seed);
  expectFlow(model.graph, job.goal, model.input.name, undefined);
  const { graph, feeds } = comparing(job, from);
  const executable = await model.compile(graph, { signal: job.signal });
  try {
    const inputs = Object.fromEntries(graph.inputs.map((name) => [name, feeds[name]!]));
    const [multipliers] = Object.values(
      await executable.run(inputs, { signal: job.signal, onProgress: job.onProgress }),
    );
    await model.expectFinite([multipliers!], input);
    job.passes += 3;
    const map = Float64Array.from(input.data, (x, i) => multipliers!.data[i]! * (x - from.data[i]!));
    const completeness = await completenessOf(job, map, [from]);
    return { ...finish(job, 'deeplift', { map: float32(shapeOfInput(model), map) }), completeness };
  } finally {
    executable.dispose();
  }
}

/** What each number of the input is to be multiplied with, [1, c, h, w], and what the graph takes. */
function comparing(
  { model, goal, sample }: Job,
  from: Tensor,
): { readonly graph: Graph; readonly feeds: Readonly<Record<string, Tensor>> } {
  const builder = graphBuilder();
  const { name, shape } = model.input;
  const picture = builder.input(name, 'float32', shape);
  const baseline = builder.input('baseline', 'float32', shape);
  const network = new Inlined(builder, model.graph, { [name]: picture });
  const of = network.tensor(goal.tensor);
  // The network once more: what a tensor of the first is in the second
  const second = new Inlined(builder, model.graph, { [name]: baseline });
  const partners = new Map<string, string>([[picture, baseline]]);
  for (const { outputs } of prune(model.graph, [goal.tensor]).nodes)
    partners.set(network.tensor(outputs[0]!), second.tensor(outputs[0]!));
  const { graph, gradients, seed } = differentiate(builder.build(model.graph.name, [of]), {
    of,
    wrt: [picture],
    backward: ruleOf(rescale(partners)),
  });
  return {
    graph: prune(graph, [gradients.get(picture)!]),
    feeds: { [picture]: sample.input, [baseline]: from, [seed]: goal.seed },
  };
}
