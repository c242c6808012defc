import { activations, type Activations, type ActivationsOptions, type Model } from '../../src/internal.ts';

/** The layer that is looked at, made ready on the device: another one only where something else is asked for. */
export class Session {
  #open: { readonly from: readonly unknown[]; readonly watched: Promise<Activations> } | undefined;

  /** What was opened last. */
  get watched(): Promise<Activations> | undefined {
    return this.#open?.watched;
  }

  open(model: Model, options: ActivationsOptions): Promise<Activations> {
    const { layer, scale, colormap, origin } = options;
    const from = [model, layer, scale, colormap, origin?.layer, origin?.rules];
    if (this.#open?.from.every((part, i) => part === from[i])) return this.#open.watched;
    this.close();
    const watched = activations(model, options);
    this.#open = { from, watched };
    watched.catch(() => {
      if (this.#open?.watched === watched) this.#open = undefined;
    });
    return watched;
  }

  close(): void {
    const watched = this.#open?.watched;
    this.#open = undefined;
    watched?.then(
      (ready) => {
        ready.dispose();
      },
      () => undefined,
    );
  }
}
