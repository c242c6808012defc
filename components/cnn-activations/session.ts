import { activations, type Activations, type ActivationsOptions, type Model } from '../../src/internal.ts';

/** The layer that is looked at, made ready on the device: another one only where something else is asked for. */
export class Session {
  #held: { readonly from: readonly unknown[]; readonly watched: Promise<Activations> } | undefined;

  /** What was opened last. */
  get watched(): Promise<Activations> | undefined {
    return this.#held?.watched;
  }

  open(model: Model, options: ActivationsOptions): Promise<Activations> {
    const { layer, scale, colormap, origin } = options;
    const from = [model, layer, scale, colormap, origin?.layer, origin?.rules];
    if (this.#held?.from.every((part, i) => part === from[i])) return this.#held.watched;
    this.close();
    const watched = activations(model, options);
    this.#held = { from, watched };
    watched.catch(() => {
      if (this.#held?.watched === watched) this.#held = undefined;
    });
    return watched;
  }

  close(): void {
    const watched = this.#held?.watched;
    this.#held = undefined;
    watched?.then(
      (ready) => {
        ready.dispose();
      },
      () => undefined,
    );
  }
}
