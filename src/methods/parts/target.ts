import type { Model, Sample } from '../../engine/model.ts';
import { checkChoice, checkList, shown } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { findLabel } from '../../models/labels.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { argMax, forward } from './forward.ts';
import { firstClass, readings } from './scores.ts';

/** A unit, a channel or a whole layer inside the network. */
export interface UnitTarget {
  readonly layer: string;
  /** Channel index; the one with the strongest single activation by default. */
  readonly channel?: number;
  /** Position [y, x] in the channel's map, `max`: where the channel is strongest (the default), `all`: every position. */
  readonly at?: 'max' | 'all' | readonly [y: number, x: number];
}

/**
 * What is to be explained: a class by id, label or synset, or something inside the network, which may be written
 * "layer:channel" (such as "fire5:17") or "layer". `top-1` is the best class; of a network that says yes or no it is yes,
 * unless both answers have labels.
 */
export type Target = number | string | UnitTarget;

/** A target found in the network for one picture. */
export interface Goal {
  /** Tensor that holds the units. */
  readonly tensor: string;
  /** Signal with the tensor's shape: where the backward pass starts. */
  readonly seed: Tensor;
  /** Such as `espresso (967)` or `fire5, channel 142 at (13, 24)`. */
  readonly description: string;
  /** The unit's activation, or the sum of those of a channel; for a class the unnormalised score. */
  readonly score: number;
  readonly classId?: number;
  /** Of the class, where the network gives probabilities. */
  readonly probability?: number;
  /** Flat index of the unit in its tensor [1, …]; undefined when the goal is more than one unit. */
  readonly unit?: number;
}

