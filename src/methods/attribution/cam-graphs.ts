import type { GraphBuilder } from '../../ir/builder.ts';
import { EPSILON } from './grad-cam-plus-plus.ts';
import { EPSILON as X_EPSILON } from './x-grad-cam.ts';

/**
 * The class activation maps as nodes: of the activations A [1, c, h, w] of a layer and the gradient g of the target with respect to
 * them they make a map [1, 1, h, w], signed; what speaks for the target is above 0.
 */
type CamGraph = (builder: GraphBuilder, activations: string, gradient: string) => string;

/** Σ_c α_c·A_c with α_c the mean of g over the positions of channel c (Selvaraju et al. 2017, §3). */
export const gradCam: CamGraph = (builder, activations, gradient) =>
  weighted(builder, activations, overPositions(builder, 'mean', gradient));

/** The same with α_c = Σ p³/(2p² + ΣA·p³), p = max(g, 0) (Chattopadhay et al. 2018, §3.2). */
export const gradCamPlusPlus: CamGraph = (builder, activations, gradient) => {
  const times = (a: string, b: string): string => builder.add('mul', [a, b]);
  const positive = builder.add('relu', [gradient]);
  const square = times(positive, positive);
  const cube = times(square, positive);
  const total = overPositions(builder, 'sum', activations);
  const twice = builder.add('add', [square, square]);
  const denominator = plus(builder, builder.add('add', [twice, times(total, cube)]), EPSILON);
  return weighted(builder, activations, overPositions(builder, 'sum', builder.add('div', [cube, denominator])));
};

/** The same with α_c = Σ g·A / ΣA (Fu et al. 2020, §3.3). */
export const xGradCam: CamGraph = (builder, activations, gradient) => {
  const worth = overPositions(builder, 'sum', builder.add('mul', [gradient, activations]));
  const total = plus(builder, overPositions(builder, 'sum', activations), X_EPSILON);
  return weighted(builder, activations, builder.add('div', [worth, total]));
};

/** Σ_c g·A at each position (Draelos & Carin 2020, §3). */
export const hiResCam: CamGraph = weighted;

/** Σ_c max(g, 0)·A at each position (Jiang et al. 2021, §III-B). */
export const layerCam: CamGraph = (builder, activations, gradient) =>
  weighted(builder, activations, builder.add('relu', [gradient]));

function weighted(builder: GraphBuilder, activations: string, weights: string): string {
  return sumOfChannels(builder, builder.add('mul', [activations, weights]));
}

/** [1, c, h, w] → [1, 1, h, w] */
export function sumOfChannels(builder: GraphBuilder, terms: string): string {
  return builder.add('reduce', [terms], { mode: 'sum', axes: [1], keepdims: true });
}

function overPositions(builder: GraphBuilder, mode: 'mean' | 'sum', of: string): string {
  return builder.add('reduce', [of], { mode, axes: [2, 3], keepdims: true });
}

function plus(builder: GraphBuilder, x: string, more: number): string {
  return builder.add('add', [x, builder.scalar(more)]);
}
