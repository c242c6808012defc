import { picturesText, whole } from '../internal/whole.ts';
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  checkChoice,
  checkNumber,
  filters,
  holdSharedBackend,
  parseBackend,
  type Corpus,
  type Filters,
  type Layer,
  type LoadProgress,
  type Model,
  type PaintedFilters,
  type Picture,
} from '../../src/internal.ts';
import {
  confusionOf,
  layersOfNetwork,
  pictureOf,
  TrainingDivergedError,
  type Confusion,
  type Examples,
  type Trainer,
} from '../../src/training.ts';
import { absence, isAbsence } from '../internal/absence.ts';
import { announce, prepareAnnouncer } from '../internal/announcer.ts';
import { flag, numeric, text } from '../internal/attributes.ts';
import { drawCanvases } from '../internal/canvas.ts';
import { button, layerPicker, number, select } from '../internal/controls.ts';
import { curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnErrorEvent } from '../internal/events/cnn-error-event.ts';
import { CnnLoadEvent } from '../internal/events/cnn-load-event.ts';
import { CnnProgressEvent } from '../internal/events/cnn-progress-event.ts';
import { CnnResultEvent } from '../internal/events/cnn-result-event.ts';
import { FileDrop } from '../internal/file-drop.ts';
import { inGpuSlot } from '../internal/gpu-slot.ts';
import { brief } from '../internal/link.ts';
import { Memo } from '../internal/memo.ts';
import { PageNetwork } from '../internal/network.ts';
import type { Phase } from '../internal/phase.ts';
import { adapterText, durationText } from '../internal/provenance.ts';
import { roomIn } from '../internal/room.ts';
import { save } from '../internal/save.ts';
import { short } from '../internal/scale.ts';
import { statusLine } from '../internal/status.ts';
import { figureStyles } from '../internal/styles.ts';
import { CnnStorable, type Storable } from '../internal/storable.ts';
import { Viewport } from '../internal/viewport.ts';
import { CnnStepEvent } from './cnn-step-event.ts';
import { cellText, cellView, confusionView, type Confused } from './confusion.ts';
import { LiveTraining, METHODS, type Method, type Seen } from './live-training.ts';
import { fetchMaterial, networkFor, ownMaterial, type OwnExamples } from './material.ts';
import { numbersOf } from './numbers.ts';
import { OwnPictures } from './own-pictures.ts';
import { firstFilters, paintFirst, paintSeen, type PaintedLook } from './paint.ts';
import { NETWORK_NAMES, OPTIMISERS, rateOf, type OptimiserName, type Settings } from './settings.ts';
import { trainerStyles } from './styles.ts';
import { teachingView } from './teaching.ts';
import { curvesView, filtersView, measuresText, sampleView, seenViews } from './views.ts';
import { explain, rich, t } from '../internal/languages/words.ts';

/** What a training begins anew with. */
const SOURCES = ['examples', 'data', 'network', 'model', 'manifest', 'backend', 'own'] as const;
/** What may change while it runs. */
const SETTINGS = ['optimiser', 'rate', 'momentum', 'batch'] as const;
/** What readers with a network of their own teach a new end. */
const TAUGHT_MODEL = 'squeezenet1.1-fp16';
/** Pictures of a mini-batch, and of one that goes through a large network. */
const BATCH = { layers: 32, model: 8 } as const;
/** How often pictures of the network change at most, ms; for whoever wants less motion. */
const LOOK_MS = 100;
const STILL_LOOK_MS = 2000;
/** How long a training is kept after the figure left the page, as networks are. */
const KEEP_MS = 3000;

/** Pictures that a reader teaches, and the network whose end they change, or none. */
interface Own {
  readonly corpus: Corpus;
  readonly model: string | undefined;
}

