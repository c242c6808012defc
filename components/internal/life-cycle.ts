import type { ReactiveController } from 'lit';
import type { LoadProgress, Model } from '../../src/internal.ts';
import { isAbsence } from './absence.ts';
import { announce, prepareAnnouncer } from './announcer.ts';
import { CnnErrorEvent } from './events/cnn-error-event.ts';
import { CnnLoadEvent } from './events/cnn-load-event.ts';
import { CnnProgressEvent } from './events/cnn-progress-event.ts';
import { CnnResultEvent, type FigureResult } from './events/cnn-result-event.ts';
import { inGpuSlot } from './gpu-slot.ts';
import { MaterialStore, type MaterialSource } from './material.ts';
import { PageNetwork, type NetworkSource } from './network.ts';
import type { Phase } from './phase.ts';
import { Viewport } from './viewport.ts';
import { explain, t, type Speaker } from './languages/words.ts';

/** What a figure has drawn, and of what. */
export interface Drawn<Result, Material> {
  readonly model: Model;
  readonly material: Material;
  readonly result: Result;
}

/** What a run is given. */
export interface Run<Result, Material> {
  readonly model: Model;
  readonly material: Material;
  readonly signal: AbortSignal;
  /** Does a piece of work once the figure is near the viewport and has its slot among the figures of the page. */
  readonly inGpuSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** Draws a result, or what there is of it. */
  readonly show: (result: Result) => void;
  readonly onProgress: (done: number) => void;
}

/** What a figure draws, and from what. */
export interface Work<Result, Material> {
  /** What is to be loaded: the network, to be run or only to be looked at, and material, where there is more to look at. */
  needs(): {
    readonly network: NetworkSource;
    readonly needsBackend: boolean;
    readonly material: MaterialSource<Material> | undefined;
  };
  /** Whether a run could begin. */
  isReady(): boolean;
  /** Whether it begins before anybody asks for it. */
  startsByItself(): boolean;
  /** Throws ArgumentError for attributes that can mean nothing. */
  check(): void;
  compute(run: Run<Result, Material>): Promise<Result>;
  /** What is announced when the figure is drawn. */
  describe(drawn: Drawn<Result, Material>): string;
}

/**
 * The life of a figure: when it comes near the viewport it loads the network and its material, and runs. Later runs
 * supersede earlier ones; an error keeps what was there and can be retried.
 */
export class LifeCycle<Result extends FigureResult, Material> implements ReactiveController {
  phase: Phase = 'poster';
  /** 0…1; undefined where it is not known. */
  progress: number | undefined;
  bytes: LoadProgress | undefined;
  error: Error | undefined;
  /** The newest network and material that loaded. */
  network: Model | undefined;
  material: Material | undefined;
  drawn: Drawn<Result, Material> | undefined;

  readonly #host: Speaker;
  readonly #work: Work<Result, Material>;
  readonly #viewport: Viewport;
  readonly #pageNetwork: PageNetwork;
  readonly #materials = new MaterialStore<Material>();
  #run = new AbortController();
  /** The run that `drawn` comes from. */
  #drawnBy: AbortController | undefined;
  #begun = false;
  #asked = false;

