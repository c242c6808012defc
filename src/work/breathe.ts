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
      await nextTask();
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/** One channel for all: a port that nobody holds may be collected before its message comes. */
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/**
 * Where there is no page, after whatever came in meanwhile: a timer would wait 4 ms each time. Pages use one: then frames,
 * which have no place in that queue, come in between.
 */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof document !== 'undefined') setTimeout(resolve);
    else if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      waiting.push(resolve);
      channel ??= openChannel();
      channel.port2.postMessage(undefined);
    }
  });
}

function openChannel(): MessageChannel {
  const opened = new MessageChannel();
  opened.port1.onmessage = () => waiting.shift()?.();
  return opened;
}

/** Of Node. */
declare const setImmediate: ((task: () => void) => unknown) | undefined;
