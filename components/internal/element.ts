import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { HeadKind, LoadProgress, Model } from '../../src/internal.ts';
import { announce, prepareAnnouncer } from './announcer.ts';
import { flag, text } from './attributes.ts';
import { drawCanvases } from './canvas.ts';
import { CnnErrorEvent } from './events/cnn-error-event.ts';
import { CnnLoadEvent } from './events/cnn-load-event.ts';
import { CnnProgressEvent } from './events/cnn-progress-event.ts';
import { CnnResultEvent, type FigureResult } from './events/cnn-result-event.ts';
import { PageNetwork } from './network.ts';
import { enqueue } from './queue.ts';
import { absence, isAbsence } from './absence.ts';
import { roomIn } from './room.ts';
import { onPaper, statusLine } from './status.ts';
import { TypedElement } from './typed-element.ts';
import { Viewport } from './viewport.ts';

/** What a figure is doing. `ready`: network and material are there, other figures are at work. */
export type Phase = 'poster' | 'loading' | 'ready' | 'running' | 'result' | 'stopped' | 'error';

/** What a figure has drawn, and of what. */
export interface Drawn<Result, Material> {
  readonly model: Model;
  readonly sample: Material;
  readonly result: Result;
}

/** What a run is given. */
export interface Run<Result, Material> {
  readonly model: Model;
  readonly sample: Material;
  readonly signal: AbortSignal;
  /** Does a piece of work when its turn comes among the figures of the page and the figure is near the viewport. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Draws a result, or what there is of it. */
  readonly show: (result: Result) => void;
  readonly onProgress: (done: number) => void;
}

/** Properties after whose change another network is at work. */
const NETWORK = ['model', 'manifest', 'preprocessing', 'labels', 'logits', 'head'] as const;

/**
 * A figure drawn by a network: loads the network and what it is to look at, its material, when the figure comes near the
 * viewport, runs, and runs again when an attribute changes. Later runs supersede earlier ones; an error keeps what was
 * there and can be retried.
 */
export abstract class CnnElement<Result extends FigureResult, Material> extends TypedElement {
  /** Name of a bundled network, or the address of an ONNX file. */
  @property(text('squeezenet1.1-fp16')) model = 'squeezenet1.1-fp16';
  /** Address of the list that names refer to; the bundled one by default. */
  @property(text()) manifest: string | undefined;
  /** How pictures become inputs, as JSON; for networks that no manifest describes. */
  @property(text()) preprocessing: string | undefined;
  /** Address of a JSON list of class names. */
  @property(text()) labels: string | undefined;
  /** Tensor of the class scores, where the one that is found in the file is not meant. */
  @property(text()) logits: string | undefined;
  /** What they mean: `one-of-many`, `several-of-many`, `yes-or-no` or `values`; found in the file by default. */
  @property(text()) head: HeadKind | undefined;
  /** Leaves the controls out, for a figure that stays as its author made it. */
  @property({ ...flag(), attribute: 'no-controls' }) noControls = false;

  /** What the figure is doing; to be read. */
  @state() phase: Phase = 'poster';
  /** The newest network and material that loaded. */
  @state() protected network: Model | undefined;
  @state() protected sample: Material | undefined;
  @state() protected drawn: Drawn<Result, Material> | undefined;
  @state() private progress: number | undefined;
  @state() private bytes: LoadProgress | undefined;
  @state() private error: Error | undefined;

  /** The error is that what is drawn cannot be painted as the attributes ask. */
  #paintError: Error | undefined;
  #run = new AbortController();
  /** The run that `drawn` comes from. */
  #drawnBy: AbortController | undefined;
  /** What `sample` was made from, unless it is out of date. */
  #sampled: { readonly model: Model; readonly source: unknown } | undefined;
  readonly #viewport = new Viewport(this);
  readonly #pageNetwork = new PageNetwork(this);

