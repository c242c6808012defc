import { checkList, checkNumber } from '../check.ts';
import type { Model, Sample, SampleSource } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_LAYERS } from '../limits.ts';
import type { ImageSource } from '../models/image.ts';
import { codeOf, gramsOf, notesOnSize } from './parts/codes.ts';
import { bounds } from './parts/constraints.ts';
import { WHITE } from './parts/images.ts';
import { codeDistance, styleDistance, type Objective } from './parts/objectives.ts';
import { adam } from './parts/optimisers.ts';
import { pixels } from './parts/parametrisations.ts';
import { totalVariation } from './parts/penalties.ts';
import { replacing } from './presets.ts';
import { synthesize, type Snapshot, type SynthesisOptions } from './synthesize.ts';

/**
 * How much each part counts. Content and style are measured as shares of what is to be matched, differences of neighbours
 * as shares of white, so that weights mean the same in every network.
 */
export interface StyleWeights {
  /** 1 by default. */
  readonly contentWeight?: number | undefined;
  /** Shared by the layers, or one for each; 10 by default. */
  readonly styleWeight?: number | readonly number[] | undefined;
  /** Of the mean squared difference of neighbouring pixels; 1 by default. */
  readonly smoothness?: number | undefined;
}

export interface StyleOptions extends Partial<Omit<SynthesisOptions, 'objective' | 'weights'>>, StyleWeights {
  /** Layers whose Gram matrices are the style, from fine to coarse; those of {@link styleLayersOf} by default. */
  readonly styleLayers?: readonly string[] | undefined;
  /** Layer whose code is the content. */
  readonly contentLayer?: string | undefined;
  /** Asked before each stretch of steps, instead of the weights above: they may change while it runs. */
  readonly weights?: (() => StyleWeights) | undefined;
}

/**
 * A picture in the style of another: its content code and the other's Gram matrices (Gatys, Ecker & Bethge 2016), from
 * the picture itself. Terms: content, the style layers in order, smoothness. Notes say where the painting has fewer pixels
 * than a unit of a style layer sees.
 */
export async function* styleTransfer(
  model: Model,
  content: SampleSource,
  style: ImageSource | Sample,
  options: StyleOptions = {},
): AsyncGenerator<Snapshot, void, undefined> {
  const { styleLayers = styleLayersOf(model).style, contentLayer = styleLayersOf(model).content, signal } = options;
  checkList('the list of style layers', styleLayers, MAX_LAYERS);
  const weights = (): readonly number[] => weigh(styleLayers, options.weights?.() ?? options);
  const [, ...others] = weights();
  if (others.every((weight) => weight === 0)) {
    throw new ArgumentError('the picture would stay as it is', {
      expected: 'a style layer with a weight above 0, or a smoothness above 0',
    });
  }
  const [picture, painting] = await Promise.all([model.prepare(content, { signal }), model.prepare(style, { signal })]);
  const notes = notesOnSize(model, painting, styleLayers);
  const settings = {
    objective: await styleObjective(model, picture, painting, { styleLayers, contentLayer, signal }),
    parametrisation: pixels({ from: picture.input }),
    size: picture.input.shape.slice(2) as [number, number],
    optimiser: adam(2),
    constraints: [bounds()],
    steps: 300,
  };
  const asked = { ...replacing(settings, { ...options, weights: undefined }), weights };
  for await (const snapshot of synthesize(model, asked)) yield { ...snapshot, notes: [...notes, ...snapshot.notes] };
}

/** How much smaller a map must be than the one before it to be of another resolution. */
const REDUCED = 1.5;

/**
 * Layers that suit any network, in place of Gatys' relu1_1…relu5_1: the style of the last maps of each resolution that is
 * reduced further, the content of the middle one of these.
 */
export function styleLayersOf({ name, layers }: Pick<Model, 'name' | 'layers'>): {
  readonly content: string;
  readonly style: readonly string[];
} {
  const maps = layers.filter(({ shape }) => shape.length === 4 && shape[2]! > 1);
  const ends = maps.filter(({ shape }, i) => {
    const next = maps[i + 1];
    return next !== undefined && next.shape[2]! * REDUCED <= shape[2]!;
  });
  const style = (ends.length > 0 ? ends : maps.slice(-1)).map((layer) => layer.name);
  if (style.length === 0) throw new ArgumentError('the network has no maps', { where: name });
  return { content: style[Math.floor(style.length / 2)]!, style };
}

/** −(content + Σ style + total variation) for two pictures, each of weight 1. */
async function styleObjective(
  model: Model,
  picture: Pick<Sample, 'input'>,
  painting: Pick<Sample, 'input'>,
  {
    styleLayers,
    contentLayer,
    signal,
  }: {
    readonly styleLayers: readonly string[];
    readonly contentLayer: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Objective> {
  const [code, grams] = await Promise.all([
    codeOf(model, picture, contentLayer, signal),
    gramsOf(model, painting, styleLayers, signal),
  ]);
  return styleLayers
    .map((layer, i) => styleDistance(layer, grams[i]!))
    .reduce((sum, next) => sum.plus(next), codeDistance(contentLayer, code))
    .plus(totalVariation(1, { averaged: true }));
}

/** The weights of the terms: losses, so with a minus. */
function weigh(
  styleLayers: readonly string[],
  { contentWeight = 1, styleWeight = 10, smoothness = 1 }: StyleWeights,
): readonly number[] {
  const each =
    typeof styleWeight === 'number'
      ? styleLayers.map(() => styleWeight / styleLayers.length)
      : styleLayers.map((_, i) => checkList('the list of style weights', styleWeight)[i] ?? 0);
  const named: readonly (readonly [string, number])[] = [
    ['content', contentWeight],
    ...each.map((weight) => ['style', weight] as const),
    ['smoothness', smoothness],
  ];
  for (const [name, weight] of named) checkNumber(`the weight of the ${name}`, weight, { least: 0 });
  return [contentWeight, ...each, smoothness / WHITE ** 2].map((weight) => -weight);
}
