import type { Model, Sample } from '../engine/model.ts';
import { codeOf, gramsOf } from './parts/codes.ts';
import { content, style, type Objective } from './parts/objectives.ts';
import { adam } from './parts/optimisers.ts';
import { pixels } from './parts/parametrisations.ts';
import { totalVariation } from './parts/penalties.ts';
import { bounds } from './parts/constraints.ts';
import { replacing } from './presets.ts';
import { synthesize, type Snapshot, type SynthesisOptions } from './synthesize.ts';

export interface StyleOptions extends Partial<Omit<SynthesisOptions, 'objective'>> {
  /** Layers whose Gram matrices are the style, from fine to coarse. */
  readonly styleLayers: readonly string[];
  /** Layer whose code is the content. */
  readonly contentLayer: string;
  readonly contentWeight?: number | undefined;
  /** Of each layer, or one for each. Gram matrices of c channels have entries that shrink with c. */
  readonly styleWeight?: number | readonly number[] | undefined;
  readonly smoothness?: number | undefined;
}

/**
 * A picture in the style of another: its content code and the other's Gram matrices (Gatys, Ecker & Bethge 2016), from
 * the picture itself. Terms: content, the style layers in order, smoothness.
 */
export async function* styleTransfer(
  model: Model,
  picture: Sample,
  painting: Sample,
  options: StyleOptions,
): AsyncGenerator<Snapshot, void, undefined> {
  const objective = await styleObjective(model, picture, painting, options);
  const settings = {
    objective,
    parametrisation: pixels({ from: picture.input }),
    size: picture.input.shape.slice(2) as [number, number],
    optimiser: adam(2),
    constraints: [bounds()],
    steps: 300,
  };
  yield* synthesize(model, replacing(settings, options));
}

/** −(content + Σ style + total variation) for two pictures; weights of Gatys' scale where none are given. */
async function styleObjective(
  model: Model,
  picture: Pick<Sample, 'input'>,
  painting: Pick<Sample, 'input'>,
  {
    styleLayers,
    contentLayer,
    contentWeight = 1,
    styleWeight = 1e-2,
    smoothness = 1e-3,
    signal,
  }: Omit<StyleOptions, keyof SynthesisOptions> & { readonly signal?: AbortSignal | undefined },
): Promise<Objective> {
  const [code, grams] = await Promise.all([
    codeOf(model, picture, contentLayer, signal),
    gramsOf(model, painting, styleLayers, signal),
  ]);
  const weightOf = (i: number): number => (typeof styleWeight === 'number' ? styleWeight : (styleWeight[i] ?? 0));
  return styleLayers
    .map((layer, i) => style(layer, grams[i]!).times(weightOf(i)))
    .reduce((sum, next) => sum.plus(next), content(contentLayer, code).times(contentWeight))
    .plus(totalVariation(smoothness, { averaged: true }));
}
