import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  attributionMethods,
  COLORMAPS,
  overlay,
  paintGradient,
  paintMap,
  reduceChannels,
  toNpy,
  toPng,
  type Attribution,
  type AttributionMethodName,
  type ColormapName,
  type Layer,
  type Painted,
  type Picture,
  type Range,
  type Reduction,
  type Target,
} from '../../src/index.ts';
import { optionalNumber, optionalText } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { cellAt, moved, type Cell } from '../internal/cells.ts';
import { CnnFigure, type Run } from '../internal/figure.ts';
import { save } from '../internal/save.ts';
import { colourScale } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';

const METHODS = Object.keys(attributionMethods) as AttributionMethodName[];

/** What the element shows, painted once for each change. */
interface Shown {
  readonly map: Painted;
  /** The map laid over the picture. */
  readonly over: Picture;
  readonly overRange: Range;
}

/**
 * Which pixels speak for a class, or for a unit inside the network.
 *
 * @slot - shown where the browser has no WebGPU
 * @slot caption - under the figure
 */
@customElement('cnn-saliency')
export class CnnSaliency extends CnnFigure<Attribution> {
  static override styles: CSSResultGroup = figureStyles;

  /** `saliency`, `gradient`, `guided-backprop` or `deconvnet`. */
  @property({ reflect: true }) method: AttributionMethodName = 'saliency';
  /** A class by number, label or synset; `top-1` is the likeliest. */
  @property({ reflect: true }) target = 'top-1';
  /** A layer instead of a class. */
  @property({ ...optionalText, reflect: true }) layer: string | undefined;
  /** Channel of the layer; the one with the strongest unit by default. */
  @property({ ...optionalNumber, reflect: true }) channel: number | undefined;
  /** Unit of the channel as `y,x`; `max` or `all`. */
  @property() at = 'max';
  /** How the colour channels become one number: `max`, `sum` or `l2` of the magnitudes. */
  @property() reduction: Reduction = 'max';
  @property({ reflect: true }) view: 'side-by-side' | 'overlay' = 'side-by-side';
  /** Of the map over the picture, 0…1. */
  @property({ type: Number }) opacity = 0.7;
  @property() colormap: ColormapName = 'magma';
  /** Ends of the colour scale as `low,high`, so that figures can be compared. */
  @property(optionalText) range: string | undefined;

  @state() private result: Attribution | undefined;
  @state() private readout = '';
  #shown: { readonly key: unknown[]; readonly shown: Shown } | undefined;

  protected override readonly inputs: readonly string[] = ['method', 'target', 'layer', 'channel', 'at', 'reduction'];

  protected override async compute({ model, sample, signal, onProgress, turn }: Run): Promise<Attribution> {
    const method = attributionMethods[this.method] as (typeof attributionMethods)[AttributionMethodName] | undefined;
    if (!method) {
      throw new ArgumentError(`there is no method "${this.method}"`, { expected: METHODS.join(', ') });
    }
    const options = { target: this.#target(), signal, onProgress, reduction: this.reduction };
    this.result = await turn(() => method.run(model, sample, options));
    return this.result;
  }

  protected override describe({ goal }: Attribution): string {
    return `${attributionMethods[this.method].title} for ${goal.description} is drawn.`;
  }

  #target(): Target {
    if (this.layer === undefined || this.layer === '') return this.target === '' ? 'top-1' : this.target;
    const position = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(this.at);
    if (!position && this.at !== 'max' && this.at !== 'all') {
      throw new ArgumentError('the position makes no sense', { expected: 'max, all or y,x', got: `"${this.at}"` });
    }
    const at = position ? ([Number(position[1]), Number(position[2])] as const) : (this.at as 'max' | 'all');
    return { layer: this.layer, at, ...(this.channel === undefined ? {} : { channel: this.channel }) };
  }

  protected override renderFigure(): TemplateResult {
    return html`${this.noControls ? nothing : this.#renderControls()}
      <div class=${this.phase === 'running' ? 'stale' : ''} style="--_columns: ${this.view === 'overlay' ? 1 : 2}">
        ${this.result && this.sample ? this.#renderResult(this.result, this.sample.crop) : this.#renderPlaceholder()}
      </div>`;
  }

