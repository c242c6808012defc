import { breather } from './breathe.ts';

/** What work in steps comes to, without a pause. */
export function atOnce<T>(steps: Iterator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What work in steps comes to, with pauses for the page. Rejects with the signal's reason once it has fired. */
export async function inSlices<T>(steps: Iterator<undefined, T>, signal: AbortSignal | undefined): Promise<T> {
  const breathe = breather(signal);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await breathe();
  }
}
