/** Arithmetic on the page's own thread pauses this often, ms: a frame can come in between. */
const STRETCH_MS = 12;

/**
 * For long arithmetic: call and await what this returns now and then. On the page's own thread the page stays alive; in
 * a Worker messages arrive, such as that nobody wants the result any more. Rejects with the signal's reason once it has
 * fired.
 */
export function breather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > STRETCH_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