  /** Names of the properties that say what to look at. */
  protected abstract readonly sources: readonly string[];
  /** Names of the other properties after whose change the figure runs again. */
  protected abstract readonly inputs: readonly string[];
  /** What is to be looked at; undefined where nothing is yet. */
  protected abstract readonly source: unknown;
  /** Said where there is nothing yet. */
  protected abstract readonly nothingYet: string;

  /** The network is run, and not only looked at: without a backend nothing is worth its download. */
  protected readonly runs: boolean = true;

  /** Fetches the material. */
  protected abstract prepare(model: Model, signal: AbortSignal): Promise<Material>;

  /** Does the work; shows parts on the way. */
  protected abstract compute(run: Run<Result, Material>): Promise<Result>;

  /** Turns what is drawn into pictures, before each rendering. May throw ArgumentError. */
  protected abstract paint(drawn: Drawn<Result, Material>): void;

  /** What is announced when the figure is drawn. */
  protected abstract describe(drawn: Drawn<Result, Material>): string;

  protected abstract renderControls(): TemplateResult;

  /** The figure's own part of the page. */
  protected abstract renderFigure(): TemplateResult;

  /** Runs again, material included. What runs now is superseded. */
  async restart(): Promise<void> {
    this.#sampled = undefined;
    await this.#start();
  }

  /** Stops the run; what was drawn stays. */
  stop(): void {
    this.#run.abort();
    if (this.#busy) this.phase = 'stopped';
  }

  protected override createRenderRoot(): HTMLElement {
    return roomIn(super.createRenderRoot());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    prepareAnnouncer();
    if (this.hasUpdated && this.phase !== 'result') void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#run.abort();
    if (this.#busy) this.phase = 'poster';
  }

  protected override willUpdate(): void {
    if (!this.drawn) return;
    try {
      this.paint(this.drawn);
      if (this.phase === 'error' && this.error === this.#paintError) this.phase = 'result';
    } catch (cause) {
      // While a run is under way it is the run that will say so.
      const before = this.phase === 'error' && this.error === this.#paintError ? this.error : undefined;
      if (this.phase !== 'result' && !before) return;
      if (cause instanceof Error && cause.message === before?.message) return;
      this.fail(cause);
      this.#paintError = this.error;
    }
  }

  protected override updated(changed: PropertyValues): void {
    drawCanvases(this.renderRoot);
    const sources = [...NETWORK, ...this.sources].some((name) => changed.has(name));
    if (sources) this.#sampled = undefined;
    if (sources || this.inputs.some((name) => changed.has(name))) void this.#start();
  }

  /** What is drawn, where it is of the material that is shown. */
  protected get current(): Drawn<Result, Material> | undefined {
    const { drawn } = this;
    return drawn && drawn.sample === this.sample && drawn.model === this.network ? drawn : undefined;
  }

  /** What is drawn is about to be replaced. */
  protected get stale(): boolean {
    return this.#busy && this.#drawnBy !== this.#run;
  }

  protected override render(): TemplateResult {
    const { phase, progress, bytes, error } = this;
    if (this.#absent) return this.#renderFallback(error!);
    return html`<figure part="figure" aria-busy=${this.#busy}>
      ${this.#renderOwnControls()} ${this.drawn ? nothing : onPaper(this.renderPoster())} ${this.renderFigure()}
      ${statusLine({
        phase,
        progress,
        bytes,
        error,
        ms: this.drawn?.result.ms,
        waiting: this.source === undefined ? this.nothingYet : 'Starts when it comes into view.',
        onStart: () => void this.restart(),
        onStop: () => {
          this.stop();
        },
      })}
      <slot name="caption"></slot>
    </figure>`;
  }

  /** Shown where nothing can be computed and the author says nothing else. */
  protected renderPoster(): TemplateResult {
    return html``;
  }

  #renderOwnControls(): TemplateResult | typeof nothing {
    return this.noControls ? nothing : html`<div class="controls" part="controls">${this.renderControls()}</div>`;
  }

  /** The author's fallback is the figure then. Where a network is there, another layer may do. */
  #renderFallback(error: Error): TemplateResult {
    return html`<figure part="figure">
      ${this.network ? this.#renderOwnControls() : nothing}
      ${absence(this, error, this.renderPoster(), () => void this.restart())}
      <slot name="caption"></slot>
    </figure>`;
  }

  /** What there is to compute with cannot draw this figure, and never did. */
  get #absent(): boolean {
    return this.phase === 'error' && !this.drawn && isAbsence(this.error);
  }

  get #busy(): boolean {
    return this.phase === 'loading' || this.phase === 'ready' || this.phase === 'running';
  }

