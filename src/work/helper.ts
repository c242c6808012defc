import { UnsupportedEnvironmentError } from '../errors.ts';
import { breather } from './breathe.ts';
import type { Job } from './job.ts';
import { Line, PATIENCE, WorkerLost, type AskOptions, type Opener, type Patience } from './line.ts';

/** A Worker that died so often is not opened again: the next pages of memory will not be there either. */
const MAX_LOSSES = 2;

/**
 * Does jobs in one Worker, opened when the first one comes and freed when there has been none for a while; where there is
 * no Worker, on the page's own thread, which lives on because jobs breathe.
 */
export class Helper {
  readonly #open: Opener;
  readonly #patience: Patience;
  #line: Promise<Line | undefined> | undefined;
  #losses = 0;

  constructor(open: Opener, patience: Partial<Patience> = {}) {
    this.#open = open;
    this.#patience = { ...PATIENCE, ...patience };
  }

  /**
   * What the job gives. Throws what it throws, typed errors included; the signal's reason as soon as it fires;
   * UnsupportedEnvironmentError where the Worker died with buffers that were handed over: without these a job is done again
   * in the page.
   */
  async perform<Args, Result>(job: Job<Args, Result>, args: Args, options: AskOptions = {}): Promise<Result> {
    const { signal, transfer = [], onProgress = () => undefined } = options;
    signal?.throwIfAborted();
    const line = await this.#hire();
    signal?.throwIfAborted();
    if (line) {
      try {
        return (await line.ask(job.name, args, options)) as Result;
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        if (transfer.length > 0) {
          throw new UnsupportedEnvironmentError('the browser ended the Worker that was at work', {
            where: job.name,
            remedy: 'It may be short of memory: close other pages, then try again.',
          });
        }
      }
    }
    const run = await job.load();
    return (await run(args, { signal, breathe: breather(signal), onProgress })).result;
  }

  /** The Worker, or a new one; undefined where there can be none. */
  #hire(): Promise<Line | undefined> {
    if (this.#losses >= MAX_LOSSES) return Promise.resolve(undefined);
    return (this.#line ??= Line.open(this.#open, this.#patience, (lost) => {
      this.#line = undefined;
      if (lost) this.#losses++;
    }));
  }
}
