/** The part of umap-js that is needed; scripts/vendor.mjs makes the module. */
export class UMAP {
  constructor(options: { readonly nNeighbors: number; readonly random: () => number });
  /** Takes points as rows; returns the number of steps to come. */
  initializeFit(rows: readonly (readonly number[])[]): number;
  step(): number;
  getEmbedding(): number[][];
}
