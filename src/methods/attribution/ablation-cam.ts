import type { Model, SampleSource } from '../../engine/model.ts';
import { Inlined } from '../../graph/inline.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { imageOf, inBatches, shapeOfInput, stack } from './parts/batches.ts';
import {
  finishMap,
  layerMaps,
  mapsLayer,
  sumOver,
  weightedMaps,
  type CamOptions,
  type LayerAttribution,
} from './parts/cam.ts';
import { begin, type Job } from './parts/job.ts';
import { scoreOf } from './parts/target.ts';

/**
 * Ablation-CAM: feature maps weighted with the share of the target's score that goes when the channel is set to 0 (Desai & Ramaswamy
 * 2020, §3). Only what comes behind the layer is computed for each channel. It assumes that 0 is what a channel says that sees nothing,
 * as behind a ReLU. Scores below 0 are divided by their size, so that what is above 0 speaks for the target.
 */
export async function ablationCam(
  model: Model,
  picture: SampleSource,
  options: CamOptions = {},
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const maps = await layerMaps(job, options.layer);
  const { activations, plane, channels } = maps;
  const { shape } = mapsLayer(model, options.layer);
  const { score } = job.goal;
  // Without a channel that is all zeros everything is as before.
  const active = Array.from({ length: channels }, (_, k) => k).filter(
    (k) => sumOver(maps, k, (i) => Math.abs(activations[i]!)) > 0,
  );
  const weights = new Float64Array(channels);
  const ablated = Float32Array.from(activations);
  const without = (k: number): Float32Array => {
    ablated.set(activations);
    return ablated.fill(0, k * plane, (k + 1) * plane);
  };
  const batches = inBatches(job, {
    count: active.length,
    passes: 1,
    build: (n) => behind(job, maps.tensor, n),
    feed: (first, n) => {
      const layer = stack(n, shape, (i) => without(active[Math.min(first + i, active.length - 1)]!));
      const { input } = model;
      if (!behind(job, maps.tensor, 1).inputs.includes(input.name)) return { [maps.tensor]: layer };
      return { [maps.tensor]: layer, [input.name]: stack(n, shapeOfInput(model), () => job.sample.input.data) };
    },
  });
  for await (const { first, count, outputs } of batches) {
    for (let i = 0; i < count; i++)
      weights[active[first + i]!] = (score - scoreOf(job.goal, imageOf(outputs[0]!, i))) / (Math.abs(score) || 1);
  }
  return finishMap(
    job,
    'ablation-cam',
    maps,
    weightedMaps(maps, (k) => weights[k]!),
    options,
  );
}

/** What comes behind a layer, which is its input, and the picture where a way passes the layer by. */
function behind({ model, goal }: Job, layer: string, n: number): Graph {
  const builder = graphBuilder();
  const { name } = model.input;
  const image = builder.input(name, 'float32', [n, ...shapeOfInput(model)]);
  const maps = builder.input(layer, 'float32', [n, ...model.graph.values.get(layer)!.shape.slice(1)]);
  const network = new Inlined(builder, model.graph, { [name]: image, [layer]: maps });
  return prune(builder.build(model.graph.name, [network.tensor(goal.tensor)]));
}
