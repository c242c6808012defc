import { UnsupportedEnvironmentError } from '../errors.ts';
import { breather } from './breathe.ts';
import type { Answer, Job, Order } from './job.ts';
import { unpackError } from './pack-error.ts';

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Buffers that are handed over instead of copied. Without them a job whose Worker dies is done again in the page. */
  readonly transfer?: Transferable[] | undefined;
  /** 0…1 */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** How long is waited, ms. */
export interface Patience {
  /** For a new Worker's first word: its file comes over the network. */
  readonly startMs: number;
  /** For a sign of life while it has work. */
  readonly silenceMs: number;
  /** For another job, before it is freed. */
  readonly idleMs: number;
}

const PATIENCE: Patience = { startMs: 8000, silenceMs: 20_000, idleMs: 10_000 };
/** A Worker that died so often is not opened again: the next pages of memory will not be there either. */
const MAX_LOSSES = 2;

/** How a Worker is opened: `isUp` resolves to whether it has said that it is ready. */
export type Opener = (isUp: (worker: Worker) => Promise<boolean>) => Promise<Worker | undefined>;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: WorkOptions['onProgress'];
}

/** Why a job is to be done in the page after all. */
class WorkerLost extends Error {}

/**
 * Does jobs in one Worker, opened when the first one comes and freed when there has been none for a while; where there is
 * no Worker, on the page's own thread, which lives on because jobs breathe.
 */
export class Helper {
  readonly #open: Opener;
  readonly #patience: Patience;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker | undefined> | undefined;
  #losses = 0;
  #ids = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(open: Opener, patience: Partial<Patience> = {}) {
    this.#open = open;
    this.#patience = { ...PATIENCE, ...patience };
  }

  /**
   * What the job gives. Throws what it throws, typed errors included; the signal's reason as soon as it fires;
   * UnsupportedEnvironmentError where the Worker died with buffers that were handed over.
   */
  async perform<Args, Result>(job: Job<Args, Result>, args: Args, options: WorkOptions = {}): Promise<Result> {
    const { signal, transfer = [], onProgress = () => undefined } = options;
    signal?.throwIfAborted();
    const worker = await this.#hire();
    signal?.throwIfAborted();
    if (worker) {
      try {
        return (await this.#ask(worker, job.name, args, options)) as Result;
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
  #hire(): Promise<Worker | undefined> {
    if (this.#losses >= MAX_LOSSES) return Promise.resolve(undefined);
    return (this.#worker ??= this.#open((worker) => this.#isUp(worker)).catch(() => undefined));
  }

  #isUp(worker: Worker): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (up: boolean): void => {
        clearTimeout(timer);
        worker.onmessage = worker.onmessageerror = worker.onerror = null;
        if (up) {
          this.#listen(worker);
          this.#wait(worker);
        }
        resolve(up);
      };
      const timer = setTimeout(end, this.#patience.startMs, false);
      worker.onmessage = ({ data }: MessageEvent<Answer | undefined>) => end(data?.kind === 'ready');
      worker.onmessageerror = worker.onerror = (event: Event) => {
        event.preventDefault();
        end(false);
      };
    });
  }

  #listen(worker: Worker): void {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#hear(data);
      this.#wait(worker);
    };
    worker.onmessageerror = worker.onerror = (event: Event) => {
      // The page does the work itself: nothing failed that it should hear of
      event.preventDefault();
      this.#lose(worker);
    };
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'alive' || answer.kind === 'ready') return;
    const { id } = answer;
    const waiting = this.#waiting.get(id);
    if (!waiting) return; // Nobody wants it any more
    if (answer.kind === 'progress') {
      waiting.onProgress?.(answer.done);
      return;
    }
    this.#waiting.delete(id);
    if (answer.kind === 'result') waiting.resolve(answer.result);
    else waiting.reject(answer.kind === 'error' ? unpackError(answer.error) : new WorkerLost());
  }

  async #ask(worker: Worker, job: string, args: unknown, options: WorkOptions): Promise<unknown> {
    const { signal, transfer = [], onProgress } = options;
    const id = this.#ids++;
    const order = (message: Order, handOver: Transferable[] = []): void => {
      worker.postMessage(message, handOver);
    };
    const answered = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
    });
    const stop = (): void => {
      order({ kind: 'stop', id });
      this.#waiting.get(id)?.reject(signal!.reason);
      this.#waiting.delete(id);
      this.#wait(worker);
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      order({ kind: 'start', id, job, args }, transfer);
      this.#wait(worker);
      return await answered;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#waiting.delete(id);
    }
  }

  /** For the next sign of life, or for another job. */
  #wait(worker: Worker): void {
    clearTimeout(this.#timer);
    const { silenceMs, idleMs } = this.#patience;
    this.#timer =
      this.#waiting.size > 0
        ? setTimeout(() => this.#lose(worker), silenceMs)
        : setTimeout(() => this.#free(worker), idleMs);
  }

  #lose(worker: Worker): void {
    this.#losses++;
    this.#free(worker);
    for (const { reject } of this.#waiting.values()) reject(new WorkerLost());
    this.#waiting.clear();
  }

  #free(worker: Worker): void {
    clearTimeout(this.#timer);
    this.#worker = undefined;
    worker.terminate();
  }
}
