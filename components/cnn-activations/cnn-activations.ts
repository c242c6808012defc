import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  activations,
  attributionMethods,
  checkChoice,
  COLORMAPS,
  paintBars,
  paintGradient,
  paintMap,
  rangeOf,
  RULES,
  tileCorner,
  toNpy,
  toPng,
  unitAt,
  type ActivationFrame,
  type Activations,
  type ColormapName,
  type ImageSource,
  type Layer,
  type Model,
  type MosaicLayout,
  type MosaicUnit,
  type OriginUnit,
  type Picture,
  type Range,
  type Sample,
  type SentBack,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { flag, numeric, parseColormap, parsePosition, text, verbatim } from '../internal/attributes.ts';
import { Bell } from '../internal/bell.ts';
import { canvas } from '../internal/canvas.ts';
import { select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnLabelledFigure } from '../internal/labelled-figure.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import type { MaterialSource } from '../internal/material.ts';
import { cursor, probe, type Cell } from '../internal/probe.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { blankScale, colourScale, short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { CnnFrameEvent } from './cnn-frame-event.ts';
import { stillFeed, videoFeed, WEBCAM, webcamFeed, type Feed } from './feed.ts';
import { Rate } from './rate.ts';
import { activationsStyles } from './styles.ts';

const SCALES = ['tile', 'layer'] as const;
/** What the layer is drawn from. */
const INPUTS: readonly string[] = ['layer', 'scale', 'colormap', 'method'];
const METHODS = ['none', 'gradient', 'guided-backprop', 'deconvnet'] as const;
type Method = (typeof METHODS)[number];
const BAR_ROWS = 160;

/** A unit that is sent back to the picture. */
interface Origin extends OriginUnit {
  readonly layer: string;
}

/** What is on the screen of a layer: numbers, and the picture they are of. */
export interface ActivationsResult extends ActivationFrame {
  readonly frame: Sample;
  readonly layout: MosaicLayout | undefined;
  /** What the gradient is of. */
  readonly origin: Origin | undefined;
  readonly method: Method;
  readonly scale: (typeof SCALES)[number];
  readonly colormap: ColormapName;
}

type Here = Drawn<ActivationsResult, Feed>;

