import { ArgumentError } from '../../errors.ts';
import type { Launch } from '../../ir/op.ts';

/** One way to compute something on the GPU. */
export interface Variant<Call> {
  readonly name: string;
  /** Whether it can, and is worth it where there is a choice. */
  applies(call: Call): boolean;
  launches(call: Call): readonly Launch[];
}

/** Of an op that has variants. */
export interface VariantAttributes {
  /** The variant to use instead of the first that applies: for tests and measurements. */
  readonly variant?: string | undefined;
}

/** Launches of the first variant that applies, or of the one that is wanted; the last of the list always applies. */
export function launchFirst<Call>(variants: readonly Variant<Call>[], call: Call, wanted?: string): readonly Launch[] {
  const able = variants.filter((variant) => variant.applies(call));
  const chosen = wanted === undefined ? able[0] : able.find(({ name }) => name === wanted);
  if (chosen) return chosen.launches(call);
  throw new ArgumentError(`there is no variant "${String(wanted)}" for these shapes`, {
    expected: able.map(({ name }) => name).join(', '),
  });
}
