import { duration } from './words.ts';

/** How far a command is, for whoever waits. */
export interface Progress {
  /** `done` of `total` things, such as pictures. Where `more` is given it stands behind. */
  readonly at: (what: string, done: number, total: number | undefined, more?: string) => void;
  /** Nothing is left of it on a terminal. */
  readonly end: () => void;
}

/** Between two lines, ms: on a terminal one replaces the other. */
const PACE_MS = { terminal: 100, file: 1000 } as const;

export const silent: Progress = { at: () => undefined, end: () => undefined };

/** On stderr: a line that changes on a terminal, else a line each second. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  const isTerminal = stream.isTTY;
  const pace = PACE_MS[isTerminal ? 'terminal' : 'file'];
  const began = performance.now();
  let last = -Infinity;
  let first: { readonly what: string; readonly done: number; readonly ms: number } | undefined;
  return {
    at: (what, done, total, more = '') => {
      const now = performance.now();
      // What was done before, such as by a run that was broken off, says nothing about the pace
      const isNew = first?.what !== what;
      if (!first || isNew) first = { what, done, ms: now };
      const isLast = done === total;
      if (now - last < pace && !isLast && !isNew) return;
      last = now;
      const left =
        total === undefined || done === first.done ? 0 : ((now - first.ms) / (done - first.done)) * (total - done);
      const words = [
        `${what}: ${done.toLocaleString('en')}${total === undefined ? '' : ` of ${total.toLocaleString('en')}`}${more}`,
        `${duration(now - began)} so far`,
        ...(left > 0 ? [`${duration(left)} left`] : []),
      ].join(', ');
      stream.write(isTerminal ? `\r\x1b[K${words}` : `${words}\n`);
    },
    end: () => {
      if (isTerminal && last > -Infinity) stream.write('\r\x1b[K');
      last = -Infinity;
    },
  };
}
