import { ArgumentError } from '../../errors.ts';
import type { Capabilities, Launch } from '../../ir/op.ts';

/** One way to compute something on the GPU. */
export interface Variant<Call> {
  /** Whether it can, and may be worth it. */
  applies(call: Call, capabilities: Capabilities): boolean;
  launches(call: Call, capabilities: Capabilities): readonly Launch[];
}

/** Of an op that has variants. */
export interface VariantAttributes {
  /** The variant to use instead of the best: for tests and measurements. */
  readonly variant?: string | undefined;
}

/** Ways to compute something, by name. */
export interface Variants<Call, Name extends string = string> {
  readonly variants: Readonly<Record<Name, Variant<Call>>>;
  /** Best first, for each kind of adapter; one of them always applies. Variants that are missing come last. */
  readonly order: Readonly<Record<Capabilities['adapter'], readonly NoInfer<Name>[]>>;
}

/** Names of the variants that can compute a call on a device, best first. */
export function able<Call>({ variants, order }: Variants<Call>, call: Call, capabilities: Capabilities): string[] {
  const names = new Set([...order[capabilities.adapter], ...Object.keys(variants)]);
  return [...names].filter((name) => variants[name]!.applies(call, capabilities));
}

/** Launches of the best variant that applies, or of the one that is wanted. */
export function launchBest<Call>(
  family: Variants<Call>,
  call: Call,
  capabilities: Capabilities,
  wanted?: string,
): readonly Launch[] {
  const names = able(family, call, capabilities);
  const chosen = wanted === undefined ? names[0]! : names.find((name) => name === wanted);
  if (chosen !== undefined) return family.variants[chosen]!.launches(call, capabilities);
  throw new ArgumentError(`there is no variant "${String(wanted)}" for these shapes`, { expected: names.join(', ') });
}
