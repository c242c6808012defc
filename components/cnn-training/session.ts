import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isAbsence } from '../internal/absence.ts';
import { announce, prepareAnnouncer } from '../internal/announcer.ts';
import { CnnErrorEvent } from '../internal/events/cnn-error-event.ts';
import { CnnProgressEvent } from '../internal/events/cnn-progress-event.ts';
import { inGpuSlot } from '../internal/gpu-slot.ts';
import type { Phase } from '../internal/phase.ts';
import { Viewport } from '../internal/viewport.ts';
import { explain, t } from '../internal/languages/words.ts';

/** What a run is given. */
export interface SessionRun {
  readonly signal: AbortSignal;
  /** Does a piece of work once the figure is near the viewport and has its slot among the figures of the page. */
  readonly inGpuSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** Something is loaded: a share, 0…1, where that is known. */
  readonly onLoad: (done: number | undefined) => void;
  /** Share of the work, 0…1. */
  readonly onProgress: (done: number) => void;
}

/** Does the work; what it returns is announced. */
type Work = (run: SessionRun) => Promise<() => string>;

/**
 * The life of a figure of many networks: it starts near the viewport, and again when what it shows changes; later runs supersede
 * earlier ones. An error keeps what is there and can be retried.
 */
export class Session implements ReactiveController {
  phase: Phase = 'poster';
  /** 0…1; undefined where it is not known. */
  progress: number | undefined;
  error: Error | undefined;

  readonly #host: ReactiveControllerHost & Element;
  readonly #work: Work;
  readonly #viewport: Viewport;
  #run = new AbortController();
  #begun = false;

  constructor(host: ReactiveControllerHost & Element, work: Work) {
    this.#host = host;
    this.#work = work;
    this.#viewport = new Viewport(host);
    host.addController(this);
  }

  hostConnected(): void {
    prepareAnnouncer();
    if (this.#begun && this.phase !== 'result') void this.start();
  }

  hostDisconnected(): void {
    this.#run.abort();
    if (this.isBusy) this.#enter('poster');
  }

  get isBusy(): boolean {
    return this.phase === 'loading' || this.phase === 'ready' || this.phase === 'running';
  }

  /** There is nothing to compute with. */
  get isAbsent(): boolean {
    return this.phase === 'error' && isAbsence(this.error);
  }

  /** Runs. What runs now is superseded. */
  async start(): Promise<void> {
    this.#begun = true;
    this.#run.abort();
    this.#run = new AbortController();
    const { signal } = this.#run;
    if (!this.#host.isConnected) {
      // It begins when it is in a page again.
      this.#enter('poster');
      return;
    }
    try {
      await this.#viewport.near(signal);
      this.#enter('loading');
      const words = await this.#work(this.#context(signal));
      signal.throwIfAborted();
      this.#enter('result');
      announce(this.#host, () => words());
    } catch (cause) {
      if (!signal.aborted) this.fail(cause);
    }
  }

  /** Stops the run; what is there stays. */
  stop(): void {
    this.#run.abort();
    if (this.#begun && this.phase !== 'result' && this.phase !== 'error') this.#enter('stopped');
  }

  #context(signal: AbortSignal): SessionRun {
    return {
      signal,
      inGpuSlot: async (work) => {
        await this.#viewport.near(signal);
        return inGpuSlot(signal, () => {
          if (this.phase !== 'running') this.#enter('running');
          return work();
        });
      },
      onLoad: (done) => {
        if (!signal.aborted) this.#tell('loading', done);
      },
      onProgress: (done) => {
        if (!signal.aborted) this.#tell('running', done);
      },
    };
  }

  /** Shows what went wrong. */
  fail(cause: unknown): void {
    const error = (this.error = cause instanceof Error ? cause : new Error(String(cause)));
    this.#enter('error');
    // The fallback says it where it stands
    if (!this.isAbsent) announce(this.#host, () => t`The figure failed. ${explain(error)}`);
    this.#host.dispatchEvent(new CnnErrorEvent(error));
  }

  #tell(phase: 'loading' | 'running', progress: number | undefined): void {
    this.progress = progress;
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new CnnProgressEvent(phase, progress));
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.progress = undefined;
    this.#host.requestUpdate();
  }
}