  constructor(host: Speaker, work: Work<Result, Material>) {
    this.#host = host;
    this.#work = work;
    this.#viewport = new Viewport(host);
    this.#pageNetwork = new PageNetwork(host);
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

  /** What is drawn is about to be replaced. */
  get isStale(): boolean {
    return this.isBusy && this.#drawnBy !== this.#run;
  }

  /** What there is to compute with cannot draw this figure, and never did. */
  get isAbsent(): boolean {
    return this.phase === 'error' && !this.drawn && isAbsence(this.error);
  }

  /** What is drawn, where it is of the material that is shown. */
  get current(): Drawn<Result, Material> | undefined {
    const { drawn } = this;
    return drawn && drawn.material === this.material && drawn.model === this.network ? drawn : undefined;
  }

  /** The material has changed where it comes from. */
  forgetMaterial(): void {
    this.#materials.forget();
  }

  /** Nothing is awaited but that the figure comes near the viewport. */
  get startsByItself(): boolean {
    return this.#asked || this.#work.startsByItself();
  }

  /** Runs, where that was `asked` for or nobody has to. What runs now is superseded. */
  async start({ asked = false }: { readonly asked?: boolean } = {}): Promise<void> {
    this.#asked ||= asked;
    this.#begun = true;
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    const isReady = this.#work.isReady() && this.startsByItself;
    if (!isReady && this.phase !== 'result') this.#enter('poster');
    if (!this.#host.isConnected || !isReady) return;
    try {
      await this.#viewport.near(signal);
      this.#work.check();
      this.#enter('loading');
      const model = await this.#load(signal);
      const material = await this.#fetchMaterial(model, signal);
      this.#enter('ready');
      const result = await this.#work.compute(this.#context(model, material, signal));
      signal.throwIfAborted();
      const drawn = { model, material, result };
      this.#draw(drawn);
      this.#enter('result');
      announce(this.#host, () => this.#work.describe(drawn));
      this.#host.dispatchEvent(new CnnResultEvent(result));
    } catch (cause) {
      if (!signal.aborted) this.fail(cause);
    }
  }

  /** Stops the run; what was drawn stays. */
  stop(): void {
    this.#run.abort();
    if (this.isBusy) this.#enter('stopped');
  }

  /** Shows what went wrong. */
  fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.error = error;
    this.phase = 'error';
    this.#host.requestUpdate();
    // The fallback says it where it stands, and once for each of many figures is too often
    if (!this.isAbsent) announce(this.#host, () => t`The figure failed. ${explain(error)}`);
    this.#host.dispatchEvent(new CnnErrorEvent(error));
  }

  #context(model: Model, material: Material, signal: AbortSignal): Run<Result, Material> {
    return {
      model,
      material,
      signal,
      inGpuSlot: async (work) => {
        await this.#viewport.near(signal);
        return inGpuSlot(signal, () => {
          if (this.phase === 'ready') this.#enter('running');
          return work();
        });
      },
      show: (result) => {
        signal.throwIfAborted();
        this.#draw({ model, material, result });
      },
      onProgress: (done) => {
        if (!signal.aborted) this.#tell('running', done);
      },
    };
  }

  async #load(signal: AbortSignal): Promise<Model> {
    const onProgress = (bytes: LoadProgress): void => {
      if (signal.aborted) return;
      const { loadedBytes, totalBytes } = bytes;
      this.bytes = bytes;
      this.#tell('loading', totalBytes === undefined ? undefined : loadedBytes / totalBytes);
    };
    const { network, needsBackend } = this.#work.needs();
    const loaded = await this.#pageNetwork[needsBackend ? 'open' : 'load'](network, signal, onProgress);
    if (this.network !== loaded) {
      this.network = loaded;
      this.#host.requestUpdate();
      this.#host.dispatchEvent(new CnnLoadEvent(loaded));
    }
    return loaded;
  }

  async #fetchMaterial(model: Model, signal: AbortSignal): Promise<Material> {
    const { material } = this.#work.needs();
    if (material) this.material = await this.#materials.fetch(material, model, signal);
    // Where there is none it is undefined, and so is the type
    return this.material as Material;
  }

  #tell(phase: 'loading' | 'running', progress: number | undefined): void {
    this.progress = progress;
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new CnnProgressEvent(phase, progress));
  }

  #draw(drawn: Drawn<Result, Material>): void {
    this.drawn = drawn;
    this.#drawnBy = this.#run;
    this.#host.requestUpdate();
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.progress = undefined;
    if (phase === 'loading') this.bytes = undefined;
    this.#host.requestUpdate();
  }
}
