import { checkNumber, checkWhole } from '../../check.ts';
import { SEEDS } from '../../limits.ts';
import { randomNumbers } from '../../tensor/random.ts';
import { labelsOf, selected, type Examples } from './examples.ts';

/** Examples to learn from, and others to be tried on. */
export interface Split {
  readonly training: Examples;
  /** Undefined where no class has enough of them. */
  readonly heldOut: Examples | undefined;
}

/** Holds out this share of each class, rounded down: one of one is always learned. Throws ArgumentError. */
export function split(
  examples: Examples,
  { heldOut: share = 0.2, seed = 1 }: { readonly heldOut?: number; readonly seed?: number } = {},
): Split {
  checkNumber('the share that is held out', share, { least: 0, below: 1 });
  checkWhole('seed', seed, ...SEEDS);
  const labels = labelsOf(examples);
  const random = randomNumbers(seed);
  const byChance = Array.from(labels, (label, place) => ({ label, place, at: random() })).sort((a, b) => a.at - b.at);
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const taken = new Map<number, number>();
  const out = new Set<number>();
  for (const { label, place } of byChance) {
    const held = taken.get(label) ?? 0;
    if (held >= Math.floor(share * sizes.get(label)!)) continue;
    taken.set(label, held + 1);
    out.add(place);
  }
  const places = Array.from(labels, (_, place) => place);
  const [held, rest] = [places.filter((place) => out.has(place)), places.filter((place) => !out.has(place))];
  return { training: selected(examples, rest), heldOut: held.length > 0 ? selected(examples, held) : undefined };
}
