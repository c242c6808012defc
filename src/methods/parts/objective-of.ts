import type { Model } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { channel, classScore, layerNorm, neuron, type Objective } from './objectives.ts';
import { targetIn, type Target, type UnitTarget } from './target.ts';

/**
 * What a target asks for: a class its {@link classScore}, a layer its {@link layerNorm}, a channel its mean or, with a place,
 * a single unit. Throws ArgumentError for what the network does not have.
 */
export function objectiveOf(model: Model, of: Objective | Target): Objective {
  if (isObjective(of)) return of;
  const target = targetIn(model, of);
  return typeof target === 'number' ? classScore(of as number | string) : objectiveOfUnit(target);
}

/** As {@link objectiveOf}, of what is known to be there. */
export function objectiveOfUnit({ layer, channel: index, at = 'all' }: UnitTarget): Objective {
  if (index === undefined) return layerNorm(layer);
  if (at === 'all') return channel(layer, index);
  if (at !== 'max') return neuron(layer, index, at);
  throw new ArgumentError('without a picture there is no strongest place', {
    where: `layer "${layer}"`,
    expected: '"all" or [y, x]',
    got: '"max"',
  });
}

/** Of any copy of this library. */
function isObjective(of: Objective | Target): of is Objective {
  return typeof of === 'object' && Array.isArray((of as Partial<Objective> | null)?.terms);
}