  async #start(): Promise<void> {
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    if (this.source === undefined && this.phase !== 'result') this.phase = 'poster';
    if (!this.isConnected || this.source === undefined) return;
    try {
      await this.#viewport.near(signal);
      this.checkNumbers(this.inputs);
      this.#enter('loading');
      const model = await this.#load(signal);
      const sample = await this.#prepare(model, signal);
      this.#enter('ready');
      const result = await this.compute(this.#context(model, sample, signal));
      signal.throwIfAborted();
      const drawn = { model, sample, result };
      this.#draw(drawn);
      this.#enter('result');
      announce(this.describe(drawn));
      this.dispatchEvent(new CnnResultEvent(result));
    } catch (cause) {
      if (!signal.aborted) this.fail(cause);
    }
  }

  #context(model: Model, sample: Material, signal: AbortSignal): Run<Result, Material> {
    return {
      model,
      sample,
      signal,
      turn: async (work) => {
        await this.#viewport.near(signal);
        return enqueue(signal, () => {
          if (this.phase === 'ready') this.#enter('running');
          return work();
        });
      },
      show: (result) => {
        signal.throwIfAborted();
        this.#draw({ model, sample, result });
      },
      onProgress: (done) => {
        if (signal.aborted) return;
        this.progress = done;
        this.dispatchEvent(new CnnProgressEvent('running', done));
      },
    };
  }

  async #load(signal: AbortSignal): Promise<Model> {
    const { model, manifest, preprocessing, labels, logits, head } = this;
    const source = { model, manifest, preprocessing, labels, logits, head };
    const onProgress = (bytes: LoadProgress): void => {
      if (signal.aborted) return;
      const { loadedBytes, totalBytes } = bytes;
      this.bytes = bytes;
      this.progress = totalBytes === undefined ? undefined : loadedBytes / totalBytes;
      this.dispatchEvent(new CnnProgressEvent('loading', this.progress));
    };
    const network = this.#pageNetwork;
    const loaded = await (this.runs
      ? network.open(source, signal, onProgress)
      : network.load(source, signal, onProgress));
    if (this.network !== loaded) {
      this.network = loaded;
      this.dispatchEvent(new CnnLoadEvent(loaded));
    }
    return loaded;
  }

  async #prepare(model: Model, signal: AbortSignal): Promise<Material> {
    const { source } = this;
    const known = this.#sampled;
    if (this.sample && known?.model === model && known.source === source) return this.sample;
    const sample = await this.prepare(model, signal);
    signal.throwIfAborted();
    this.sample = sample;
    this.#sampled = { model, source };
    return sample;
  }

  #draw(drawn: Drawn<Result, Material>): void {
    this.drawn = drawn;
    this.#drawnBy = this.#run;
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.progress = undefined;
    if (phase === 'loading') this.bytes = undefined;
  }

  /** Shows what went wrong. */
  protected fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.error = error;
    this.phase = 'error';
    // The fallback says it where it stands, and once for each of many figures is too often
    if (!this.#absent) announce(`The figure failed. ${error.message}`);
    this.dispatchEvent(new CnnErrorEvent(error));
  }
}
