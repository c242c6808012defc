import type { AdapterDescription, Snapshot } from '../../../src/internal.ts';

/** Images that were grown, or that are growing. */
export interface Grown {
  readonly images: readonly { readonly title: string; readonly snapshot: Snapshot }[];
  readonly ms: number;
  readonly adapter: AdapterDescription;
}
