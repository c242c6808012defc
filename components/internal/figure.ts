import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ArgumentError, checkChoice, type Model } from '../../src/internal.ts';
import { absence } from './absence.ts';
import { flag, text } from './attributes.ts';
import { drawCanvases } from './canvas.ts';
import type { FigureResult } from './events/cnn-result-event.ts';
import { LifeCycle, type Drawn, type Run } from './life-cycle.ts';
import { t } from './languages/words.ts';
import type { MaterialSource } from './material.ts';
import type { NetworkSource } from './network.ts';
import type { Phase } from './phase.ts';
import { storedText } from './provenance.ts';
import { roomIn } from './room.ts';
import { StoredResult } from './stored-result.ts';
import { onPaper, statusLine } from './status.ts';
import { TypedElement } from './typed-element.ts';

const STARTS = ['visible', 'click', 'never'] as const;

/**
 * A figure drawn by a network: what its author can set and how it is shown. Its life is a {@link LifeCycle}, and what it
 * looks at besides the network comes from a {@link MaterialSource}. It runs again when an attribute changes.
 *
 * @csspart poster - the author’s picture, until the figure is computed
 */
export abstract class CnnFigure<Result extends FigureResult, Material = undefined> extends TypedElement {
  /** Name of a bundled network, or the address of an ONNX file. */
  @property(text('squeezenet1.1-fp16')) model = 'squeezenet1.1-fp16';
  /** Address of the list that names refer to; the bundled one by default. */
  @property(text()) manifest: string | undefined;
  /** How pictures become inputs, as JSON; for networks that no manifest describes. */
  @property(text()) preprocessing: string | undefined;
  /** Who computes: `auto`, `webgpu` or `cpu`. */
  @property(text('auto')) backend = 'auto';
  /** When it computes: as soon as it is `visible`, on a `click`, or `never`. With a `result` not before a click. */
  @property(text('visible')) start: 'visible' | 'click' | 'never' = 'visible';
  /** Address of a picture that stands in the figure's place until it is computed. */
  @property(text()) poster: string | undefined;
  /** Address of a stored figure, as "Save figure" makes it: it is shown at once, without the network. */
  @property(text()) result: string | undefined;
  /** Leaves the controls out, for a figure that stays as its author made it. */
  @property({ ...flag(), attribute: 'no-controls' }) noControls = false;

