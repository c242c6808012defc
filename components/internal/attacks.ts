import type { AdapterDescription, Adversarial } from '../../src/internal.ts';

/** A picture that was changed by several epsilons, ascending. */
export interface Attacks {
  readonly tried: readonly Adversarial[];
  readonly ms: number;
  readonly adapter: AdapterDescription;
}
