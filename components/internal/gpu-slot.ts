let last: Promise<unknown> = Promise.resolve();

/**
 * Does pieces of work of all figures of the page one after another, each in a slot of its own on the GPU and in a frame of
 * its own, so that the page stays alive and one figure does not starve the others. Work whose signal fires first is not
 * begun.
 */
export function inGpuSlot<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const mine = last.then(async () => {
    signal.throwIfAborted();
    await nextFrame();
    signal.throwIfAborted();
    return work();
  });
  last = mine.catch(() => undefined);
  return mine;
}

/** A hidden page has no frames: its figures wait until it is seen. */
function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
