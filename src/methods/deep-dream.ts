import { checkNumber, checkWhole } from '../check.ts';
import type { Model, SampleSource } from '../engine/model.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { MAX_FRAMES, MAX_OCTAVES, MAX_STEPS, SEEDS } from '../limits.ts';
import { graphBuilder, loadFamilies } from '../ops/registry.ts';
import { filled } from '../tensor/elementwise.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { bounds } from './parts/constraints.ts';
import { objectiveOfUnit } from './parts/objective-of.ts';
import type { Objective } from './parts/objectives.ts';
import { sgd } from './parts/optimisers.ts';
import { appendResize } from './parts/images.ts';
import { pixels } from './parts/parametrisations.ts';
import { SYNTHESIS_FAMILIES } from './parts/step-graph.ts';
import { unitIn } from './parts/target.ts';
import { jitter } from './parts/transforms.ts';
import { synthesize, type Snapshot } from './synthesize.ts';

export interface DreamOptions {
  /**
   * What there is to be more of: a layer's mean square, the mean of a channel as "layer:channel", or any other objective, such
   * as a match with a guide.
   */
  readonly layer?: string | undefined;
  readonly objective?: Objective | undefined;
  /** Sizes that are gone through, from coarse to fine; 4 by default, as the other values those of the original notebook. */
  readonly octaves?: number | undefined;
  /** From one to the next; 1.4 by default. */
  readonly scale?: number | undefined;
  /** Steps of each octave; 10 by default. */
  readonly steps?: number | undefined;
  /** How far a pixel moves in a step, on average, in 8-bit steps; 1.5 by default. */
  readonly stepSize?: number | undefined;
  /** Pixels; 32 by default. */
  readonly jitter?: number | undefined;
  /** Pictures of a sequence, each dreamt from the one before after zooming into it; 1 by default. */
  readonly frames?: number | undefined;
  /** Share of the picture that is lost to the zoom; 0.05 by default. */
  readonly zoom?: number | undefined;
  readonly seed?: number | undefined;
  readonly pace?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface Dream extends Snapshot {
  /** Counted from 0, of `octaves` and `frames`. */
  readonly octave: number;
  readonly frame: number;
}

/**
 * Deep dreaming (Mordvintsev, Olah & Tyka 2015): what a layer sees in a picture, it is made to see more of, first in a
 * small picture and then in larger ones, each with the details of the one before. Images have the octave's size.
 */
export async function* deepDream(
  model: Model,
  source: SampleSource,
  options: DreamOptions,
): AsyncGenerator<Dream, void, undefined> {
  const { layer, octaves = 4, scale = 1.4, frames = 1, zoom = 0.05, steps = 10, seed = 1, signal } = options;
  const objective = options.objective ?? (layer === undefined ? undefined : objectiveOfUnit(unitIn(model, layer)));
  if (!objective) throw new ArgumentError('there is nothing to dream of', { expected: 'a layer or an objective' });
  checkWhole('octaves', octaves, 1, MAX_OCTAVES);
  checkWhole('frames', frames, 1, MAX_FRAMES);
  checkNumber('scale', scale, { above: 1 });
  checkNumber('zoom', zoom, { least: 0, below: 1 });
  checkWhole('seed', seed, ...SEEDS);
  checkWhole('steps', steps, 1, Math.floor(MAX_STEPS / (octaves * frames)));
  await loadFamilies(SYNTHESIS_FAMILIES);
  let picture = (await model.prepare(source, { signal })).input;
  for (let frame = 0; frame < frames; frame++) {
    if (frame > 0) picture = await zoomed(model, picture, zoom, signal);
    let dreamt: Tensor | undefined;
    let detail: Tensor | undefined;
    for (let octave = 0; octave < octaves; octave++) {
      const [h, w] = picture.shape
        .slice(2)
        .map((n) => Math.max(1, Math.round(n / scale ** (octaves - 1 - octave)))) as [number, number];
      const base = await resized(model, picture, [h, w], signal);
      const start = detail ? combined(base, await resized(model, detail, [h, w], signal), 1) : base;
      try {
        for await (const snapshot of oneOctave(model, start, { ...options, objective }, frame * octaves + octave)) {
          dreamt = snapshot.image;
          options.onProgress?.((frame * octaves + octave + snapshot.step / snapshot.steps) / (frames * octaves));
          yield { ...snapshot, octave, frame };
        }
      } catch (cause) {
        if (!(cause instanceof ShapeError) || octave === octaves - 1) throw cause;
        throw new ShapeError(`octave ${octave + 1} of ${octaves} does not fit the network`, {
          got: `${w}×${h} pixels: ${cause.message}`,
          remedy: 'Take fewer octaves, a smaller scale or an earlier layer.',
          cause,
        });
      }
      detail = combined(dreamt!, base, -1);
    }
    picture = dreamt!;
  }
}

function oneOctave(
  model: Model,
  start: Tensor,
  {
    objective,
    steps = 10,
    stepSize = 1.5,
    jitter: distance = 32,
    seed = 1,
    pace,
    signal,
  }: DreamOptions & { readonly objective: Objective },
  part: number,
): AsyncGenerator<Snapshot, void, undefined> {
  return synthesize(model, {
    objective,
    parametrisation: pixels({ from: start }),
    size: start.shape.slice(2) as [number, number],
    transforms: [jitter(distance)],
    optimiser: sgd(stepSize, { normalise: 'mean' }),
    constraints: [bounds()],
    steps,
    // Parts of one dream differ; beyond 32 bits numbers start again
    seed: (seed + part) >>> 0,
    pace,
    signal,
  });
}

/** a + factor · b */
function combined(a: Tensor, b: Tensor, factor: number): Tensor {
  return float32(
    a.shape,
    filled(a.data.length, (i) => a.data[i]! + factor * b.data[i]!),
  );
}

async function resized(
  model: Model,
  image: Tensor,
  [h, w]: readonly [number, number],
  signal?: AbortSignal,
): Promise<Tensor> {
  if (image.shape[2] === h && image.shape[3] === w) return image;
  const builder = graphBuilder();
  const x = builder.input('image', 'float32', image.shape);
  return once(model, builder.build('resize', [appendResize(builder, x, h, w)]), image, signal);
}

/** The middle of an image, as large as it was. */
async function zoomed(model: Model, image: Tensor, share: number, signal?: AbortSignal): Promise<Tensor> {
  const builder = graphBuilder();
  const x = builder.input('image', 'float32', image.shape);
  const matrix = builder.constant('zoom', float32([4], [1 - share, 0, 0, 1 - share]));
  return once(model, builder.build('zoom', [builder.add('affine', [x, matrix])]), image, signal);
}

async function once(
  model: Model,
  graph: Parameters<Model['compile']>[0],
  image: Tensor,
  signal?: AbortSignal,
): Promise<Tensor> {
  const executable = await model.compile(graph, { signal });
  try {
    return (await executable.run({ image }, { signal }))[graph.outputs[0]!]!;
  } finally {
    executable.dispose();
  }
}
