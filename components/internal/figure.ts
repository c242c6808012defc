import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  parsePreprocessing,
  UnpoolError,
  UnsupportedEnvironmentError,
  type AdapterDescription,
  type ImageSource,
  type Model,
  type Sample,
} from '../../src/index.ts';
import { announce } from './announcer.ts';
import { optionalText } from './attributes.ts';
import { CnnErrorEvent } from './events/cnn-error-event.ts';
import { CnnLoadEvent } from './events/cnn-load-event.ts';
import { CnnProgressEvent } from './events/cnn-progress-event.ts';
import { CnnResultEvent } from './events/cnn-result-event.ts';
import { leaseModel, type Lease } from './models.ts';
import { enqueue } from './queue.ts';

/** What a figure is doing. */
export type Phase = 'poster' | 'loading' | 'running' | 'result' | 'cancelled' | 'error';

/** What a run is given. */
export interface Run {
  readonly model: Model;
  readonly sample: Sample;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
  /** Does a piece of work when its turn comes among the figures of the page and the figure is near the viewport. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Attributes after whose change the network or the picture has to be loaded again. */
const SOURCES = ['model', 'manifest', 'preprocessing', 'labels', 'src', 'image'] as const;

const NEAR = '300px';

/**
 * A figure drawn by a network: loads the network and the picture when it comes near the viewport, runs, and runs again
 * when an attribute changes. Later runs supersede earlier ones; an error keeps what was there and can be retried.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-error - something failed
 */
export abstract class CnnFigure<Result> extends LitElement {
  /** Name of a bundled network, or the address of an ONNX file. */
  @property({ reflect: true }) model = 'squeezenet1.1';
  /** Address of the list that names refer to; the bundled one by default. */
  @property(optionalText) manifest: string | undefined;
  /** How pictures become inputs, as JSON; for networks that no manifest describes. */
  @property(optionalText) preprocessing: string | undefined;
  /** Address of a JSON list of class names. */
  @property(optionalText) labels: string | undefined;
  /** Address of the picture. */
  @property({ ...optionalText, reflect: true }) src: string | undefined;
  /** A picture instead of `src`: file, canvas, video frame… */
  @property({ attribute: false }) image: ImageSource | undefined;
  /** Description of the picture, for those who do not see it. */
  @property() alt = 'the picture';
  /** Leaves the controls out, for a figure that stays as its author made it. */
  @property({ type: Boolean, attribute: 'no-controls' }) noControls = false;

  @state() protected phase: Phase = 'poster';
  @state() protected progress: number | undefined;
  @state() protected error: Error | undefined;
  @state() protected network: Model | undefined;
  @state() protected sample: Sample | undefined;

  #lease: (Lease & { readonly key: string }) | undefined;
  #prepared: { readonly model: Model; readonly source: ImageSource; readonly sample: Promise<Sample> } | undefined;
  #run = new AbortController();
  #observer: IntersectionObserver | undefined;
  #near = false;
  #onNear: (() => void)[] = [];

  /** Names of the properties after whose change the figure runs again. */
  protected abstract readonly inputs: readonly string[];

  /** Does the work and keeps what it shows; may show parts on the way. */
  protected abstract compute(run: Run): Promise<Result>;

  /** What is announced when the figure is drawn. */
  protected abstract describe(result: Result): string;

  /** The figure's own part of the page. */
  protected abstract renderFigure(): TemplateResult;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#setNear(entries.at(-1)!.isIntersecting);
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
    if (this.hasUpdated) void this.restart();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#near = false;
    this.#run.abort();
    this.#release();
  }

  protected override updated(changed: PropertyValues): void {
    if ([...SOURCES, ...this.inputs].some((name) => changed.has(name))) void this.restart();
  }