// It is no CnnFigure: nothing runs before a reader says so, it ends when they say so, and what is drawn is not what came of a
// network that was loaded, but how far another one has come.
/**
 * A network that learns before the reader's eyes: start, pause, go on step by step; loss and accuracy, the first layer's filters,
 * what it makes of a picture and where that comes from, and what it takes for what. Rate, batch and optimiser change while it
 * runs. It learns labelled pictures, or the reader's own.
 *
 * @fires cnn-load - the network whose end is to be changed is there
 * @fires cnn-progress - work goes on
 * @fires cnn-step - some steps were done
 * @fires cnn-result - it has stopped
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart transport - start, step, reset
 * @csspart readout - loss and accuracy of the last step
 * @csspart controls - what the reader can choose
 * @csspart curves - loss and accuracy over the steps
 * @csspart filters - the first layer's filters
 * @csspart sample - the picture that is looked at
 * @csspart picture - as it is
 * @csspart activations - what a layer makes of it
 * @csspart saliency - where the score of the likeliest class comes from
 * @csspart confusion - what pictures of each class are taken for
 * @csspart cell - the pictures of one cell
 * @csspart teaching - the reader's own pictures
 * @csspart note - what went otherwise than expected
 * @csspart source - what learns what, and publications
 * @csspart adapter - who does the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-trainer')
export class CnnTrainer extends CnnStorable {
  static override styles: CSSResultGroup = [figureStyles, curveStyles, trainerStyles];

  /**
   * Labelled pictures: `fashion-mnist`, a part of it that comes with the library, or the addresses of IDX files as JSON,
   * `{"training": {"images": "…", "labels": "…"}, "heldOut": {…}, "classes": ["…"]}`.
   */
  @property(text('fashion-mnist')) examples = 'fashion-mnist';
  /** Examples of the page's own script, instead of `examples`. */
  @property({ attribute: false }) data: OwnExamples | undefined;
  /** What learns: `small`, `larger`, or a JSON list of layers, the last of which makes a number for each class. */
  @property(text('small')) network = 'small';
  /** Name of a bundled network, or the address of an ONNX file, that gets a new end; all else of it is frozen. Instead of `network`. */
  @property(text()) model: string | undefined;
  /** Address of the list that names refer to; the bundled one by default. */
  @property(text()) manifest: string | undefined;
  /** `sgd`, `adam`, `adamw` or `rmsprop`. */
  @property(text('sgd')) optimiser: OptimiserName = 'sgd';
  /** The learning rate; what suits the optimiser by default. */
  @property(numeric()) rate: number | undefined;
  /** Of `sgd`: the share of the last velocity that is added to each. */
  @property(numeric(0.9)) momentum = 0.9;
  /** Pictures of a mini-batch; 32 by default, and 8 for a `model`. */
  @property(numeric()) batch: number | undefined;
  /** Decides the first weights and the order of the pictures. */
  @property(numeric(1)) seed = 1;
  /** Steps a second at most; as fast as it goes by default. */
  @property(numeric()) speed: number | undefined;
  /** Layer whose activations are shown; the first by default, of a `model` the last that is frozen. */
  @property(text()) layer: string | undefined;
  /** How the score of the likeliest class is sent back: `gradient` or `guided-backprop`. */
  @property(text('gradient')) method: Method = 'gradient';
  /** Who computes: `auto`, `webgpu` or `cpu`. */
  @property(text('auto')) backend = 'auto';
  /** Leaves out what can be chosen but start, pause, step and reset. */
  @property({ ...flag(), attribute: 'no-controls' }) noControls = false;

  @state() private own: Own | undefined;
  /** Place of the picture that is looked at. */
  @state() private place = 0;
  /** The cell whose pictures are shown, and where the keyboard is. */
  @state() private open: Confused | undefined;
  @state() private at: Confused = [0, 0];

  #phase: Phase = 'poster';
  #progress: number | undefined;
  #bytes: LoadProgress | undefined;
  #error: Error | undefined;
  /** The error is that there is no such layer to look at, or method. */
  #isBlind = false;
  #retry: () => Promise<void> = () => this.restart();
  /** Why the last thing that was asked for is not done: settings stay as they were. */
  #refused: Error | undefined;
  #live: LiveTraining | undefined;
  /** The first filters of the network that gets a new end. */
  #frozen: Filters | undefined;
  #layers: readonly Layer[] = [];
  #seen: Seen | undefined;
  #lookedAt = -Infinity;
  /** What runs, or is being made ready. */
  #run = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #resetting: Promise<void> = Promise.resolve();
  #looking = new AbortController();
  #leaving: ReturnType<typeof setTimeout> | undefined;

  readonly #viewport = new Viewport(this);
  readonly #pageNetwork = new PageNetwork(this);
  readonly #ownPictures = new OwnPictures(this);
  readonly #drop = new FileDrop(this, (files) => void this.#ownPictures.take(files));
  readonly #filters = new Memo<PaintedFilters>();
  readonly #painted = new Memo<PaintedLook>();
  readonly #picture = new Memo<Picture>();
  readonly #confusion = new Memo<Confusion>();
  readonly #cell = new Memo<Map<number, Picture>>();

  constructor() {
    super();
    this.addEventListener('dragover', this.#drop.over);
    this.addEventListener('dragleave', this.#drop.leave);
    this.addEventListener('drop', this.#drop.drop);
    this.addController({
      hostConnected: () => {
        prepareAnnouncer();
        clearTimeout(this.#leaving);
        if (this.hasUpdated && !this.#live && !this.isAtRest) void this.#prepare();
      },
      hostDisconnected: () => {
        this.#run.abort();
        // A page may only move it.
        this.#leaving = setTimeout(() => {
          this.#forget();
        }, KEEP_MS);
      },
    });
  }

  /** What the figure is doing: `result` waits for the reader; to be read. */
  get phase(): Phase {
    return this.#phase;
  }

  /** The training, for scripts of the page to look at: its weights, who computes it. Undefined until it is ready. */
  get trainer(): Trainer | undefined {
    return this.#live?.trainer;
  }

  protected override createRenderRoot(): HTMLElement {
    return roomIn(super.createRenderRoot());
  }

  protected override updated(changed: PropertyValues): void {
    drawCanvases(this.renderRoot);
    this.showStored();
    if (this.isAtRest) return;
    if (SOURCES.some((name) => changed.has(name))) void this.#prepare();
    else if (this.#live) this.#adjust(this.#live, changed);
    // What could not begin may do so with other settings.
    else if (this.#phase === 'error' && [...SETTINGS, 'seed'].some((name) => changed.has(name))) void this.#prepare();
    if (changed.has('at') && changed.get('at') !== undefined) this.#focusCell();
  }

  #adjust(live: LiveTraining, changed: PropertyValues): void {
    if (changed.has('seed')) void this.reset();
    if (SETTINGS.some((name) => changed.has(name))) void this.#set(live);
    if (['layer', 'method', 'place'].some((name) => changed.has(name)) && !this.#isRunning) void this.#lookNow();
  }

  // What a reader, or a script, can do.

  /** Starts, or goes on; for so many steps, or until it is paused. Resolves when it has stopped. */
  async start(steps: number = Infinity): Promise<void> {
    const live = this.#live;
    if (!live || (this.#isRunning && !this.#run.signal.aborted)) return;
    const run = new AbortController();
    const before = this.#loop;
    this.#run = run;
    // What was paused ends first, and what was to be reset begins anew.
    await Promise.all([before, this.#resetting]);
    if (run.signal.aborted || this.#run !== run || this.#live !== live) return;
    this.#looking.abort();
    this.#enter('running');
    this.#loop = this.#train(live, run.signal, steps);
    await this.#loop;
  }

  /** Nothing more is run after the steps that are under way. */
  pause(): void {
    if (this.#live) this.#run.abort();
  }

  /** Back to the beginning: the weights of the seed. */
  reset(): Promise<void> {
    this.#resetting = this.#reset();
    return this.#resetting;
  }

  async #reset(): Promise<void> {
    const live = this.#live;
    if (!live) return;
    await this.#halt();
    try {
      this.checkNumbers(['seed']);
      await live.reset(this.seed);
      if (this.#live !== live) return;
      this.open = undefined;
      this.#enter('result');
      announce(this, () => t('Back at step 0.'));
    } catch (cause) {
      if (this.#live === live) this.#fail(cause, () => this.reset());
      return;
    }
    void this.#lookNow();
  }

  /** Loads everything anew. */
  restart(): Promise<void> {
    this.ask();
    return this.#prepare();
  }

  /** As {@link pause}; what is being loaded is given up. */
  stop(): void {
    this.#run.abort();
    if (this.#phase === 'loading' || this.#phase === 'poster') this.#enter('stopped');
  }

  protected override fail(cause: unknown): void {
    this.#fail(cause, () => this.restart());
  }

  /** Shows what went wrong; `retry` does it again. */
  #fail(cause: unknown, retry: () => Promise<void>): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#enter('error');
    this.#error = error;
    this.#retry = retry;
    announce(this, () => t`The training stopped. ${explain(error)}`);
    this.dispatchEvent(new CnnErrorEvent(error));
  }

  get #isRunning(): boolean {
    return this.#phase === 'running';
  }

  /** Stops what runs, and waits until it has. */
  async #halt(): Promise<void> {
    this.#run.abort();
    await this.#loop;
  }

  // Getting ready.

  get #settings(): Settings {
    const { optimiser, rate, momentum } = this;
    return {
      optimiser,
      rate,
      momentum,
      batch: this.batch ?? (this.#modelName === undefined ? BATCH.layers : BATCH.model),
    };
  }

  get #modelName(): string | undefined {
    return this.own ? this.own.model : this.model;
  }

  /** Loads what there is to learn, and makes the network that learns it. It does not begin. */
  async #prepare(): Promise<void> {
    await this.#halt();
    this.#forget();
    if (!this.isConnected) return;
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    try {
      await this.#viewport.near(signal);
      this.checkNumbers([...SETTINGS, 'seed', 'speed']);
      this.#enter('loading');
      const { seed, network } = this;
      const model = await this.#loadModel(signal);
      const { own } = this;
      const onProgress = (done: number): void => {
        if (!signal.aborted) this.#tell('loading', own && done / own.corpus.size);
      };
      const material = own
        ? await ownMaterial(own.corpus, model, { seed, signal, onProgress })
        : await fetchMaterial(this.data ?? this.examples, { seed, signal });
      const learner = await networkFor(material, { network, model, seed });
      signal.throwIfAborted();
      const holdBackend = () => holdSharedBackend(parseBackend(this.backend));
      const live = await LiveTraining.open({ network: learner, material, settings: this.#settings, seed, holdBackend });
      if (signal.aborted) live.dispose();
      signal.throwIfAborted();
      [this.#live, this.#frozen] = [live, model && filters(model)];
      this.#layers = layersOfNetwork(learner).filter(({ shape }) => shape.length === 4);
      this.place = Math.min(this.place, live.shown.count - 1);
      this.#enter('result');
      await this.#lookNow();
      if (!signal.aborted) this.dispatchEvent(new CnnResultEvent(live.result));
    } catch (cause) {
      if (!signal.aborted) this.fail(cause);
    }
  }

  async #loadModel(signal: AbortSignal): Promise<Model | undefined> {
    const model = this.#modelName;
    if (model === undefined) return undefined;
    const { manifest, backend } = this;
    const source = { model, manifest, backend, preprocessing: undefined };
    const loaded = await this.#pageNetwork.load(source, signal, (bytes) => {
      if (signal.aborted) return;
      this.#bytes = bytes;
      this.#tell('loading', bytes.totalBytes === undefined ? undefined : bytes.loadedBytes / bytes.totalBytes);
    });
    this.dispatchEvent(new CnnLoadEvent(loaded));
    return loaded;
  }

  #forget(): void {
    this.#run.abort();
    this.#looking.abort();
    this.#live?.dispose();
    this.#live = this.#seen = this.#frozen = this.#refused = this.open = undefined;
    this.#layers = [];
    this.at = [0, 0];
    this.#enter('poster');
  }

  // Learning.

  /** In portions, in turn with the other figures of the page; nothing while it is out of sight or the page is hidden. */
  async #train(live: LiveTraining, signal: AbortSignal, steps: number): Promise<void> {
    const end = live.step + steps;
    try {
      checkSpeed(this.speed);
      while (live.step < end) {
        const [began, before] = [performance.now(), live.step];
        const most = Math.max(1, Math.floor(((this.speed ?? Infinity) * LOOK_MS) / 1000));
        await this.#inSlot(signal, () => live.advance(Math.min(most, end - live.step)));
        this.#tell('running', undefined);
        this.dispatchEvent(new CnnStepEvent(live.result));
        if (live.isTryDue) await this.#inSlot(signal, () => live.try(signal));
        if (performance.now() - this.#lookedAt >= lookEvery()) await this.#look(live, signal);
        const due = began + ((live.step - before) * 1000) / (this.speed ?? Infinity);
        await sleep(due - performance.now(), signal);
      }
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause, () => this.start());
    }
    if (this.#live !== live || !this.#isRunning) return;
    this.#enter('result');
    this.dispatchEvent(new CnnResultEvent(live.result));
    void this.#lookNow();
  }

  /** In the figure's slot among those of the page, once it is near the viewport. */
  async #inSlot<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#viewport.near(signal);
    return inGpuSlot(signal, work);
  }

  async #look(live: LiveTraining, signal: AbortSignal): Promise<void> {
    const layer = this.#layerName;
    if (layer === undefined) return;
    const method = checkChoice('method', this.method, METHODS);
    const { place } = this;
    const seen = await this.#inSlot(signal, () => live.look({ layer, method, place }, signal));
    if (signal.aborted || this.#live !== live) return;
    this.#seen = seen;
    this.#lookedAt = performance.now();
    if (this.#isBlind) this.#enter('result');
    this.requestUpdate();
  }

  /** While nothing runs. */
  async #lookNow(): Promise<void> {
    const live = this.#live;
    if (!live) return;
    this.#looking.abort();
    const looking = new AbortController();
    this.#looking = looking;
    try {
      await this.#look(live, looking.signal);
    } catch (cause) {
      if (looking.signal.aborted) return;
      this.#fail(cause, () => this.#lookNow());
      this.#isBlind = true;
    }
  }

  /** Of a frozen network the last that it has: what the new end looks at. */
  get #layerName(): string | undefined {
    if (this.layer !== undefined) return this.layer;
    const spatial = this.#layers.filter(({ shape }) => shape[2]! * shape[3]! > 1);
    return (this.#modelName === undefined ? spatial[0] : spatial.at(-1))?.name;
  }

  async #set(live: LiveTraining): Promise<void> {
    this.#refused = undefined;
    try {
      this.checkNumbers(SETTINGS);
      await live.set(this.#settings);
    } catch (cause) {
      if (this.#live === live) this.#refuse(cause);
    }
    this.requestUpdate();
  }

  /** Says that something is not done; the training goes on. */
  #refuse(cause: unknown): void {
    const refused = (this.#refused = cause instanceof Error ? cause : new Error(String(cause)));
    announce(this, () => explain(refused));
    this.requestUpdate();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#progress = this.#error = undefined;
    this.#isBlind = false;
    if (phase === 'loading') this.#bytes = undefined;
    this.requestUpdate();
  }

  #tell(phase: 'loading' | 'running', progress: number | undefined): void {
    this.#progress = progress;
    this.requestUpdate();
    this.dispatchEvent(new CnnProgressEvent(phase, progress));
  }

  // What there is to see.

  protected override get drawn(): Storable | undefined {
    const live = this.#live;
    if (!live) return undefined;
    const { network, seed } = this;
    const own = network.trim().startsWith('[') ? 'layers of its own' : network;
    const settings = { ...this.#settings, rate: rateOf(this), batch: live.batch, seed };
    return { model: this.#modelName ?? own, numbers: numbersOf(live, settings, this.#confusionOf(live)) };
  }

  #confusionOf({ tried, shown }: LiveTraining): Confusion | undefined {
    return tried && this.#confusion.of([tried], () => confusionOf(shown, tried.evaluation));
  }

  protected override render(): TemplateResult {
    const error = this.#error;
    const standIn = this.#live ? undefined : this.standIn;
    if (error && isAbsence(error) && !this.#live) {
      return html`<figure part="figure">
        ${absence(this, error, standIn ?? nothing, () => void this.restart())}
        <slot name="caption"></slot>
      </figure>`;
    }
    const live = this.#live;
    const isLoading = this.#phase === 'loading';
    return html`<figure
      part="figure"
      class=${this.#drop.isOver ? 'dropping' : ''}
      aria-busy=${isLoading || this.#isRunning}
    >
      ${standIn ?? this.#renderOwn(live)} ${this.#renderStatus(live)}
      <slot name="caption"></slot>
    </figure>`;
  }

  #renderOwn(live: LiveTraining | undefined): TemplateResult {
    return html`${this.#renderTransport(live)} ${this.noControls ? nothing : this.#renderControls()}
      <div class="body">
        ${curvesView(live?.history, live?.result)}
        <div class="panels">${this.#renderFilters(live)} ${this.#renderSample(live)} ${this.#renderSeen(live)}</div>
        ${this.#renderConfusion(live)}
      </div>
      ${this.noControls ? nothing : this.#renderTeaching()} ${this.#renderCaption(live)}`;
  }

  #renderTransport(live: LiveTraining | undefined): TemplateResult {
    const { step, epoch } = live?.result ?? { step: 0, epoch: 0 };
    const disabled = !live;
    return html`<div class="transport" part="transport">
      ${
        this.#isRunning
          ? button('Pause', () => this.pause())
          : button(step > 0 ? 'Go on' : 'Start', () => this.start(), { disabled })
      }
      ${button('One step', () => this.start(1), { disabled: disabled || this.#isRunning })}
      ${button('Reset', () => this.reset(), { disabled })}
      <p class="count">
        ${rich`Step ${html`<strong>${whole(step)}</strong>`}, epoch ${html`<strong>${epoch.toFixed(2)}</strong>`}`}
      </p>
      <p class="readout" part="readout">${measuresText(live?.result)}</p>
    </div>`;
  }

  #renderControls(): TemplateResult {
    const { optimiser, rate, momentum, batch, speed, seed } = this.#asSet;
    return html`<div class="controls" part="controls">
      ${select('Optimiser', OPTIMISER_CHOICES, optimiser, (name) => (this.optimiser = name))}
      ${number('Rate', { min: 0, placeholder: rate.default }, rate.own, (value) => (this.rate = value))}
      ${optimiser === 'sgd' ? number('Momentum', { min: 0, max: 1 }, momentum, (value) => (this.momentum = value ?? 0)) : nothing}
      ${number('Batch', { min: 1 }, batch, (value) => (this.batch = value))}
      ${number('Steps a second', { min: 0.1, placeholder: 'as many as it can' }, speed, (value) => (this.speed = value))}
      ${number('Seed', { min: 0 }, seed, (value) => (this.seed = value ?? 1))}
      ${
        this.#modelName === undefined && !this.network.trim().startsWith('[')
          ? select('Network', NETWORK_NAMES, this.network, (name) => (this.network = name))
          : nothing
      }
      ${layerPicker('Activations of', 'as suits the network', this.#layers, this.layer, (layer) => (this.layer = layer))}
      ${select('Sent back by', METHODS, this.method, (name) => (this.method = name))}
    </div>`;
  }

  /** As controls show it: numbers that are none are empty. */
  get #asSet(): {
    readonly optimiser: OptimiserName;
    readonly rate: { readonly own: number | undefined; readonly default: string };
    readonly momentum: number;
    readonly batch: number;
    readonly speed: number | undefined;
    readonly seed: number;
  } {
    const { optimiser, rate, momentum, speed, seed } = this;
    const known = OPTIMISERS.includes(optimiser) ? String(rateOf({ optimiser, rate: undefined })) : '';
    return { optimiser, rate: { own: rate, default: known }, momentum, batch: this.#settings.batch, speed, seed };
  }

  #renderFilters(live: LiveTraining | undefined): TemplateResult {
    const first = live && firstFilters(live.network, live.weights, this.#frozen);
    const painted = first && this.#filters.of([first.weights], () => paintFirst(first, live));
    const { layer = t('the first layer'), isFrozen = false } = first ?? {};
    return filtersView(painted, { layer, isFrozen });
  }

  #renderSample(live: LiveTraining | undefined): TemplateResult {
    const { place } = this;
    const shown = live?.shown;
    const count = shown?.count ?? 1;
    const picture = shown && this.#picture.of([shown, place], () => pictureOf(shown, place, live.material.channels));
    return sampleView(picture, this.#seenOf(live), {
      classes: live?.material.classes ?? [],
      label: shown && labelAt(shown, place),
      onOther: (by) => (this.place = (place + by + count) % count),
    });
  }

  /** What was seen of the picture that is looked at. */
  #seenOf(live: LiveTraining | undefined): Seen | undefined {
    return live && this.#seen?.look.place === this.place ? this.#seen : undefined;
  }

  #renderSeen(live: LiveTraining | undefined): TemplateResult {
    const seen = this.#seenOf(live);
    return seenViews(seen && this.#painted.of([seen], () => paintSeen(seen)), seen, {
      layer: seen?.look.layer ?? this.#layerName ?? t('a layer'),
      classes: live?.material.classes ?? [],
    });
  }

  #renderConfusion(live: LiveTraining | undefined): TemplateResult {
    const { open } = this;
    const { classes = [], channels } = live?.material ?? {};
    const tried = live?.tried;
    const shown = live?.shown;
    const confusion = live && this.#confusionOf(live);
    const cell = confusion &&
      open && {
        text: cellText(classes, open, confusion.count(...open)),
        places: confusion.places(...open),
        pictureOf: (place: number) => this.#pictureAt(shown!, place, channels, confusion),
      };
    return html`<div class="confusion">
      <div>
        <h3>${t`Taken for`}${tried ? t`, after step ${whole(tried.step)}` : nothing}</h3>
        ${confusionView(confusion, {
          classes,
          open,
          at: this.at,
          onMove: (to) => (this.at = to),
          onOpen: (to) => {
            this.open = this.at = to;
            if (confusion) announce(this, () => cellText(classes, to, confusion.count(...to)));
          },
        })}
      </div>
      ${cellView(cell, (place) => (this.place = place))}
    </div>`;
  }

  /** Pictures of cells, painted once for each evaluation. */
  #pictureAt(shown: Examples, place: number, channels: Parameters<typeof pictureOf>[2], confusion: Confusion): Picture {
    const known = this.#cell.of([confusion], () => new Map<number, Picture>());
    const picture = known.get(place) ?? pictureOf(shown, place, channels);
    known.set(place, picture);
    return picture;
  }

  #focusCell(): void {
    const root = this.renderRoot as HTMLElement;
    if (root.querySelector('td:focus')) root.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  }

  #renderTeaching(): TemplateResult {
    return teachingView(this.#ownPictures, {
      network: this.model === undefined ? 'SqueezeNet' : brief(this.model),
      onTeach: (how) => {
        this.#ownPictures.closeWebcam();
        const model = how === 'new-head' ? (this.model ?? TAUGHT_MODEL) : undefined;
        this.own = { corpus: this.#ownPictures.corpus, model };
      },
      onBack: this.own ? () => (this.own = undefined) : undefined,
    });
  }

  #renderCaption(live: LiveTraining | undefined): TemplateResult {
    if (!live) return html`<figcaption></figcaption>`;
    const { training, heldOut, classes, notes } = live.material;
    const remarks = [...notes, ...this.#remarks(live)];
    return html`<figcaption>
      <p>
        ${t`It learns ${picturesText(training.count)} of ${classes.length} classes, in batches of ${live.batch}.`}
        ${heldOut ? t`It is tried on ${picturesText(heldOut.count)} that it does not learn.` : nothing}
        ${this.#settingsText()}
      </p>
      ${remarks.map((note) => html`<p class="muted" part="note">${t(note)}</p>`)}
      <p class="muted" part="source">
        ${t`Softmax cross-entropy by backpropagation (Rumelhart, Hinton & Williams 1986; LeCun et al. 1998). Saliency: Simonyan et al. 2014, §3.`}
      </p>
      <p class="muted" part="adapter">${adapterText(live.backend.adapter)} ${t`Nothing leaves this machine.`}</p>
      ${this.noControls ? nothing : this.#renderFiles(live)}
    </figcaption>`;
  }

  /** What controls say: there are none on paper, and of a stored figure. */
  #settingsText(): string {
    const { optimiser, momentum, seed } = this;
    const name = OPTIMISER_CHOICES.find(([known]) => known === optimiser)?.[1];
    if (name === undefined) return '';
    const inertia = optimiser === 'sgd' ? t`, momentum ${short(momentum)}` : '';
    return t`By ${t(name)} at a rate of ${short(rateOf(this))}${inertia}, from seed ${seed}.`;
  }

  #remarks(live: LiveTraining): readonly string[] {
    const wanted = this.#settings.batch;
    return [
      ...(this.#refused ? [t`That is not done: ${explain(this.#refused)}`] : []),
      ...(wanted > live.material.training.count
        ? [t`There are no ${wanted} pictures for a batch: batches are of ${live.batch}.`]
        : []),
      ...(live.isStuck ? [STUCK] : []),
    ];
  }

  #renderFiles(live: LiveTraining): TemplateResult {
    const file = async (name: string, make: () => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>) => {
      try {
        save(new Blob([await make()], { type: 'application/octet-stream' }), name);
      } catch (cause) {
        this.#refuse(cause);
      }
    };
    return html`<div class="files">
      ${button('Save network (.onnx)', () => file('trained.onnx', () => live.toOnnx()))}
      ${button('Save checkpoints', () => file('training.checkpoints', () => live.toCheckpoints()))}
    </div>`;
  }

  #renderStatus(live: LiveTraining | undefined): TemplateResult {
    const error = this.#error;
    if (live && error instanceof TrainingDivergedError) return this.#renderDiverged(live, error);
    if (live && this.#phase !== 'error') {
      const { step, ms } = live.result;
      const words = this.#isRunning
        ? t('It learns.')
        : step > 0
          ? t('Paused.')
          : t('Ready: it learns when you start it.');
      return html`<div class="status" part="status">
        <span>${words} ${ms > 0 ? t`${durationText(ms)} of arithmetic so far.` : nothing}</span>
        ${this.noControls ? nothing : button('Save figure', () => this.saveFigure())}
      </div>`;
    }
    return statusLine({
      phase: this.#phase,
      progress: this.#progress,
      bytes: this.#bytes,
      error,
      ms: undefined,
      waiting:
        this.storedWords ??
        (this.isAtRest ? t('Starts when you ask for it.') : t('Gets ready when it comes into view.')),
      mayStart: this.#phase === 'poster' && this.isAtRest,
      onStart: () => void this.#retry(),
      onStop: () => {
        this.stop();
      },
    });
  }

  #renderDiverged(live: LiveTraining, error: TrainingDivergedError): TemplateResult {
    const smaller = rateOf(this) / 10;
    const goOn = (): void => {
      this.rate = smaller;
      void this.updateComplete.then(() => this.start());
    };
    return html`<div class="status error" part="error">
      <p><strong>${t(error.code)}</strong> ${explain(error)}</p>
      ${button(t`Go on from step ${live.step} with a rate of ${short(smaller)}`, goOn)}
    </div>`;
  }
}

const STUCK =
  'The loss is no better than that of guessing. Take another rate; where all units are off, which too large a rate does, reset it.';

const OPTIMISER_CHOICES = [
  ['sgd', 'gradient descent'],
  ['adam', 'Adam'],
  ['adamw', 'AdamW'],
  ['rmsprop', 'RMSprop'],
] as const;

function checkSpeed(speed: number | undefined): void {
  if (speed !== undefined) checkNumber('speed', speed, { above: 0 });
}

/** How often pictures of the network change. */
function lookEvery(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? STILL_LOOK_MS : LOOK_MS;
}

/** The class of an example; undefined where it has none. */
function labelAt({ targets: { values, size } }: Examples, place: number): number | undefined {
  return values instanceof Uint8Array ? values.subarray(place * size, (place + 1) * size).indexOf(1) : undefined;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (!(ms > 0)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as DOMException);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-trainer': CnnTrainer;
  }
}
