import type { Launch } from '../../ir/op.ts';

/** One way to compute something on the GPU. */
export interface Variant<Context> {
  readonly name: string;
  /** Whether it can, and is worth it where the context leaves a choice. */
  applies(context: Context): boolean;
  launches(context: Context): readonly Launch[];
}

/** Launches of the first variant that applies; the last of the list always does. */
export function launchFirst<Context>(variants: readonly Variant<Context>[], context: Context): readonly Launch[] {
  return variants.find((variant) => variant.applies(context))!.launches(context);
}
