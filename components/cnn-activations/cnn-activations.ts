import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  checkChoice,
  COLORMAPS,
  parseColormap,
  parsePosition,
  toNpy,
  toPng,
  type Activations,
  type ColormapName,
  type ImageSource,
  type Model,
  type MosaicUnit,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { flag, numeric, text, verbatim } from '../internal/attributes.ts';
import { Bell } from '../internal/bell.ts';
import { boxOn } from '../internal/box.ts';
import { canvas } from '../internal/canvas.ts';
import { button, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnLabelledFigure } from '../internal/labelled-figure.ts';
import type { Run } from '../internal/life-cycle.ts';
import type { MaterialSource } from '../internal/material.ts';
import { Memo } from '../internal/memo.ts';
import type { Cell } from '../internal/probe.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { figureStyles } from '../internal/styles.ts';
import { blankChannel, channelView, sentBackView } from './channel-view.ts';
import { CnnFrameEvent } from './cnn-frame-event.ts';
import { openFeed, type Feed, type Motion } from '../internal/feed.ts';
import { layerView } from './layer-view.ts';
import { paintActivations, type Painted } from './paint.ts';
import { Rate } from './rate.ts';
import {
  attributionOf,
  METHODS,
  rulesOf,
  SCALES,
  type ActivationsResult,
  type Here,
  type Method,
  type Origin,
  type Scale,
} from './result.ts';
import { Session } from './session.ts';
import { activationsStyles } from './styles.ts';
import { ending, layerText, listedName } from '../internal/layer-text.ts';
import { titleStyles } from '../internal/layer-title.ts';
import { channelText, unitText, valueText } from './words.ts';
import { t } from '../internal/languages/words.ts';

/** What the layer is drawn from. */
const INPUTS: readonly string[] = ['layer', 'scale', 'colormap', 'method'];

