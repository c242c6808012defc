import type { Model } from '../../src/internal.ts';

/** Where what a figure looks at, its material, comes from: a picture, a corpus, a video. */
export interface MaterialSource<Material> {
  /** Names of the properties that say where it comes from. */
  readonly properties: readonly string[];
  /** What they say; undefined where there is nothing yet. */
  origin(): unknown;
  /** Fetches it from there. */
  fetch(model: Model, signal: AbortSignal): Promise<Material>;
}

/** Fetches material where its network or its origin is another one than before. */
export class MaterialStore<Material> {
  #kept: { readonly model: Model; readonly origin: unknown; readonly material: Material } | undefined;

  /** It is out of date. */
  forget(): void {
    this.#kept = undefined;
  }

  async fetch(source: MaterialSource<Material>, model: Model, signal: AbortSignal): Promise<Material> {
    const origin = source.origin();
    if (this.#kept?.model === model && this.#kept.origin === origin) return this.#kept.material;
    const material = await source.fetch(model, signal);
    signal.throwIfAborted();
    this.#kept = { model, origin, material };
    return material;
  }
}