interface Painted {
  readonly from: ActivationsResult;
  readonly plane: Picture;
  readonly bars: Picture | undefined;
  /** Of the channel. */
  readonly range: Range;
  readonly sentBack: Picture | undefined;
}

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
  static override styles: CSSResultGroup = [figureStyles, activationsStyles];

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
  @property(text('tile')) scale: (typeof SCALES)[number] = 'tile';
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
  #feed: Feed | undefined;
  #session: { readonly from: readonly unknown[]; readonly watched: Promise<Activations> } | undefined;
  #painted: Painted | undefined;
  /** The channel that nobody chose. */
  #found: { readonly model: Model; readonly layer: string; readonly channel: number } | undefined;

  protected override readonly source: MaterialSource<Feed> = {
    properties: ['src', 'video', 'webcam', 'image'],
    origin: () => (this.webcam ? WEBCAM : (this.image ?? this.video ?? this.src)),
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
    this.#canvas.ariaLabel = 'all channels';
    this.addController({
      hostConnected: () => {
        // The feed was let go of when the figure left the page.
        if (this.hasUpdated && this.phase === 'result') void this.restart();
      },
      hostDisconnected: () => {
        this.#closeFeed();
        this.#closeSession();
      },
    });
  }

  protected override get missing(): string | undefined {
    return this.source.origin() === undefined ? 'No picture yet.' : undefined;
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
    const feed = await this.#openFeed(model, signal);
    if (signal.aborted) feed.close();
    signal.throwIfAborted();
    this.#feed = feed;
    // Whoever wants less motion starts it by hand
    if (feed.moving && matchMedia('(prefers-reduced-motion: reduce)').matches) this.paused = true;
    this.#playOrPause();
    return feed;
  }

  #openFeed(model: Model, signal: AbortSignal): Promise<Feed> {
    const { image, video, src } = this;
    if (this.webcam) return webcamFeed(signal);
    if (image instanceof Blob && image.type.startsWith('video/')) return videoFeed(image, signal);
    if (image === undefined && video !== undefined) return videoFeed(video, signal);
    return stillFeed(image ?? src!, model, signal);
  }

  #closeFeed(): void {
    this.#feed?.close();
    this.#feed = undefined;
  }

  #playOrPause(): void {
    this.#rate.reset();
    if (this.paused) this.#feed?.pause();
    else this.#feed?.play();
  }

  #closeSession(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.watched.then(
      (watched) => {
        watched.dispose();
      },
      () => undefined,
    );
  }

  protected override async compute(run: Run<ActivationsResult, Feed>): Promise<ActivationsResult> {
    const { material: feed, signal } = run;
    const first = await this.#drawNext(run);
    void this.#goOn(run);
    if (feed.moving) {
      feed.follow(() => {
        if (!this.paused) this.#bell.ring();
      }, signal);
    }
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
      this.channel = strongest(result.extents.data);
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
    const whole = !feed.moving || this.paused || this.pointed !== undefined;
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
    const from = [model, layer, scale, colormap, method, of];
    const known = this.#session;
    if (known?.from.every((part, i) => part === from[i])) return known.watched;
    this.#closeSession();
    const origin = of === undefined ? undefined : { layer: of, rules: rulesOf(method) };
    const watched = activations(model, { layer, scale, colormap, origin });
    this.#session = { from, watched };
    watched.catch(() => {
      if (this.#session?.watched === watched) this.#session = undefined;
    });
    return watched;
  }

  protected override describe({ result: { layer, extents } }: Here): string {
    return `${extents.shape[0]!} channels of ${layer} are drawn.`;
  }

  protected override paint({ model, result }: Here): void {
    if (this.#painted?.from === result) return;
    const { plane, values, layout, sentBack, colormap, scale } = result;
    const [height, width] = plane.shape as [number, number];
    const { channels } = model.preprocessing;
    const [, rows, columns] = sentBack?.map.shape ?? [];
    const range = scaleOf(result, scale, colormap);
    this.#painted = {
      from: result,
      range,
      plane: paintMap(plane.data, height, width, { colormap, range }).picture,
      bars: layout || !values ? undefined : paintBars(values.data, BAR_ROWS, scaleOf(result, 'layer', 'viridis')),
      sentBack: sentBack && paintGradient(sentBack.map.data, rows!, columns!, { channels }).picture,
    };
  }

  protected override renderControls(): TemplateResult {
    const moving = this.webcam || this.material?.moving === true;
    return html`${select('Colours', COLORMAP_CHOICES, this.colormap, (name) => (this.colormap = name as ColormapName))}
      ${select('Scale', SCALE_CHOICES, this.scale, (name) => (this.scale = name as typeof this.scale))}
      ${select('Sent back by', METHOD_CHOICES, this.method, (name) => (this.method = name as Method))}
      ${select('Unit', [['max', 'the strongest']], this.at, (at) => (this.at = at))}
      <label
        ><span>Your picture or video</span>
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
        <button type="button" aria-pressed=${this.webcam} @click=${() => (this.webcam = !this.webcam)}>Webcam</button>
        <button type="button" ?disabled=${!moving} @click=${() => (this.paused = !this.paused)}>
          ${this.paused ? 'Play' : 'Pause'}
        </button>
      </div>`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    return html`<div class="body">
        ${this.#renderSide(current)} ${this.#renderLayer(current)}
        <div class="stack">${this.#renderChannel(current)} ${this.#renderSentBack(current)}</div>
      </div>
      ${this.#renderCaption(current)}`;
  }

  protected override renderPoster(): TemplateResult {
    return this.src === undefined
      ? html``
      : html`<div class="plate"><img part="picture" src=${this.src} alt=${this.alt} /></div>`;
  }

  #renderSide(current: Here | undefined): TemplateResult {
    const layers = this.network?.layers ?? [];
    const chosen = this.layer ?? current?.result.layer;
    const choose = ({ target }: Event): void => {
      this.layer = (target as HTMLSelectElement).value;
      this.channel = this.cell = this.pointed = undefined;
      this.at = 'max';
    };
    return html`<div>
      <h3>Picture</h3>
      <div class="plate">
        ${this.material?.video ?? nothing}
        ${current ? canvas(current.result.frame.crop, this.alt, 'picture') : this.renderPoster()}
        ${current?.result.sentBack ? boxOn(current.result.frame.crop, current.result.sentBack.box) : nothing}
      </div>
      <p class="readout" part="rate">${current ? this.#rateText(current) : '\u00a0'}</p>
      <label class="layers"
        ><span>Layer</span>
        <select part="layers" size=${LIST_ROWS} @change=${choose}>
          ${layers.map((layer) => html`<option value=${layer.name} .selected=${layer.name === chosen}>${layerText(layer)}</option>`)}
        </select></label
      >
    </div>`;
  }

  #rateText({ material, result: { ms } }: Here): string {
    const time = `${ms.toFixed(0)} ms a picture`;
    const { perSecond } = this.#rate;
    if (!material.moving || this.paused || perSecond === undefined) return time;
    return `${perSecond.toFixed(1)} frames a second, ${time}`;
  }

  #renderLayer(current: Here | undefined): TemplateResult {
    if (!current) {
      return html`<div class="panel">
        <h3>${this.layer ?? 'Layer'}</h3>
        <div class="plate frame">${this.#canvas}</div>
        <p class="readout">&nbsp;</p>
      </div>`;
    }
    const { layer, extents, plane, layout } = current.result;
    const size = layout ? `, ${plane.shape.join('×')} each` : ', without spatial extent';
    return html`<div class="panel">
      <h3>${layer}: ${extents.shape[0]} channels${size}</h3>
      ${layout ? this.#renderMosaic(current, layout) : this.#renderBars(current)}
      <p class=${this.pointed ? 'readout' : 'readout hint'} part="readout">
        ${
          this.pointed
            ? this.#valueText(current, this.pointed)
            : 'Point at it to read values; choose a channel to see it large.'
        }
      </p>
    </div>`;
  }

  #renderMosaic(current: Here, layout: MosaicLayout): TemplateResult {
    const { height, width, tile } = layout;
    const channel = this.channel ?? 0;
    const isChannel = Number.isInteger(this.channel) && channel >= 0 && channel < layout.channels;
    const percent = (part: number): string => `${100 * part}%`;
    const place = (of: number): string => {
      const [left, top] = tileCorner(layout, of);
      return `left: ${percent(left / width)}; top: ${percent(top / height)}; width: ${percent(tile.width / width)}; height: ${percent(tile.height / height)}`;
    };
    const under = (event: PointerEvent | MouseEvent): MosaicUnit | undefined => {
      const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * width;
      return unitAt(layout, x, ((event.clientY - box.top) / box.height) * height);
    };
    const shape = `inline-size: ${percent(Math.min(1, width / height))}; block-size: ${percent(Math.min(1, height / width))}`;
    return html`<div class="plate frame">
      <div
        class="probe ${this.stale ? 'stale' : ''} ${width < COARSE_PX ? 'coarse' : ''}"
        .style=${shape}
        tabindex="0"
        role="application"
        aria-roledescription="grid of channels"
        aria-label="Channels of ${current.result.layer}. The arrow keys go from one to the next, Enter goes into it."
        @pointermove=${(event: PointerEvent) => (this.pointed = under(event))}
        @pointerleave=${() => (this.pointed = undefined)}
        @click=${(event: MouseEvent) => {
          const unit = under(event);
          if (unit) this.#choose(unit.channel);
        }}
        @keydown=${(event: KeyboardEvent) => {
          this.#pressInMosaic(event, current, layout);
        }}
      >
        ${this.#canvas} ${isChannel ? html`<span class="cursor" .style=${place(channel)}></span>` : nothing}
      </div>
    </div>`;
  }

  #choose(channel: number): void {
    this.channel = channel;
    this.cell = undefined;
    this.at = 'max';
  }

  #pressInMosaic(event: KeyboardEvent, current: Here, { channels, columns }: MosaicLayout): void {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step === undefined) {
      this.renderRoot.querySelector<HTMLElement>('.stack .probe')?.focus();
      return;
    }
    const next = (this.channel ?? 0) + step;
    if (next < 0 || next >= channels) return;
    this.#choose(next);
    announce(channelText(current.result, next));
  }

  #renderBars(current: Here): TemplateResult {
    const { bars } = this.#painted!;
    const { layer, extents } = current.result;
    const at = this.pointed?.channel ?? this.channel;
    const onMove = (cell: Cell | undefined, spoken: boolean): void => {
      this.pointed = cell && { channel: cell[1], y: 0, x: 0 };
      if (!cell || !spoken) return;
      this.#choose(cell[1]);
      announce(this.#valueText(current, this.pointed!));
    };
    const choose = (): void => {
      if (this.pointed) this.#choose(this.pointed.channel);
    };
    return html`<div
      class="plate frame ${extents.shape[0]! < COARSE_PX ? 'coarse' : ''}"
      @click=${choose}
      @keydown=${({ key }: KeyboardEvent) => {
        if (key === 'Enter') choose();
      }}
    >
      ${probe(canvas(bars!, `the numbers of ${layer} as bars`, 'bars'), {
        label: `The numbers of ${layer}`,
        stale: this.stale,
        size: [1, extents.shape[0]!],
        cell: at === undefined ? undefined : [0, at],
        onMove,
      })}
    </div>`;
  }

  #renderChannel(current: Here | undefined): TemplateResult {
    const painted = current && this.#painted;
    if (!painted) {
      return html`<div class="panel">
        <h3>Channel</h3>
        <div class="plate"></div>
        ${blankScale()}
        <p class="readout">&nbsp;</p>
      </div>`;
    }
    const { layer, plane, channel, layout, colormap, scale } = current.result;
    const size = plane.shape as unknown as Cell;
    const label = `Channel ${channel} of ${layer}`;
    const origin = this.#originCell(current);
    const here = layout ? this.cell : ([0, 0] as const);
    const move = (cell: Cell | undefined, spoken: boolean): void => {
      this.cell = cell;
      if (cell && spoken) announce(this.#valueText(current, { channel, y: cell[0], x: cell[1] }));
    };
    const press = ({ key }: KeyboardEvent): void => {
      if (key === 'Enter') this.#hold(current);
    };
    const content = html`${canvas(painted.plane, label, 'channel')}
    ${origin && layout ? html`<span class="mark">${cursor(origin, size)}</span>` : nothing}`;
    return html`<div class="panel">
      <h3>${label}</h3>
      <div
        class="coarse"
        @keydown=${press}
        @click=${() => {
          if (this.cell) this.at = this.cell.join(',');
        }}
      >
        ${probe(content, { label: `${label}. Enter holds the unit`, stale: this.stale, size, cell: this.cell, onMove: move })}
      </div>
      ${colourScale(colormap, painted.range, scale === 'tile' ? 'activation, of this channel' : 'activation, of the layer')}
      <p class="readout" part="readout">
        ${here ? this.#valueText(current, { channel, y: here[0], x: here[1] }) : channelText(current.result, channel)}
      </p>
    </div>`;
  }

  /** Where the unit that is sent back is, in the channel that is shown. */
  #originCell({ result: { origin, layer, channel, sentBack } }: Here): Cell | undefined {
    return origin?.layer === layer && origin.channel === channel ? sentBack?.at : undefined;
  }

  /** Keeps the unit as the origin, or lets it go. */
  #hold(current: Here): void {
    const { layer, channel, sentBack } = current.result;
    if (this.held || !sentBack) {
      this.held = undefined;
      announce('The unit follows again.');
      return;
    }
    const at = this.cell ?? sentBack.at;
    this.held = { layer, channel, at };
    announce(`${unitText(this.held)} is held.`);
  }

  #renderSentBack(current: Here | undefined): TemplateResult {
    const sentBack = current && this.#painted?.sentBack;
    const origin = current?.result.origin;
    const method = current && current.result.method !== 'none' ? attributionMethods[current.result.method] : undefined;
    return html`<div class="panel">
      <h3>${method?.title ?? 'Sent back'}</h3>
      <div class="plate coarse">
        ${sentBack ? canvas(sentBack, `what ${unitText(origin!)} sends back to the picture`, 'sent-back') : nothing}
      </div>
      <button
        type="button"
        class="hold"
        aria-pressed=${this.held !== undefined}
        ?disabled=${!origin}
        @click=${() => {
          this.#hold(current!);
        }}
      >
        Hold this unit
      </button>
      <p class="readout">
        ${origin ? `From ${unitText(origin)}${this.held ? ', held' : ''}.` : 'Choose how a unit is sent back to the picture.'}
      </p>
    </div>`;
  }

  #valueText({ model, result }: Here, { channel, y, x }: MosaicUnit): string {
    const { values, plane, layout } = result;
    const [height, width] = plane.shape as [number, number];
    const at = y * width + x;
    const known = values
      ? values.data[channel * height * width + at]
      : channel === result.channel
        ? plane.data[at]
        : undefined;
    const value = known === undefined ? '…' : short(known);
    if (layout) return `Channel ${channel}, x ${x}, y ${y}: ${value}`;
    const named = result.extents.shape[0] === model.labels.length;
    return `${named ? `${model.labels[channel]!.name} (${channel})` : `Unit ${channel}`}: ${value}`;
  }

  #renderCaption(current: Here | undefined): TemplateResult {
    if (!current) return html`<figcaption></figcaption>`;
    const { model, result } = current;
    const { layout, layer, method } = result;
    const sent = method === 'none' ? undefined : attributionMethods[method];
    return html`<figcaption>
      <p>
        <strong>${layer}</strong>:
        ${
          layout
            ? 'each tile is a channel, each pixel of it the activation of a unit.'
            : 'each bar is the activation of a unit; the layer has no spatial extent.'
        }
        ${sent?.says ?? nothing}
      </p>
      <p class="muted" part="source">
        Yosinski et al. 2015, §2${sent ? `; ${sent.source}. ReLU rule: ${rulesOf(method).relu}` : ''}.
      </p>
      <p class="muted" part="adapter">${inputText(model)} ${adapterText(result.adapter)}</p>
      ${this.noControls ? nothing : this.#renderFiles(current)}
    </figcaption>`;
  }

  #renderFiles({ result }: Here): TemplateResult {
    const { layer, frame, channel, layout } = result;
    const name = layer.replace(/\W+/g, '-');
    const picture = async (): Promise<void> => {
      const watched = await this.#session?.watched;
      const painted = layout ? await watched?.picture(frame.input, { channel }) : this.#painted?.bars;
      if (painted) save(await toPng(painted), `${name}.png`);
    };
    const numbers = async (): Promise<void> => {
      const watched = await this.#session?.watched;
      const whole = result.values ?? (await watched?.show(frame.input, this.#canvas, { channel, whole: true }))?.values;
      if (whole) save(await toNpy(whole), `${name}.npy`);
    };
    return html`<div class="files">
      <button type="button" @click=${picture}>Save PNG</button>
      <button type="button" @click=${numbers}>Save numbers (.npy)</button>
    </div>`;
  }
}

