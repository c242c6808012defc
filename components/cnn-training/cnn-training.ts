import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import {
  ArgumentError,
  checkWhole,
  float32,
  holdSharedBackend,
  MAX_CHANNELS,
  parseBackend,
  parseChannels,
  parseNames,
  parsePreprocessing,
  tsne,
  type Backend,
} from '../../src/internal.ts';
import { TrainingStudy, type LayerThen, type Recording, type RecordedCheckpoint } from '../../src/training.ts';
import { absence } from '../internal/absence.ts';
import { flag, numeric, text } from '../internal/attributes.ts';
import { canvas, drawCanvases } from '../internal/canvas.ts';
import { button, select, words } from '../internal/controls.ts';
import { curve, curveStyles, type Line } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnResultEvent } from '../internal/events/cnn-result-event.ts';
import type { Phase } from '../internal/phase.ts';
import { Player } from '../internal/player.ts';
import { adapterText } from '../internal/provenance.ts';
import { roomIn } from '../internal/room.ts';
import { onPaper, statusLine } from '../internal/status.ts';
import { figureStyles } from '../internal/styles.ts';
import { CnnStorable, type Storable } from '../internal/storable.ts';
import { frameOf, type Frame, type Shot } from './film.ts';
import { labelLegend, scatter } from './map.ts';
import { convergencePlots, layerLegend } from './plot.ts';
import { numbersOf } from './numbers.ts';
import { Session, type SessionRun } from './session.ts';
import { openPictures, openRecording } from './source.ts';
import { strip } from './strip.ts';
import { trainingStyles } from './styles.ts';
import { momentText, readyText, type Along } from './words.ts';
import { t } from '../internal/languages/words.ts';

/** After whose change everything is another. */
const SOURCES = [
  'recording',
  'checkpoints',
  'bundle',
  'layers',
  'examples',
  'corpus',
  'count',
  'preprocessing',
  'backend',
];
/** After whose change networks are looked at again. */
const SHOTS = ['layer', 'filters', 'units', 'iterations'];
/** Rows of the strip, where nobody chooses units. */
const UNITS = 6;
/** t-SNE finds its first map in more iterations than it takes to follow. */
const FIRST_ITERATIONS = 3;
/** Between two checkpoints that are played, ms. */
const PACE_MS = 900;

