import {
  paintClasses,
  paintMap,
  rangeOf,
  upsample,
  type ClassColour,
  type ColormapName,
  type Occlusion,
  type Painted,
  type Picture,
  type Range,
} from '../../src/internal.ts';

export interface OcclusionLook {
  readonly colormap: ColormapName;
  /** Ends of the colour scale of the probability; fitted to the values by default. */
  readonly range: Range | undefined;
}

/** The three maps in colours. */
export interface PaintedOcclusion {
  readonly probability: Painted;
  readonly activation: Painted;
  readonly classes: { readonly picture: Picture; readonly legend: readonly ClassColour[] };
}

export type OcclusionMap = keyof PaintedOcclusion;

/** Paints the maps with `side` × `side` pixels for each position. */
export function paintOcclusion(
  { grid, probability, activation, topClass }: Occlusion,
  { colormap, range }: OcclusionLook,
  side: number = 1,
): PaintedOcclusion {
  const from = [grid.rows, grid.cols] as const;
  const to = [grid.rows * side, grid.cols * side] as const;
  const enlarged = (map: ArrayLike<number>): Float32Array => upsample(map, from, to, 'nearest');
  return {
    probability: paintMap(enlarged(probability), ...to, { colormap, range: range ?? rangeOf(probability) }),
    activation: paintMap(enlarged(activation), ...to, { colormap, range: rangeOf(activation) }),
    classes: paintClasses(enlarged(topClass), ...to),
  };
}