const LIST_ROWS = 14;
/** A mosaic or bars with fewer pixels are shown with hard edges. */
const COARSE_PX = 480;
const SCALE_CHOICES = [
  ['tile', 'of each channel'],
  ['layer', 'of the layer'],
] as const;
const METHOD_CHOICES = METHODS.map(
  (name) => [name, name === 'none' ? 'nothing' : attributionMethods[name].title] as const,
);
const COLORMAP_CHOICES = COLORMAPS.map((name) => [name, name] as const);

function rulesOf(method: Method): (typeof RULES)['gradient'] {
  return RULES[method === 'guided-backprop' ? 'guided' : method === 'deconvnet' ? 'deconvnet' : 'gradient'];
}

/** The first with a spatial extent, or the first there is. */
function firstLayer({ layers }: Model): string {
  return (layers.find(({ shape }) => shape.length === 4 && shape[2]! * shape[3]! > 1) ?? layers[0]!).name;
}

function layerText({ name, shape }: Layer): string {
  return `${name} (${shape.slice(1).join('×')})`;
}

/** What the unit sees, on the picture. */
function boxOn({ width, height }: Picture, [x0, y0, x1, y1]: SentBack['box']): TemplateResult {
  const percent = (part: number): string => `${100 * part}%`;
  const place = `left: ${percent(x0 / width)}; top: ${percent(y0 / height)}; width: ${percent((x1 - x0) / width)}; height: ${percent((y1 - y0) / height)}`;
  return html`<span class="mark"><span class="cursor" part="box" .style=${place}></span></span>`;
}

function unitText({ layer, channel, at }: Origin): string {
  return `${layer}, channel ${channel}${at === 'max' ? ', the strongest unit' : ` at (${at.join(', ')})`}`;
}

function channelText({ extents }: ActivationsResult, channel: number): string {
  const [low, high] = extents.data.subarray(3 * channel);
  return `Channel ${channel}: ${short(low!)} to ${short(high!)}`;
}

/** Channel with the largest number. */
function strongest(extents: ArrayLike<number>): number {
  let best = 0;
  for (let c = 0; 3 * c < extents.length; c++) if (extents[3 * c + 1]! > extents[3 * best + 1]!) best = c;
  return best;
}

/** Ends of the colour scale, as the mosaic has them. */
function scaleOf({ extents, channel }: ActivationsResult, scale: string, colormap: string): Range {
  const ends = extents.data.filter((_, i) => i % 3 < 2 && (scale === 'layer' || Math.floor(i / 3) === channel));
  return rangeOf(ends, { symmetric: colormap === 'rdbu' });
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-activations': CnnActivations;
  }
}