/**
 * A recorded training to scrub through: at each checkpoint filters, the strongest stimuli of some channels with their reconstructions
 * (Zeiler & Fergus 2014, figure 4), a map of a fixed set of pictures that moves from step to step, curves, and which layer is first like
 * what it is at the end.
 *
 * @fires cnn-progress - work goes on
 * @fires cnn-result - all checkpoints are drawn
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart time - the slider over the steps
 * @csspart filters - the filters of a layer
 * @csspart map - the pictures as points
 * @csspart stimuli - the strongest stimuli and their reconstructions
 * @csspart stimulus - one of them
 * @csspart reconstruction - what of it drives the channel
 * @csspart curve - accuracy and loss
 * @csspart convergence - how like the end each layer is
 * @csspart ready - which layer is ready first
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-training')
export class CnnTraining extends CnnStorable {
  static override styles: CSSResultGroup = [figureStyles, curveStyles, trainingStyles];

  /** Name of a bundled recording, `fashion-mnist` or `edges`, or the address of a bundle of `packCheckpoints`. */
  @property(text()) recording: string | undefined;
  /** Instead of a bundle: steps and addresses of ONNX files, as `0 start.onnx, 500 later.onnx`. */
  @property(text()) checkpoints: string | undefined;
  /** Instead of both: the bytes of a bundle. */
  @property({ attribute: false }) bundle: Blob | Uint8Array | undefined;
  /** The layer whose channels and map are shown; the last one that makes maps by default. */
  @property(text()) layer: string | undefined;
  /** The layer whose filters are shown; the first convolution by default. */
  @property(text()) filters: string | undefined;
  /** Channels of the layer, as `3, 17`; the strongest by default. */
  @property(text()) units: string | undefined;
  /** Layers that are compared with the end; all that have weights by default. */
  @property(text()) layers: string | undefined;
  /** Name of a bundled set of pictures; that of the recording by default, where there is one. */
  @property(text()) examples: string | undefined;
  /** Address of a corpus of pictures instead. */
  @property(text()) corpus: string | undefined;
  /** Pictures that are taken. */
  @property(numeric(300)) count = 300;
  /** Iterations of the map from one step to the next. */
  @property(numeric(200)) iterations = 200;
  /** The step that is shown: the checkpoint nearest to it; the last one by default. */
  @property(numeric()) step: number | undefined;
  /** How pictures become inputs, as JSON, where the recording does not say it. */
  @property(text()) preprocessing: string | undefined;
  /** Who computes: `auto`, `webgpu` or `cpu`. */
  @property(text('auto')) backend = 'auto';
  /** Leaves the controls out, for a figure that stays as its author made it. */
  @property({ ...flag(), attribute: 'no-controls' }) noControls = false;

  readonly #session = new Session(this, (run) => this.#compute(run));
  readonly #player = new Player(this, () => this.#advance(), PACE_MS);
  #recording: Recording | undefined;
  #study: TrainingStudy | undefined;
  /** The layers by name, once they are known. */
  #layers: readonly LayerThen[] = [];
  #shot: Shot | undefined;
  #frames: (Frame | undefined)[] = [];
  /** Places of the pictures by checkpoint: of the layer in the shot. */
  #places: (Float32Array | undefined)[] = [];

  /** What the figure is doing; to be read. */
  get phase(): Phase {
    return this.#session.phase;
  }

  /** Runs again, the recording included. What runs now is superseded. */
  async restart(): Promise<void> {
    this.ask();
    this.#forget();
    await this.#session.start();
  }

  /** Stops the run; what was drawn stays. */
  stop(): void {
    this.#session.stop();
  }

  /** Goes on from step to step; from the first where it is at the last. */
  play(): void {
    const { last, index } = this.#time();
    if (last < 1) return;
    if (index === last) this.#go(0);
    this.#player.play();
  }

  /** Stays at the checkpoint that is shown. */
  pause(): void {
    this.#player.pause();
  }

  #advance(): boolean {
    const { last, index } = this.#time();
    // What is not there yet is waited for
    const isThere = this.#frames[index + 1] !== undefined || !this.#session.isBusy;
    if (index < last && isThere) this.#go(index + 1);
    return this.#time().index < last;
  }

  /** Where the reader is: a place in the list of checkpoints. */
  #time(): { readonly checkpoints: readonly RecordedCheckpoint[]; readonly last: number; readonly index: number } {
    const checkpoints = this.#recording?.checkpoints ?? [];
    const last = checkpoints.length - 1;
    const { step } = this;
    if (step === undefined || Number.isNaN(step)) return { checkpoints, last, index: last };
    const away = checkpoints.map((checkpoint) => Math.abs(checkpoint.step - step));
    return { checkpoints, last, index: away.indexOf(Math.min(...away)) };
  }

  #go(index: number): void {
    this.step = this.#time().checkpoints[index]!.step;
  }

  #forget(): void {
    this.pause();
    this.#recording = this.#study = this.#shot = undefined;
    this.#layers = [];
    this.#frames = [];
    this.#places = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return roomIn(super.createRenderRoot());
  }

  protected override fail(cause: unknown): void {
    this.#session.fail(cause);
  }

  protected override get drawn(): Storable | undefined {
    const [recording, study, shot] = [this.#recording, this.#study, this.#shot];
    if (!recording || !study || !shot || !this.#isDrawn) return undefined;
    const { title } = recording.about;
    return {
      model: typeof title === 'string' ? title.replace(/\.$/, '') : (this.recording ?? 'checkpoints'),
      numbers: numbersOf({ recording, study, shot, places: this.#places }),
    };
  }

  get #isDrawn(): boolean {
    return this.#frames.some((frame) => frame !== undefined);
  }

  protected override updated(changed: PropertyValues): void {
    drawCanvases(this.renderRoot);
    this.showStored();
    const isOther = SOURCES.some((name) => changed.has(name));
    if (isOther) this.#forget();
    if (!isOther && !SHOTS.some((name) => changed.has(name))) return;
    if (this.isAtRest) return;
    if (this.#isNamed) void this.#session.start();
    else this.#session.stop();
  }

  get #isNamed(): boolean {
    return [this.recording, this.checkpoints, this.bundle].some((source) => source !== undefined);
  }

  async #compute({ signal, inGpuSlot, onLoad, onProgress }: SessionRun): Promise<() => string> {
    this.checkNumbers(['count', 'iterations', 'step']);
    checkWhole('count', this.count, 1, 10_000);
    checkWhole('iterations', this.iterations, 1, 10_000);
    const hold = holdSharedBackend(parseBackend(this.backend));
    try {
      const backend = await hold.backend;
      signal.throwIfAborted();
      const recording = this.#recording ?? (await openRecording(this, signal, onLoad));
      signal.throwIfAborted();
      this.#recording = recording;
      this.requestUpdate();
      const study = (this.#study ??= this.#studyOf(recording));
      const { last } = study;
      // Each is a visit and a map
      const total = 2 * (last + 1);
      await inGpuSlot(() => this.#visit(study, last, signal));
      onProgress(1 / total);
      const order = [this.#time().index, ...recording.checkpoints.keys()].filter((index) => index !== last);
      for (const [done, index] of [...new Set(order)].entries()) {
        await inGpuSlot(() => this.#visit(study, index, signal));
        onProgress((done + 2) / total);
      }
      for (let index = 0; index <= last && (study.pictures?.length ?? 0) > 0; index++) {
        await inGpuSlot(() => this.#embed(backend, study, index, signal));
        onProgress((last + 2 + index) / total);
      }
      this.dispatchEvent(new CnnResultEvent(study));
      return () => t`${last + 1} checkpoints are drawn. ${this.#verdict() ?? ''}`;
    } finally {
      hold.release();
    }
  }

  #studyOf(recording: Recording): TrainingStudy {
    const { about } = recording;
    const names = about['labels'];
    const input = this.preprocessing === undefined ? about['preprocessing'] : parseJson(this.preprocessing);
    const own = typeof about['examples'] === 'string' ? about['examples'] : undefined;
    const examples = this.examples ?? own ?? (this.recording === 'fashion-mnist' ? this.recording : undefined);
    const { corpus, count } = this;
    return new TrainingStudy(recording, {
      backend: parseBackend(this.backend),
      preprocessing: input === undefined ? undefined : parsePreprocessing(input),
      labels: Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined,
      layers: parseNames(this.layers),
      names: namesIn(about['layers']),
      pictures: (model, signal) => openPictures({ examples, corpus, count }, model, signal),
    });
  }

  /** Looks at a checkpoint, where nobody has with these eyes. */
  async #visit(study: TrainingStudy, index: number, signal: AbortSignal): Promise<void> {
    if (index === study.last) {
      if (!study.at(index)) await study.visit(index, () => Promise.resolve(), signal);
      this.#aim(study.at(index)!);
    }
    if (this.#frames[index]) return;
    const shot = this.#shot!;
    const frame = await study.visit(
      index,
      (model, layers) => frameOf(model, layers, study.pictures!, shot, signal),
      signal,
    );
    signal.throwIfAborted();
    this.#frames[index] = frame;
    this.requestUpdate();
  }

  /** Finds what the attributes name in the layers at the end. What was seen of other layers and channels is let go. */
  #aim(layers: readonly LayerThen[]): void {
    this.#layers = layers;
    const layer =
      this.layer === undefined
        ? (layers.findLast(({ isSpatial }) => isSpatial) ?? layers.at(-1))
        : layers.find(({ name, tensor }) => [name, tensor].includes(this.layer!));
    if (!layer) {
      const expected = layers.map(({ name }) => name).join(', ');
      throw new ArgumentError('this layer is not among those that are compared', {
        expected,
        got: this.layer ?? 'none',
      });
    }
    const ranked = [...layer.strongest].sort((a, b) => b.value - a.value).slice(0, UNITS);
    const units = parseChannels(this.units) ?? ranked.map(({ channel }) => channel).sort((a, b) => a - b);
    for (const unit of units.slice(0, MAX_CHANNELS))
      checkWhole(`a channel of ${layer.name}`, unit, 0, layer.channels - 1);
    const shot = { filters: this.filters, layer: layer.name, units };
    const before = this.#shot;
    if (before?.layer !== shot.layer || this.#iterated !== this.iterations) this.#places = [];
    if (before?.layer !== shot.layer || before.filters !== shot.filters || before.units.join() !== units.join())
      this.#frames = [];
    this.#iterated = this.iterations;
    this.#shot = shot;
  }
  #iterated = 0;

  /** Finds the places of the pictures, from those of the step before on. */
  async #embed(backend: Backend, study: TrainingStudy, index: number, signal: AbortSignal): Promise<void> {
    if (this.#places[index]) return;
    const { codes } = study.at(index)!.find(({ name }) => name === this.#shot!.layer)!;
    if (!codes) return;
    const before = this.#places[index - 1];
    const start = before && float32([before.length / 2, 2], before);
    const iterations = start ? this.iterations : FIRST_ITERATIONS * this.iterations;
    let places: Float32Array | undefined;
    for await (const { positions } of tsne(backend, codes, { start, exaggerate: !start, iterations, signal })) {
      places = positions;
    }
    signal.throwIfAborted();
    this.#places[index] = places;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { phase, progress, error, isBusy, isAbsent } = this.#session;
    // What is there stays, and what failed is tried again
    const retry = (): void => {
      this.ask();
      void this.#session.start();
    };
    const standIn = this.#isDrawn ? undefined : this.standIn;
    if (isAbsent && !this.#recording) {
      return html`<figure part="figure">
        ${absence(this, error!, standIn ?? nothing, retry)}
        <slot name="caption"></slot>
      </figure>`;
    }
    return html`<figure part="figure" aria-busy=${isBusy}>
      ${standIn ?? this.#renderOwn()}
      ${statusLine({
        phase,
        progress,
        bytes: undefined,
        error,
        ms: this.#study?.ms,
        waiting: this.storedWords ?? this.#waitingText(),
        mayStart: phase === 'poster' && this.isAtRest && this.#isNamed,
        onStart: retry,
        onSave: this.noControls ? undefined : () => this.saveFigure(),
        onStop: () => {
          this.stop();
        },
      })}
      <slot name="caption"></slot>
    </figure>`;
  }

  #waitingText(): string {
    if (!this.#isNamed) return t('No recording yet.');
    return this.isAtRest ? t('Starts when you ask for it.') : t('Starts when it comes into view.');
  }

  #renderOwn(): TemplateResult {
    return html`${this.noControls ? nothing : this.#renderControls()} ${this.#study ? nothing : onPaper(nothing)}
    ${this.#renderTime()} ${this.#renderPanels()}`;
  }

  #renderControls(): TemplateResult {
    const names = this.#layers.map(({ name }) => name);
    const convolutions = this.#layers.filter(({ isSpatial }) => isSpatial).map(({ name }) => name);
    return html`<div class="controls" part="controls">
      ${select(
        'Layer',
        ['', ...names].map((name) => [name, name || t('the last with maps')]),
        this.layer ?? '',
        (name) => (this.layer = name || undefined),
      )}
      ${words('Channels', 'the strongest', this.units, (units) => (this.units = units))}
      ${select(
        'Filters of',
        ['', ...convolutions].map((name) => [name, name || t('the first')]),
        this.filters ?? '',
        (name) => (this.filters = name || undefined),
      )}
    </div>`;
  }

  #renderTime(): TemplateResult {
    const { checkpoints, last, index } = this.#time();
    const now = checkpoints[index];
    const said = now ? momentText(now) : '\u00a0';
    return html`<div class="time" part="time">
      ${button(
        this.#player.isPlaying ? 'Pause' : 'Play',
        () => {
          if (this.#player.isPlaying) this.pause();
          else this.play();
        },
        { disabled: last < 1 },
      )}
      <input
        type="range"
        aria-label=${t`Step of the training`}
        aria-valuetext=${said}
        min="0"
        max=${Math.max(last, 0)}
        step="1"
        ?disabled=${last < 1}
        .value=${String(Math.max(index, 0))}
        @input=${({ target }: Event) => {
          this.pause();
          this.#go(Number((target as HTMLInputElement).value));
        }}
      />
      <p class="now">${said}</p>
      ${last === 0 ? html`<p class="muted">${t`There is one checkpoint only: nothing changes.`}</p>` : nothing}
    </div>`;
  }

  #renderPanels(): TemplateResult {
    const { index, checkpoints } = this.#time();
    return html`<div class="panels">
      ${this.#renderFilters(this.#frames[index])} ${this.#renderMap(index)} ${this.#renderStrip(checkpoints, index)}
      ${this.#renderCurves(checkpoints, index)} ${this.#renderConvergence(checkpoints, index)} ${this.#renderCaption()}
    </div>`;
  }

  #renderFilters(frame: Frame | undefined): TemplateResult {
    const filters = frame?.filters;
    const shown =
      filters && filters.limits.length < filters.total ? t`, ${filters.limits.length} of ${filters.total}` : '';
    const title = filters ? t`Filters of ${filters.layer}${shown}` : t('Filters');
    return html`<div class="panel" part="filters">
      <h3>${title}</h3>
      <div class="image-area sheet">${filters ? canvas(filters.picture, title, 'filter-sheet') : nothing}</div>
      <p class="muted">${t`Each filter on a scale of its own at each step; 0 is grey.`}</p>
    </div>`;
  }

  #renderMap(index: number): TemplateResult {
    const pictures = this.#study?.pictures ?? [];
    const places = this.#places[index];
    const title = this.#shot ? t`Pictures by ${this.#shot.layer}` : t('Pictures');
    return html`<div class="panel" part="map">
      <h3>${title}</h3>
      <div class="image-area">
        ${places ? scatter(places, pictures, t`${pictures.length} pictures as points: those that ${this.#shot!.layer} finds alike lie near each other`) : nothing}
      </div>
      ${this.#study?.pictures?.length === 0 ? html`<p class="muted">${t`No pictures are given.`}</p>` : labelLegend(pictures)}
    </div>`;
  }

  #renderStrip(checkpoints: readonly RecordedCheckpoint[], at: number): TemplateResult | typeof nothing {
    const [shot, pictures] = [this.#shot, this.#study?.pictures];
    if (pictures?.length === 0) return nothing;
    return html`<div class="panel wide">
      <h3>
        ${shot ? t`What drives channels of ${shot.layer} most, ${checkpoints.every(({ epoch }) => epoch !== undefined) ? t('epoch by epoch') : t('step by step')}` : t('What drives channels most')}
      </h3>
      ${
        shot && pictures
          ? strip({
              ...shot,
              checkpoints,
              frames: this.#frames,
              pictures,
              at,
              onGo: (index) => {
                this.pause();
                this.#go(index);
              },
            })
          : html`<div class="strip"></div>`
      }
      <p class="muted">
        ${t`Above, what of it drives the channel, by the deconvnet; below, the strongest stimulus among the pictures. A bar where another picture has become the strongest.`}
      </p>
    </div>`;
  }

  #renderCurves(checkpoints: readonly RecordedCheckpoint[], index: number): TemplateResult | typeof nothing {
    const curves = [
      { names: ['accuracy', 'heldOutAccuracy'], y: t('share that is right'), title: t('Accuracy') },
      { names: ['loss', 'heldOutLoss'], y: 'loss', title: t('Loss') },
    ] as const;
    const drawn = curves.flatMap(({ names, y, title }) => {
      const lines = names.map((name, i): Line => {
        const measured = checkpoints.flatMap((then) =>
          then[name] === undefined ? [] : [[then.step, then[name]] as const],
        );
        return { name: i === 0 ? 'training' : t('held out'), points: this.#recording?.curves[name] ?? measured };
      });
      if (this.#recording && lines.every(({ points }) => points.length < 2)) return [];
      const label = t`${title} by step, in training and held out`;
      return [
        html`<div>
          <h4>${title}</h4>
          ${curve({ lines, x: 'step', y, label, at: checkpoints[index]?.step })}
        </div>`,
      ];
    });
    if (drawn.length === 0) return nothing;
    return html`<div class="panel wide curves">${drawn}</div>
      <p class="muted wide">${t`Solid: pictures it learns from. Dashed: others.`}</p>`;
  }

  #renderConvergence(checkpoints: readonly RecordedCheckpoint[], index: number): TemplateResult {
    const along = this.#along();
    return html`<div class="panel wide" part="convergence">
      <h3>${t`How like the end of the training each layer is`}</h3>
      <div class="plots">
        ${convergencePlots(along, checkpoints.length > 0 ? checkpoints : EMPTY, Math.max(index, 0))}
      </div>
      ${layerLegend(along)}
      <p class="ready" part="ready">${this.#verdict() ?? '\u00a0'}</p>
    </div>`;
  }

  /** What is known of each layer, checkpoint by checkpoint. */
  #along(): readonly Along[] {
    const { checkpoints } = this.#time();
    return this.#layers.map(({ name }, i) => ({
      name,
      values: checkpoints.map((_, index) => this.#study?.at(index)?.[i] ?? UNKNOWN),
    }));
  }

  /** Said when all checkpoints are known. */
  #verdict(): string | undefined {
    const { checkpoints } = this.#time();
    if (checkpoints.length < 2 || checkpoints.some((_, index) => !this.#study?.at(index))) return undefined;
    return readyText(this.#along(), checkpoints);
  }

  #renderCaption(): TemplateResult {
    const { about = {} } = this.#recording ?? {};
    const [title, data] = ['title', 'data'].map((key) =>
      typeof about[key] === 'string' ? t`${t(about[key].replace(/\.$/, ''))}. ` : '',
    );
    const { adapter, pictures = [] } = this.#study ?? {};
    return html`<figcaption class="wide">
      ${title ? html`<p>${title}</p>` : nothing}
      <p class="muted">
        ${data}${pictures.length > 0 ? comparedText(pictures.length) : nothing}
        ${adapter ? adapterText(adapter) : nothing}
      </p>
    </figcaption>`;
  }
}

function comparedText(pictures: number): string {
  return t`CKA without bias (Kornblith et al. 2019; Nguyen et al. 2021) and SVCCA (Raghu et al. 2017) compare activations with those of the last checkpoint, on ${pictures} pictures, at some places of each map. t-SNE starts from the places of the step before.`;
}

const UNKNOWN = { cka: NaN, svcca: NaN, cosine: NaN };
/** The axis of a plot that has nothing to show yet. */
const EMPTY = [{ step: 0 }];

/** Readable names of layers and what the files call them, where a recording says it. */
function namesIn(given: unknown): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(given ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch (cause) {
    throw new ArgumentError('the attribute is not JSON', { where: 'preprocessing', got: given, cause });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-training': CnnTraining;
  }
}
