let last: Promise<unknown> = Promise.resolve();

/** Does pieces of work of all elements of the page one after another. Work whose signal fires first is not begun. */
export function enqueue<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const mine = last.then(() => {
    signal.throwIfAborted();
    return work();
  });
  last = mine.catch(() => undefined);
  return mine;
}
