import type { Answer, Order } from './job.ts';
import { unpackError } from './pack-error.ts';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Buffers that are handed over instead of copied. */
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
  /** For another job, before it is freed; `Infinity` where it holds something. */
  readonly idleMs: number;
}

export const PATIENCE: Patience = { startMs: 8000, silenceMs: 20_000, idleMs: 10_000 };

/** How a Worker is opened: `isUp` resolves to whether it has said that it is ready. */
export type Opener = (isUp: (worker: Worker) => Promise<boolean>) => Promise<Worker | undefined>;

/** The Worker died, or is of another build: nothing was done. */
export class WorkerLost extends Error {}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: AskOptions['onProgress'];
}

/** A Worker that does the jobs of its table, and how it is asked. */
export class Line {
  readonly #patience: Patience;
  readonly #onEnd: (lost: boolean) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ids = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Undefined where there can be no Worker. `onEnd` is called when it was lost, or freed because nobody needed it. */
  static async open(opener: Opener, patience: Patience, onEnd: (lost: boolean) => void): Promise<Line | undefined> {
    const line = new Line(patience, onEnd);
    const worker = await opener((worker) => line.#isUp(worker)).catch(() => undefined);
    return worker && line;
  }

  private constructor(patience: Patience, onEnd: (lost: boolean) => void) {
    this.#patience = patience;
    this.#onEnd = onEnd;
  }

  /** What a job gives. Throws what it throws; the signal's reason as soon as it fires; {@link WorkerLost}. */
  async ask(job: string, args: unknown, { signal, transfer = [], onProgress }: AskOptions = {}): Promise<unknown> {
    const worker = this.#worker;
    if (!worker) throw new WorkerLost();
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
      this.#wait();
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      order({ kind: 'start', id, job, args }, transfer);
      this.#wait();
      return await answered;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#waiting.delete(id);
    }
  }

  /** Ends the Worker; whoever waits hears that it is lost. */
  close(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new WorkerLost());
    this.#waiting.clear();
  }

  #isUp(worker: Worker): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (up: boolean): void => {
        clearTimeout(timer);
        worker.onmessage = worker.onmessageerror = worker.onerror = null;
        if (up) this.#listen(worker);
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
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#hear(data);
      this.#wait();
    };
    worker.onmessageerror = worker.onerror = (event: Event) => {
      // The work is done elsewhere: nothing failed that the page should hear of
      event.preventDefault();
      this.#end(true);
    };
    this.#wait();
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

  /** For the next sign of life, or for another job. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#worker) return;
    const { silenceMs, idleMs } = this.#patience;
    const busy = this.#waiting.size > 0;
    if (busy || idleMs < Infinity) this.#timer = setTimeout(() => this.#end(busy), busy ? silenceMs : idleMs);
  }

  #end(lost: boolean): void {
    this.close();
    this.#onEnd(lost);
  }
}