/**
 * Every channel of a layer, for a picture or live for a video or the webcam: a mosaic of all of them, one channel large with
 * its numbers, and what one of its units sends back to the picture. The unit can be held while the picture moves.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn for the first time
 * @fires cnn-frame - the figure is drawn, each time
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - the picture as the network sees it
 * @csspart box - what the unit sees of it
 * @csspart layers - the list of layers
 * @csspart mosaic - all channels
 * @csspart bars - the numbers of a layer without spatial extent
 * @csspart channel - the chosen channel
 * @csspart sent-back - what the unit sends back to the picture
 * @csspart scale - the colour scale
 * @csspart readout - the value under the pointer
 * @csspart rate - how many frames come in a second
 * @csspart source - rules and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-activations')
export class CnnActivations extends CnnLabelledFigure<ActivationsResult, Feed> {
  static override styles: CSSResultGroup = [figureStyles, titleStyles, activationsStyles];

  /** Address of a picture. */
  @property(text()) src: string | undefined;
  /** Address of a video, instead of a picture. */
  @property(text()) video: string | undefined;
  /** The reader's webcam, once the reader allows it. */
  @property(flag()) webcam = false;
  /** A picture or a video instead of `src` and `video`: file, canvas… After a change of its pixels call `restart()`. */
  @property({ attribute: false }) image: ImageSource | undefined;
  /** Description of the picture, for those who do not see it. */
  @property(verbatim('the picture')) alt = 'the picture';
  /** The layer; the network's first with a spatial extent by default. */
  @property(text()) layer: string | undefined;
  /** The channel that is shown large; the strongest of the first picture by default. */
  @property(numeric()) channel: number | undefined;
  /** The unit of the channel that is sent back: `max` is the strongest, `y,x` the one there. */
  @property(text('max')) at = 'max';
  /** `tile`: each channel from its smallest to its largest number; `layer`: all alike. */
  @property(text('tile')) scale: Scale = 'tile';
  /** Colours of the maps: `viridis`, `magma`, `gray` or `rdbu`. */
  @property(text('viridis')) colormap: ColormapName = 'viridis';
  /** How the unit is sent back: `gradient`, `guided-backprop`, `deconvnet` or `none`. */
  @property(text('guided-backprop')) method: Method = 'guided-backprop';
  /** Holds a video or the webcam at the frame it is at. */
  @property({ ...flag(), reflect: true }) paused = false;

  /** Where the pointer is in the mosaic, and where the reader is in the channel. */
  @state() private pointed: MosaicUnit | undefined;
  @state() private cell: Cell | undefined;
  /** The unit that stays the origin whatever else is looked at. */
  @state() private held: Origin | undefined;

  readonly #canvas = document.createElement('canvas');
  readonly #bell = new Bell();
  readonly #rate = new Rate();
  #motion: Motion | undefined;
  readonly #session = new Session();
  readonly #painted = new Memo<Painted>();
  /** The channel that nobody chose. */
  #found: { readonly model: Model; readonly layer: string; readonly channel: number } | undefined;

  protected override readonly source: MaterialSource<Feed> = {
    properties: ['src', 'video', 'webcam', 'image'],
    origin: () => (this.webcam ? 'webcam' : (this.image ?? this.video ?? this.src)),
    fetch: (model, signal) => this.#open(model, signal),
  };
  /** A channel or a place only has to be looked at, unless it was wrong. */
  protected override get inputs(): readonly string[] {
    return this.phase === 'error' ? [...INPUTS, 'channel', 'at'] : INPUTS;
  }

  constructor() {
    super();
    this.#canvas.part.add('mosaic');
    this.#canvas.role = 'img';
    this.addController({
      hostConnected: () => {
        // The feed was let go of when the figure left the page.
        if (this.hasUpdated && this.phase === 'result') void this.restart();
      },
      hostDisconnected: () => {
        this.#closeFeed();
        this.#session.close();
      },
    });
  }

  protected override get missing(): string | undefined {
    return this.source.origin() === undefined ? t('No picture yet.') : undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.missing !== undefined) this.#closeFeed();
    // Another network has other layers
    if (changed.has('model')) this.held = undefined;
    if (changed.has('paused')) this.#playOrPause();
    if (['channel', 'at', 'held', 'paused'].some((name) => changed.has(name))) this.#bell.ring();
  }

  async #open(model: Model, signal: AbortSignal): Promise<Feed> {
    this.#closeFeed();
    const feed = await openFeed(this, model, signal);
    if (signal.aborted) feed.motion?.close();
    signal.throwIfAborted();
    this.#motion = feed.motion;
    // Whoever wants less motion starts it by hand
    if (feed.motion && matchMedia('(prefers-reduced-motion: reduce)').matches) this.paused = true;
    this.#playOrPause();
    return feed;
  }

  #closeFeed(): void {
    this.#motion?.close();
    this.#motion = undefined;
  }

  #playOrPause(): void {
    this.#rate.reset();
    if (this.paused) this.#motion?.pause();
    else this.#motion?.play();
  }

  protected override async compute(run: Run<ActivationsResult, Feed>): Promise<ActivationsResult> {
    const { material: feed, signal } = run;
    const first = await this.#drawNext(run);
    void this.#goOn(run);
    feed.motion?.follow(() => {
      if (!this.paused) this.#bell.ring();
    }, signal);
    return first;
  }

  /** Draws again whenever there is something new, until the run is superseded. */
  async #goOn(run: Run<ActivationsResult, Feed>): Promise<void> {
    const { signal } = run;
    try {
      for (;;) {
        await this.#bell.wait(signal);
        await this.#drawNext(run);
      }
    } catch (cause) {
      if (!signal.aborted) this.fail(cause);
    }
  }

  /** Looks in the figure's slot on the GPU. */
  async #drawNext(run: Run<ActivationsResult, Feed>): Promise<ActivationsResult> {
    const result = await run.inGpuSlot(() => this.#look(run));
    run.show(result);
    if (this.channel === undefined) {
      this.channel = argmax(result.extents.data);
      this.#found = { model: run.model, layer: result.layer, channel: this.channel };
    }
    this.dispatchEvent(new CnnFrameEvent(result));
    return result;
  }

  /** The layer of the picture that there is now. */
  async #look({ model, material: feed, signal }: Run<ActivationsResult, Feed>): Promise<ActivationsResult> {
    const began = performance.now();
    const layer = this.layer ?? firstLayer(model);
    const watched = await this.#watch(model, layer);
    const found = this.#found;
    // Channels of one layer mean nothing in another
    if (found && found.channel === this.channel && !(found.model === model && found.layer === layer))
      this.channel = undefined;
    const frame = await feed.frame(model);
    signal.throwIfAborted();
    const channel = this.channel ?? 0;
    const origin = this.#originOf(layer, channel);
    // All numbers only where somebody may read them
    const whole = !feed.motion || this.paused || this.pointed !== undefined;
    const drawn = await watched.show(frame.input, this.#canvas, { channel, origin, whole, signal });
    const ms = performance.now() - began;
    this.#rate.note(performance.now());
    const { layout } = watched;
    const { method, scale, colormap } = this;
    return { ...drawn, ms, frame, layout, origin, method, scale, colormap };
  }

  #originOf(layer: string, channel: number): Origin | undefined {
    if (this.method === 'none') return undefined;
    const at = parsePosition(this.at);
    return this.held ?? { layer, channel, at: at === 'all' ? 'max' : at };
  }

  /** The layer made ready, or as it is already. */
  #watch(model: Model, layer: string): Promise<Activations> {
    const scale = checkChoice('scale', this.scale, SCALES);
    const colormap = parseColormap(this.colormap);
    const method = checkChoice('method', this.method, METHODS);
    const of = method === 'none' ? undefined : (this.held?.layer ?? layer);
    const origin = of === undefined ? undefined : { layer: of, rules: rulesOf(method) };
    return this.#session.open(model, { layer, scale, colormap, origin });
  }

  protected override describe({ result: { layer, extents } }: Here): string {
    return t`${extents.shape[0]!} channels of ${layer} are drawn.`;
  }

  protected override paint({ model, result }: Here): void {
    this.#painted.of([result], () => paintActivations(result, model));
  }

  protected override renderControls(): TemplateResult {
    const moving = this.webcam || this.material?.motion !== undefined;
    return html`${select('Colours', COLORMAPS, this.colormap, (name) => (this.colormap = name))}
      ${select('Scale', SCALE_CHOICES, this.scale, (name) => (this.scale = name))}
      ${select('Sent back by', METHOD_CHOICES, this.method, (name) => (this.method = name))}
      ${select('Unit', [['max', 'the strongest']], this.at, (at) => (this.at = at))}
      <label
        ><span>${t`Your picture or video`}</span>
        <input
          type="file"
          accept="image/*,video/*"
          @change=${({ target }: Event) => {
            const input = target as HTMLInputElement;
            const file = input.files?.[0];
            if (file) Object.assign(this, { image: file, webcam: false });
            // The same file can be picked again
            input.value = '';
          }}
      /></label>
      <div class="buttons">
        <button type="button" aria-pressed=${this.webcam} @click=${() => (this.webcam = !this.webcam)}>
          ${t`Webcam`}
        </button>
        <button type="button" ?disabled=${!moving} @click=${() => (this.paused = !this.paused)}>
          ${this.paused ? t('Play') : t('Pause')}
        </button>
      </div>`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    return html`<div class="body">
        ${this.#renderSide(current)} ${this.#renderLayer(current)}
        <div class="stack">${this.#renderChannel(current)}</div>
      </div>
      ${this.#renderCaption(current)}`;
  }

  /** `paint` has painted it already. */
  #paintedOf({ model, result }: Here): Painted {
    return this.#painted.of([result], () => paintActivations(result, model));
  }

  protected override renderPoster(): TemplateResult {
    return this.src === undefined
      ? html``
      : html`<div class="image-area"><img part="picture" src=${this.src} alt=${t(this.alt)} /></div>`;
  }

  #renderSide(current: Here | undefined): TemplateResult {
    const layers = this.network?.layers ?? [];
    const chosen = listedName(layers, this.layer ?? current?.result.layer);
    const choose = ({ target }: Event): void => {
      this.layer = (target as HTMLSelectElement).value;
      this.channel = this.cell = this.pointed = undefined;
      this.at = 'max';
    };
    return html`<div>
      <h3>${t`Picture`}</h3>
      <div class="image-area">
        ${this.material?.motion?.video ?? nothing}
        ${current ? canvas(current.result.frame.crop, t(this.alt), 'picture') : this.renderPoster()}
        ${current?.result.sentBack ? boxOn(current.result.frame.crop, current.result.sentBack.box) : nothing}
      </div>
      <p class="readout" part="rate">${current ? this.#rateText(current) : '\u00a0'}</p>
      <label class="layers"
        ><span>${t`Layer`}</span>
        <select part="layers" size=${LIST_ROWS} @change=${choose}>
          ${layers.map((layer) => html`<option value=${layer.name} .selected=${layer.name === chosen}>${layerText(layer)}</option>`)}
        </select></label
      >
    </div>`;
  }

  #rateText({ material, result: { ms } }: Here): string {
    const time = t`${ms.toFixed(0)} ms a picture`;
    const { perSecond } = this.#rate;
    if (!material.motion || this.paused || perSecond === undefined) return time;
    return t`${perSecond.toFixed(1)} frames a second, ${time}`;
  }

  #renderLayer(current: Here | undefined): TemplateResult {
    this.#canvas.ariaLabel = t('all channels');
    if (!current) {
      return html`<div class="panel">
        <h3>${ending(this.layer ?? t('Layer'))}</h3>
        <div class="image-area frame">${this.#canvas}</div>
        <p class="readout">&nbsp;</p>
      </div>`;
    }
    return layerView(current, this.#canvas, this.#paintedOf(current).bars, {
      channel: this.channel,
      pointed: this.pointed,
      stale: this.stale,
      onPoint: (unit) => (this.pointed = unit),
      onChoose: (channel, spoken) => {
        this.#choose(channel);
        if (spoken) announce(this, () => valueText(current, { channel, y: 0, x: 0 }));
      },
      onStep: (by) => {
        const next = (this.channel ?? 0) + by;
        if (next < 0 || next >= current.result.extents.shape[0]!) return;
        this.#choose(next);
        announce(this, () => channelText(current.result, next));
      },
      onEnter: () => this.renderRoot.querySelector<HTMLElement>('.stack .probe')?.focus(),
    });
  }

  #choose(channel: number): void {
    this.channel = channel;
    this.cell = undefined;
    this.at = 'max';
  }

  #renderChannel(current: Here | undefined): TemplateResult {
    const painted = current && this.#paintedOf(current);
    const { cell, held, stale } = this;
    const onHold = (): void => {
      this.#hold(current!);
    };
    const reader = {
      speaker: this,
      cell,
      held,
      stale,
      onHold,
      onMove: (to: Cell | undefined) => (this.cell = to),
      onChoose: () => {
        if (this.cell) this.at = this.cell.join(',');
      },
    };
    return html`${painted ? channelView(current, painted, reader) : blankChannel()}
    ${sentBackView(current, painted, reader)}`;
  }

  /** Keeps the unit as the origin, or lets it go. */
  #hold(current: Here): void {
    const { layer, channel, sentBack } = current.result;
    if (this.held || !sentBack) {
      this.held = undefined;
      announce(this, () => t('The unit follows again.'));
      return;
    }
    const at = this.cell ?? sentBack.at;
    const held = (this.held = { layer, channel, at });
    announce(this, () => t`${unitText(held)} is held.`);
  }

  #renderCaption(current: Here | undefined): TemplateResult {
    if (!current) return html`<figcaption></figcaption>`;
    const { model, result } = current;
    const { layout, layer, method } = result;
    const sent = attributionOf(method);
    return html`<figcaption>
      <p>
        <strong>${layer}</strong>:
        ${
          layout
            ? t('each tile is a channel, each pixel of it the activation of a unit.')
            : t('each bar is the activation of a unit; the layer has no spatial extent.')
        }
        ${sent ? t(sent.says) : nothing}
      </p>
      <p class="muted" part="source">
        ${t`Yosinski et al. 2015, §2${sent ? t`; ${sent.source}. ReLU rule: ${t(rulesOf(method).relu)}` : ''}.`}
      </p>
      <p class="muted" part="adapter">${inputText(model)} ${adapterText(result.adapter)}</p>
      ${this.noControls ? nothing : this.#renderFiles(current)}
    </figcaption>`;
  }

  #renderFiles(current: Here): TemplateResult {
    const { result } = current;
    const { layer, frame, channel, layout } = result;
    const name = layer.replace(/\W+/g, '-');
    const picture = async (): Promise<void> => {
      const watched = await this.#session.watched;
      const painted = layout ? await watched?.picture(frame.input, { channel }) : this.#paintedOf(current).bars;
      if (painted) save(await toPng(painted), `${name}.png`);
    };
    const numbers = async (): Promise<void> => {
      const watched = await this.#session.watched;
      const whole = result.values ?? (await watched?.show(frame.input, this.#canvas, { channel, whole: true }))?.values;
      if (whole) save(await toNpy(whole), `${name}.npy`);
    };
    return html`<div class="files">${button('Save PNG', picture)} ${button('Save numbers (.npy)', numbers)}</div>`;
  }
}

const LIST_ROWS = 14;
const SCALE_CHOICES = [
  ['tile', 'of each channel'],
  ['layer', 'of the layer'],
] as const;
const METHOD_CHOICES = METHODS.map((name) => [name, attributionOf(name)?.title ?? 'nothing'] as const);

/** The first with a spatial extent, or the first there is. */
function firstLayer({ layers }: Model): string {
  return (layers.find(({ shape }) => shape.length === 4 && shape[2]! * shape[3]! > 1) ?? layers[0]!).name;
}

/** Channel with the largest number. */
function argmax(extents: ArrayLike<number>): number {
  let best = 0;
  for (let c = 0; 3 * c < extents.length; c++) if (extents[3 * c + 1]! > extents[3 * best + 1]!) best = c;
  return best;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-activations': CnnActivations;
  }
}
