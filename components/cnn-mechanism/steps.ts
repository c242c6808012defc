import type { FieldBox, Model } from '../../src/internal.ts';
import { unravel, type Mechanism, type Return, type Spot, type Stage } from '../../src/mechanism.ts';
import { t } from '../internal/languages/words.ts';
import { ending } from '../internal/layer-text.ts';

/** One step of the walk: forward through a node, or back through it. */
export interface WalkStep {
  readonly stage: Stage;
  /** On the way back: the signals. */
  readonly back: Return | undefined;
  /** Which step of its half, from 1 on, and of how many. */
  readonly number: number;
  readonly of: number;
  /** What of the picture the unit sees at which the step ends. */
  readonly field: FieldBox | undefined;
}

/** First all steps forward, then those back. */
export function stepsOf({ stages, returns, fields }: Mechanism): readonly WalkStep[] {
  const forward = stages.map((stage, i): WalkStep => {
    return { stage, back: undefined, number: i + 1, of: stages.length, field: fields[i + 1] };
  });
  const back = returns.map((each, i): WalkStep => {
    const field = fields[stages.length - 1 - i];
    return { stage: each.stage, back: each, number: i + 1, of: returns.length, field };
  });
  return [...forward, ...back];
}

/** The number at which a step ends. */
export function endOf({ stage, back }: WalkStep): Spot {
  return back ? stage.from : stage.to;
}

/** A tensor as readers know it. */
export function layerName(model: Model, tensor: string): string {
  if (tensor === model.input.name) return t('the picture');
  return ending(model.layers.find((layer) => layer.tensor === tensor)?.name ?? tensor);
}

const COLOURS = { R: 'red', G: 'green', B: 'blue' } as const;

/** A channel of a tensor; one of the picture is a colour. */
export function channelName(model: Model, tensor: string, channel: number): string {
  const colour = COLOURS[model.preprocessing.channels.charAt(channel) as keyof typeof COLOURS];
  const isPicture = tensor === model.input.name && model.preprocessing.channels.length === 3;
  return isPicture ? t(colour) : t`channel ${channel}`;
}

/** Where a number is: its channel, and its row and column where it has any. */
export function spotText(model: Model, { tensor, at }: Spot): string {
  const { shape } = model.graph.values.get(tensor)!;
  const place = unravel(at, shape);
  if (shape.length !== 4) return t`number ${place.at(-1)!}`;
  const [, channel, y, x] = place as [number, number, number, number];
  return t`${channelName(model, tensor, channel)} at row ${y}, column ${x}`;
}