  #renderPlaceholder(): TemplateResult {
    const blank = html`<div class="panel">
      <h3>Map</h3>
      <canvas part="map" role="img" aria-label="not drawn yet"></canvas>
    </div>`;
    return html`<div class="panels">
      <div class="panel">
        <h3>Picture</h3>
        ${this.sample ? canvas(this.sample.crop, this.alt, 'picture') : this.renderPoster()}
      </div>
      ${this.view === 'overlay' ? nothing : blank}
    </div>`;
  }

  #renderControls(): TemplateResult {
    const layers = this.network?.layers.filter(({ shape }) => shape.length === 4) ?? [];
    return html`<div class="controls" part="controls">
      <label
        >Method
        <select .value=${this.method} @change=${this.#onMethod}>
          ${METHODS.map((name) => html`<option value=${name} ?selected=${name === this.method}>${attributionMethods[name].title}</option>`)}
        </select></label
      >
      <label
        >Explain
        <select @change=${this.#onLayer}>
          <option value="" ?selected=${!this.layer}>a class</option>
          ${layers.map(({ name, shape }: Layer) => html`<option value=${name} ?selected=${name === this.layer}>${name} (${shape[1]})</option>`)}
        </select></label
      >
      ${
        this.layer
          ? html`<label
              >Channel
              <input
                type="number"
                min="0"
                placeholder="strongest"
                .value=${this.channel?.toString() ?? ''}
                @change=${this.#onChannel}
            /></label>`
          : html`<label
                >Class
                <input
                  list="classes"
                  placeholder="top-1"
                  .value=${this.target === 'top-1' ? '' : this.target}
                  @change=${this.#onTarget}
              /></label>
              <datalist id="classes">
                ${this.network?.labels.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
              </datalist>`
      }
      <label
        >View
        <select @change=${this.#onView}>
          <option value="side-by-side" ?selected=${this.view === 'side-by-side'}>Side by side</option>
          <option value="overlay" ?selected=${this.view === 'overlay'}>Overlay</option>
        </select></label
      >
      <label
        >Colours
        <select @change=${this.#onColormap}>
          ${COLORMAPS.map((name) => html`<option value=${name} ?selected=${name === this.colormap}>${name}</option>`)}
        </select></label
      >
      ${
        this.view === 'overlay'
          ? html`<label
              >Opacity
              <input type="range" min="0" max="1" step="0.05" .value=${String(this.opacity)} @input=${this.#onOpacity}
            /></label>`
          : nothing
      }
    </div>`;
  }

  #renderResult(result: Attribution, crop: Picture): TemplateResult {
    const { map, over, overRange } = this.#paint(result, crop);
    const { title, source, says } = attributionMethods[result.method as AttributionMethodName];
    const label = `${title} for ${result.goal.description}`;
    const signed = result.map.shape.length === 3;
    const asOverlay = this.view === 'overlay';
    return html`<div class="panels">
        ${
          asOverlay
            ? nothing
            : html`<div class="panel">
                <h3>Picture</h3>
                ${canvas(crop, this.alt, 'picture')}
              </div>`
        }
        <div class="panel">
          <h3>${title}</h3>
          <div
            tabindex="0"
            role="group"
            aria-label="${label}; arrow keys read single values"
            @pointermove=${this.#onPoint}
            @keydown=${this.#onKey}
          >
            ${canvas(asOverlay ? over : map.picture, label, 'map')}
          </div>
          ${
            asOverlay
              ? colourScale(this.colormap, overRange, 'magnitude')
              : colourScale(
                  signed ? 'gray' : this.colormap,
                  map.range,
                  signed ? 'signed, in each colour channel' : 'magnitude',
                )
          }
        </div>
      </div>
      <p class="muted readout" part="readout">${this.readout || 'Point at the map to read its values.'}</p>
      <figcaption>
        <p>
          <strong>${title}</strong> for <strong>${result.goal.description}</strong>,
          ${result.goal.classId === undefined ? 'activation' : 'score'} ${result.goal.score.toFixed(2)}. ${says}
        </p>
        <p class="muted" part="source">
          ${source} · ReLU: ${result.rules.relu}, overlapping pools
          ${result.rules.overlap === 'accumulate' ? 'add up' : 'overwrite'}${result.rules.lrn === 'identity' ? ', contrast normalisation left out' : ''}
        </p>
        ${result.notes.map((note) => html`<p class="muted" part="note">${note}</p>`)} ${this.renderAdapter(result.ms)}
        ${
          this.noControls
            ? nothing
            : html`<div class="actions">
                <button type="button" @click=${this.#savePicture}>Save PNG</button>
                <button type="button" @click=${this.#saveNumbers}>Save numbers (.npy)</button>
              </div>`
        }
      </figcaption>`;
  }

  #paint(result: Attribution, crop: Picture): Shown {
    const key = [result, crop, this.colormap, this.opacity, this.range];
    if (this.#shown?.key.every((part, i) => part === key[i])) return this.#shown.shown;
    const { shape, data } = result.map;
    const [height, width] = shape.slice(-2) as [number, number];
    const range = parseRange(this.range);
    const magnitude = shape.length === 3 ? reduceChannels(result.map, this.reduction) : result.map;
    const colours = { colormap: this.colormap, percentile: 99.5, range: range ?? undefined };
    const flat = paintMap(magnitude.data, height, width, colours);
    const map =
      shape.length === 2
        ? flat
        : paintGradient(data, height, width, { channels: this.network!.preprocessing.channels, scale: range?.[1] });
    const shown = { map, over: overlay(crop, flat.picture, this.opacity), overRange: flat.range };
    this.#shown = { key, shown };
    return shown;
  }

  #onMethod(event: Event): void {
    this.method = (event.target as HTMLSelectElement).value as AttributionMethodName;
  }

  #onLayer(event: Event): void {
    this.layer = (event.target as HTMLSelectElement).value || undefined;
    this.channel = undefined;
  }

  #onChannel(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.channel = value === '' ? undefined : Number(value);
  }

  #onTarget(event: Event): void {
    this.target = (event.target as HTMLInputElement).value.trim() || 'top-1';
  }

  #onView(event: Event): void {
    this.view = (event.target as HTMLSelectElement).value as typeof this.view;
  }

  #onColormap(event: Event): void {
    this.colormap = (event.target as HTMLSelectElement).value as ColormapName;
  }

  #onOpacity(event: Event): void {
    this.opacity = Number((event.target as HTMLInputElement).value);
  }

  #point: Cell = [0, 0];

  #onPoint(event: PointerEvent): void {
    this.#read(cellAt(event, this.#size));
  }

  #onKey(event: KeyboardEvent): void {
    const to = moved(event, this.#point, this.#size);
    if (to) this.#read(to);
  }

  get #size(): readonly [number, number] {
    return this.result!.map.shape.slice(-2) as [number, number];
  }

  #read([y, x]: Cell): void {
    const { shape, data } = this.result!.map;
    const [height, width] = this.#size;
    this.#point = [y, x];
    const planes = shape.length === 3 ? shape[0]! : 1;
    const values = Array.from({ length: planes }, (_, c) => data[(c * height + y) * width + x]!.toPrecision(3));
    const names = planes === 3 ? ` (${this.network!.preprocessing.channels})` : '';
    this.readout = `x ${x}, y ${y}: ${values.join(', ')}${names}`;
  }

  async #savePicture(): Promise<void> {
    const { map, over } = this.#paint(this.result!, this.sample!.crop);
    save(await toPng(this.view === 'overlay' ? over : map.picture), `${this.result!.method}.png`);
  }

  #saveNumbers(): void {
    save(toNpy(this.result!.map), `${this.result!.method}.npy`);
  }
}

function parseRange(text: string | undefined): Range | undefined {
  const [low, high] = text?.split(',').map(Number) ?? [];
  return low !== undefined && high !== undefined && high > low ? [low, high] : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-saliency': CnnSaliency;
  }
}