export interface GoalOptions {
  /**
   * The signal that is sent back: 1 (the gradient), the unit's activation (Zeiler & Fergus 2014, §2.1), or one of the shape
   * of the whole layer [c, h, w].
   */
  readonly start?: 'one' | 'activation' | Tensor | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Finds the target for a picture. One forward pass. Throws ArgumentError saying what exists. */
export async function findGoal(
  model: Model,
  sample: Pick<Sample, 'input'>,
  target: Target,
  { start = 'one', signal }: GoalOptions = {},
): Promise<Goal> {
  // Checked before anything runs
  const wanted = target === 'top-1' ? undefined : targetIn(model, target);
  const inside = typeof wanted === 'object' ? wanted : undefined;
  const { name, shape } = inside ? model.resolve(inside.layer) : model.graph.values.get(model.logits)!;
  if (inside) checkUnit(inside, shape);
  const given = typeof start === 'string' ? undefined : checkedSignal(start, inside?.layer ?? 'the scores', shape);
  if (!given) checkChoice('start', start, ['one', 'activation']);

  const [found] = await forward(model, sample, [name], signal);
  const activations = found!.data;
  const selected = inside
    ? unitsOf(inside, shape, activations)
    : { first: (wanted as number | undefined) ?? firstClass(model.head, activations), count: 1 };
  const { first, count } = given ? { first: 0, count: sizeOf(shape) } : selected;
  const seed = new Float32Array(sizeOf(shape));
  let score = 0;
  for (let i = first; i < first + count; i++) {
    seed[i] = given ? given.data[i]! : start === 'one' ? 1 : activations[i]!;
    score += given ? seed[i]! * activations[i]! : activations[i]!;
  }
  const what = { tensor: name, seed: float32(shape, seed), score };
  if (given) return { ...what, description: `${inside?.layer ?? 'scores'}, a signal that was given` };
  return {
    ...what,
    description: inside ? describeUnit(inside.layer, shape, first, count) : className(model, first),
    ...(inside ? {} : { classId: first }),
    ...(inside || model.head.kind === 'values' ? {} : { probability: readings(model.head, activations)[first]! }),
    ...(count === 1 ? { unit: first } : {}),
  };
}

/** Throws ShapeError for what is no signal of a layer [1, …], which may be given without its first axis. */
function checkedSignal(signal: Tensor, layer: string, shape: Shape): Tensor {
  const given: unknown = (signal as Partial<Tensor> | null)?.shape;
  const fits = Array.isArray(given) && [shape, shape.slice(1)].some((one) => sameShape(one, given as Shape));
  if (fits && ArrayBuffer.isView(signal.data) && signal.data.length === sizeOf(shape)) return signal;
  throw new ShapeError('the signal does not fit the layer', {
    where: layer,
    expected: `"one", "activation" or a tensor ${formatShape(shape.slice(1))}`,
    got: Array.isArray(given) ? formatShape(given as Shape) : shown(signal),
  });
}

/** A channel of a layer, or all of it. */
const UNIT = /^(.+):(\d+)$/;

/** A unit as texts name it, "layer:channel" or "layer"; undefined where there is no such layer. A layer's own name wins. */
function unitNamed(model: Model, text: string): UnitTarget | undefined {
  if (model.hasLayer(text)) return { layer: text };
  const [, layer = '', channel] = UNIT.exec(text) ?? [];
  return model.hasLayer(layer) ? { layer, channel: Number(channel) } : undefined;
}

/**
 * Something inside a network: a layer, or one of its channels, by "layer:channel" or as it is. Throws ArgumentError naming
 * the layers or channels there are.
 */
export function unitIn(model: Model, unit: string | UnitTarget): UnitTarget {
  const found = typeof unit === 'string' ? (unitNamed(model, unit) ?? { layer: UNIT.exec(unit)?.[1] ?? unit }) : unit;
  const { layer } = (found as UnitTarget | null | undefined) ?? ({} as Partial<UnitTarget>);
  checkUnit(found, model.resolve(layer!).shape);
  return found;
}

/** What a target names: a class by its id, or something inside the network. Throws ArgumentError saying what exists. */
export function targetIn(model: Model, target: Target): number | UnitTarget {
  if (typeof target === 'object') return unitIn(model, target);
  const unit = typeof target === 'string' ? unitNamed(model, target) : undefined;
  if (unit?.channel !== undefined) return unit;
  try {
    return classIdOf(model, target);
  } catch (cause) {
    if (unit) return unit;
    if (typeof target === 'string' && UNIT.test(target)) return unitIn(model, target);
    throw cause;
  }
}

/** `espresso`, or `class 967` where the model has no labels. */
export function className(model: Model, id: number): string {
  return (Number.isInteger(id) ? model.labels[id]?.name : undefined) ?? `class ${shown(id)}`;
}

/** Throws ArgumentError for what cannot name a class in any network; returns it as words. */
export function checkClass(target: number | string): string {
  if (typeof target === 'number' || typeof target === 'string') return String(target);
  throw new ArgumentError('there is no such class', { expected: 'a number or a text', got: shown(target) });
}

const YES = /^(the )?positive( class)?$|^yes$/i;
const NO = /^(the )?negative( class)?$|^no$|^not$/i;

/** Class named by id, label or synset, or by `positive` and `negative`. Throws ArgumentError saying what exists. */
export function classIdOf(model: Model, target: number | string): number {
  const { positive } = model.head;
  const text = checkClass(target).trim();
  if (positive !== undefined && YES.test(text)) return positive;
  if (positive !== undefined && NO.test(text)) return 1 - positive;
  if (model.labels.length > 0) return findLabel(model.labels, target).id;
  const { classes } = model.head;
  const id = text === '' ? NaN : Number(text);
  if (!Number.isInteger(id) || id < 0 || id >= classes) {
    throw new ArgumentError('there is no such class', {
      expected: `a whole number from 0 to ${classes - 1}; the model has no labels`,
      got: shown(target),
    });
  }
  return id;
}

/** Splits [1, c, h, w] or [1, c] into channels and positions. */
function planeOf(shape: Shape): { channels: number; height: number; width: number } {
  const [, channels = 1, height = 1, width = 1] = shape;
  return { channels, height, width };
}

/** Throws ArgumentError unless the tensor has this channel and this position. */
export function checkUnit({ layer, channel, at }: UnitTarget, shape: Shape): void {
  const { channels, height, width } = planeOf(shape);
  const within = (value: number, size: number): boolean => Number.isInteger(value) && value >= 0 && value < size;
  const where = `layer "${layer}" [${formatShape(shape)}]`;
  if (channel !== undefined && !within(channel, channels)) {
    throw new ArgumentError('there is no such channel', {
      expected: `0 to ${String(channels - 1)}`,
      got: shown(channel),
      where,
    });
  }
  if (at === undefined || at === 'max' || at === 'all') return;
  const [y = NaN, x = NaN] = checkList('the position', at, 2);
  if (!(within(y, height) && within(x, width))) {
    throw new ArgumentError('there is no such position', {
      expected: `[y, x] within ${String(height)}×${String(width)}`,
      got: shown(at),
      where,
    });
  }
}

/** The run of flat indices that a target stands for. */
function unitsOf(
  { channel, at = 'max' }: UnitTarget,
  shape: Shape,
  activations: ArrayLike<number>,
): { first: number; count: number } {
  const { height, width } = planeOf(shape);
  const plane = height * width;
  const chosen = channel ?? Math.floor(argMax(activations) / plane);
  const base = chosen * plane;
  if (at === 'all') return { first: base, count: plane };
  if (at !== 'max') return { first: base + at[0] * width + at[1], count: 1 };
  const values = Array.from({ length: plane }, (_, i) => activations[base + i]!);
  return { first: base + argMax(values), count: 1 };
}

function describeUnit(layer: string, shape: Shape, first: number, count: number): string {
  const { height, width } = planeOf(shape);
  const plane = height * width;
  const channel = `${layer}, channel ${String(Math.floor(first / plane))}`;
  if (count > 1 || plane === 1) return channel;
  const at = first % plane;
  return `${channel} at (${String(Math.floor(at / width))}, ${String(at % width)})`;
}