  /** Runs again from the start of what has changed. What runs now is superseded. */
  async restart(): Promise<void> {
    this.#run.abort();
    const source = this.image ?? this.src;
    if (!this.isConnected || source === undefined) return;
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    try {
      await this.#whenNear(signal);
      this.phase = 'loading';
      this.error = undefined;
      this.progress = undefined;
      const model = await this.#load(signal);
      const sample = await this.#prepare(model, source, signal);
      this.network = model;
      this.sample = sample;
      this.phase = 'running';
      const result = await this.compute({
        model,
        sample,
        signal,
        onProgress: (done) => {
          if (!signal.aborted) this.#report('running', done);
        },
        turn: async (work) => {
          await this.#whenNear(signal);
          return enqueue(signal, work);
        },
      });
      signal.throwIfAborted();
      this.phase = 'result';
      announce(this.describe(result));
      this.dispatchEvent(new CnnResultEvent(result));
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause);
    }
  }

  /** Stops the run; what was drawn stays. */
  cancel(): void {
    this.#run.abort();
    if (this.phase === 'loading' || this.phase === 'running') this.phase = 'cancelled';
  }

  /** Who does the arithmetic. */
  protected get adapter(): AdapterDescription | undefined {
    return this.network?.backend.adapter;
  }

  protected override render(): TemplateResult {
    return html`<figure part="figure" aria-busy=${this.phase === 'loading' || this.phase === 'running'}>
      ${
        this.error instanceof UnsupportedEnvironmentError
          ? html`<div class="error" part="error"><p>${this.error.message}</p></div>
              <slot></slot>`
          : this.renderFigure()
      }
      ${this.#renderStatus()}
      <slot name="caption"></slot>
    </figure>`;
  }

  #renderStatus(): TemplateResult {
    const { phase, error } = this;
    if (phase === 'error') {
      const code = error instanceof UnpoolError ? error.code : 'unexpected';
      return html`<div class="status error" part="error">
        <p><strong>${code}</strong> ${error?.message}</p>
        <button type="button" @click=${() => void this.restart()}>Try again</button>
      </div>`;
    }
    const busy = phase === 'loading' || phase === 'running';
    const words = {
      poster:
        this.src === undefined && this.image === undefined ? 'No picture yet.' : 'Starts when it comes into view.',
      loading: 'Loading the network…',
      running: 'Running the network…',
      result: '',
      cancelled: 'Stopped.',
    }[phase];
    return html`<div class="status" part="status">
      <span>${words}</span>
      ${
        busy
          ? html`<progress aria-label=${words} max="1" .value=${this.progress ?? nothing}></progress>
              <button
                type="button"
                @click=${() => {
                  this.cancel();
                }}
              >
                Stop
              </button>`
          : nothing
      }
      ${phase === 'cancelled' ? html`<button type="button" @click=${() => void this.restart()}>Run</button>` : nothing}
    </div>`;
  }

  /** Who made the figure, under it. */
  protected renderAdapter(ms: number | undefined): TemplateResult {
    const { adapter } = this;
    if (!adapter) return html``;
    const kind = adapter.software ? ', a software adapter: no GPU is used' : '';
    const time = ms === undefined ? '' : ` · ${ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`}`;
    return html`<p class="muted" part="adapter">${this.network!.name} · ${adapter.name}${kind}${time}</p>`;
  }

  /** The picture before anything is computed. */
  protected renderPoster(): TemplateResult {
    return this.src === undefined || this.image !== undefined
      ? html`<canvas part="poster" role="img" aria-label=${this.alt}></canvas>`
      : html`<img part="poster" src=${this.src} alt=${this.alt} @error=${ignore} />`;
  }

  async #load(signal: AbortSignal): Promise<Model> {
    const { model, manifest, preprocessing, labels } = this;
    const key = JSON.stringify([model, manifest, preprocessing, labels]);
    if (this.#lease?.key !== key) {
      this.#release();
      const options = {
        manifest: absolute(manifest),
        labels: absolute(labels),
        preprocessing:
          preprocessing === undefined ? undefined : parsePreprocessing(parseJson(preprocessing), 'preprocessing'),
      };
      const lease = leaseModel(key, model, options, ({ loadedBytes, totalBytes }) => {
        this.#report('loading', totalBytes === undefined ? undefined : loadedBytes / totalBytes);
      });
      this.#lease = { key, ...lease };
    }
    const lease = this.#lease;
    try {
      const loaded = await lease.model;
      signal.throwIfAborted();
      if (this.network !== loaded) this.dispatchEvent(new CnnLoadEvent(loaded));
      return loaded;
    } catch (error) {
      if (this.#lease === lease && !signal.aborted) this.#release();
      throw error;
    }
  }

  #prepare(model: Model, source: ImageSource, signal: AbortSignal): Promise<Sample> {
    const known = this.#prepared;
    if (known?.model === model && known.source === source) return known.sample;
    const sample = model.prepare(source, { signal });
    const prepared = { model, source, sample };
    this.#prepared = prepared;
    sample.catch(() => {
      if (this.#prepared === prepared) this.#prepared = undefined;
    });
    return sample;
  }

  #release(): void {
    this.#lease?.release();
    this.#lease = undefined;
    this.#prepared = undefined;
  }

  #report(phase: 'loading' | 'running', done: number | undefined): void {
    this.progress = done;
    this.dispatchEvent(new CnnProgressEvent(phase, done));
  }

  #fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.error = error;
    this.phase = 'error';
    announce(`The figure failed: ${error.message}`);
    this.dispatchEvent(new CnnErrorEvent(error));
  }

  #setNear(near: boolean): void {
    this.#near = near;
    if (!near) return;
    for (const resolve of this.#onNear.splice(0)) resolve();
  }

  async #whenNear(signal: AbortSignal): Promise<void> {
    if (!this.#near) await new Promise<void>((resolve) => this.#onNear.push(resolve));
    signal.throwIfAborted();
  }
}

/** The run reports a picture that does not load; the poster need not. */
function ignore(event: Event): void {
  event.stopPropagation();
}

/** Attributes are relative to the page, the manifest's own entries to the manifest. */
function absolute(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url, document.baseURI).href;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArgumentError('the attribute is not JSON', { where: 'preprocessing', got: text, cause });
  }
}