  readonly #life: LifeCycle<Result, Material>;
  readonly #stored = new StoredResult(this, (cause) => {
    this.fail(cause);
  });
  /** The error is that what is drawn cannot be painted as the attributes ask. */
  #paintError: Error | undefined;

  /** Names of the properties after whose change the figure runs again, besides those of the network and the material. */
  protected abstract readonly inputs: readonly string[];
  protected readonly source: MaterialSource<Material> | undefined;
  /** The network is run, and not only looked at: without a backend nothing is worth its download. */
  protected readonly needsBackend: boolean = true;

  constructor() {
    super();
    this.#life = new LifeCycle<Result, Material>(this, {
      needs: () => ({ network: this.networkSource, material: this.source, needsBackend: this.needsBackend }),
      isReady: () => this.missing === undefined,
      startsByItself: () => !['click', 'never'].includes(this.start) && this.result === undefined,
      check: () => {
        checkChoice('start', this.start, STARTS);
        this.checkNumbers(this.inputs);
      },
      compute: (run) => this.compute(run),
      describe: (drawn) => this.describe(drawn),
    });
  }

  /** Does the work; shows parts on the way. */
  protected abstract compute(run: Run<Result, Material>): Promise<Result>;

  /** What is announced when the figure is drawn. */
  protected abstract describe(drawn: Drawn<Result, Material>): string;

  /** Turns what is drawn into pictures, before each rendering. May throw ArgumentError. */
  protected paint?(drawn: Drawn<Result, Material>): void;

  protected abstract renderControls(): TemplateResult;

  /** The figure's own part of the page. */
  protected abstract renderFigure(): TemplateResult;

  /** Shown where nothing can be computed and the author says nothing else. */
  protected renderPoster(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** Said while something is missing without which it cannot begin. */
  protected get missing(): string | undefined {
    return undefined;
  }

  /** By the names of the properties that say it. */
  protected get networkSource(): NetworkSource {
    const { model, manifest, preprocessing, backend } = this;
    return { model, manifest, preprocessing, backend };
  }

  /** What the figure is doing; to be read. */
  get phase(): Phase {
    return this.#life.phase;
  }

  /** The newest network and material that loaded. */
  protected get network(): Model | undefined {
    return this.#life.network;
  }

  protected get material(): Material | undefined {
    return this.#life.material;
  }

  protected get drawn(): Drawn<Result, Material> | undefined {
    return this.#life.drawn;
  }

  /** What is drawn, where it is of the material that is shown. */
  protected get current(): Drawn<Result, Material> | undefined {
    return this.#life.current;
  }

  /** What is drawn is about to be replaced. */
  protected get stale(): boolean {
    return this.#life.isStale;
  }

  /** Runs again, material included. What runs now is superseded. */
  async restart(): Promise<void> {
    this.#life.forgetMaterial();
    await this.#life.start({ asked: true });
  }

  /**
   * The figure as it is drawn, as a file for the attribute `result`: what is seen, the numbers and the settings behind it, and what
   * made them. Throws ArgumentError while nothing is drawn.
   */
  async store(): Promise<Blob> {
    const { drawn } = this;
    if (!drawn) throw new ArgumentError('nothing is drawn', { remedy: 'Wait for the event "cnn-result".' });
    await this.updateComplete;
    return (await import('./stored/capture.ts')).captureFigure(this, drawn.model.name, drawn.result);
  }

  /** Stops the run; what was drawn stays. */
  stop(): void {
    this.#life.stop();
  }

  /** Shows what went wrong. */
  protected fail(cause: unknown): void {
    this.#life.fail(cause);
  }

  protected override createRenderRoot(): HTMLElement {
    return roomIn(super.createRenderRoot());
  }

  protected override willUpdate(): void {
    const life = this.#life;
    if (!life.drawn) return;
    const before = life.phase === 'error' && life.error === this.#paintError ? life.error : undefined;
    try {
      this.paint?.(life.drawn);
      if (before) life.phase = 'result';
    } catch (cause) {
      // While a run is under way it is the run that will say so.
      if (life.phase !== 'result' && !before) return;
      if (cause instanceof Error && cause.message === before?.message) return;
      life.fail(cause);
      this.#paintError = life.error;
    }
  }

  protected override updated(changed: PropertyValues): void {
    drawCanvases(this.renderRoot);
    void this.#stored.show(this.result);
    const sources = [...Object.keys(this.networkSource), ...(this.source?.properties ?? [])];
    const isOther = sources.some((name) => changed.has(name));
    if (isOther) this.#life.forgetMaterial();
    if (isOther || this.inputs.some((name) => changed.has(name))) void this.#life.start();
  }

  protected override render(): TemplateResult {
    const { phase, progress, bytes, error, drawn, isBusy, isAbsent } = this.#life;
    if (isAbsent) return this.#renderFallback(error!);
    const stored = drawn ? undefined : this.#stored.opened;
    return html`<figure part="figure" aria-busy=${isBusy}>
      ${stored?.content ?? this.#renderOwn(drawn !== undefined)}
      ${statusLine({
        phase,
        progress,
        bytes,
        error,
        ms: drawn?.result.ms,
        waiting: stored ? storedText(stored) : (this.missing ?? this.#waitingText()),
        mayStart:
          phase === 'poster' && this.start !== 'never' && !this.#life.startsByItself && this.missing === undefined,
        onStart: () => void this.restart(),
        onSave: this.noControls ? undefined : () => this.#save(),
        onStop: () => {
          this.stop();
        },
      })}
      <slot name="caption"></slot>
    </figure>`;
  }

  #renderOwn(isDrawn: boolean): TemplateResult {
    if (isDrawn) return html`${this.#renderOwnControls()} ${this.renderFigure()}`;
    return html`${this.#renderOwnControls()} ${onPaper(this.#renderPoster())} ${this.#renderBefore()}`;
  }

  async #save(): Promise<void> {
    const [file, { save }] = await Promise.all([this.store(), import('./save.ts')]);
    save(file, `${this.localName}.unpool`);
  }

  #waitingText(): string {
    if (this.start === 'never') return '';
    return this.#life.startsByItself ? t('Starts when it comes into view.') : t('Starts when you ask for it.');
  }

  /** The author's picture, in place of the figure, until there is something to show. */
  #renderBefore(): TemplateResult | typeof nothing {
    return this.poster === undefined ? this.renderFigure() : this.#renderPoster();
  }

  #renderPoster(): TemplateResult | typeof nothing {
    if (this.poster === undefined) return this.renderPoster();
    return html`<img class="poster" part="poster" src=${this.poster} alt=${this.getAttribute('alt') ?? ''} />`;
  }

  #renderOwnControls(): TemplateResult | typeof nothing {
    return this.noControls ? nothing : html`<div class="controls" part="controls">${this.renderControls()}</div>`;
  }

  /** The author's fallback is the figure then. Where a network is there, another layer may do. */
  #renderFallback(error: Error): TemplateResult {
    return html`<figure part="figure">
      ${this.network ? this.#renderOwnControls() : nothing}
      ${absence(this, error, this.#stored.opened?.content ?? this.#renderPoster(), () => void this.restart())}
      <slot name="caption"></slot>
    </figure>`;
  }
}
