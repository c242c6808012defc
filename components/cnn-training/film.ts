import { filterLayers, filters, paintFilters, type Model, type PaintedFilters } from '../../src/internal.ts';
import { reconstruct, type LayerThen, type Reconstruction, type Stimulus } from '../../src/training.ts';

/** What is shown of a network at one step. */
export interface Frame {
  /** Undefined where it has no convolution. */
  readonly filters: (PaintedFilters & { readonly layer: string; readonly total: number }) | undefined;
  /** By channel: what drives it most; undefined where nothing does. */
  readonly units: ReadonlyMap<number, Reconstruction | undefined>;
}

/** What the reader looks at. */
export interface Shot {
  /** Whose filters; those of the first convolution by default. */
  readonly filters: string | undefined;
  /** Whose units. */
  readonly layer: string;
  readonly units: readonly number[];
}

/** Filters that are painted at most. */
const MOST_FILTERS = 100;
/** Pixels across a weight, before the style sheet scales the picture. */
const PIXEL = 4;

/** Looks at a network: paints filters, reconstructs what drives units. */
export async function frameOf(
  model: Model,
  layers: readonly LayerThen[],
  pictures: readonly Stimulus[],
  shot: Shot,
  signal: AbortSignal,
): Promise<Frame> {
  const { tensor, strongest } = layers.find(({ name }) => name === shot.layer)!;
  const units = new Map<number, Reconstruction | undefined>();
  for (const channel of shot.units) {
    const place = strongest[channel];
    units.set(channel, place && (await reconstruct(model, tensor, place, pictures, signal)));
  }
  // Painting is a task of its own, between the last reconstruction and the drawing of all.
  await nextTask();
  const painted = paintedFilters(model, shot.filters);
  await nextTask();
  return { filters: painted, units };
}

const nextTask = (): Promise<void> => new Promise((next) => setTimeout(next));

function paintedFilters(model: Model, layer: string | undefined): Frame['filters'] {
  if (layer === undefined && filterLayers(model).length === 0) return undefined;
  const { weights, planes, layer: name } = filters(model, layer);
  const total = weights.shape[0]!;
  const which = Array.from({ length: Math.min(total, MOST_FILTERS) }, (_, i) => i);
  return { ...paintFilters(weights, { planes, which, scale: 'filter', pixel: PIXEL }), layer: name, total };
}
