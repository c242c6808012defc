import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  className,
  COLORMAPS,
  float32,
  occludedPicture,
  occlusion,
  paintClasses,
  paintMap,
  rangeOf,
  toNpy,
  topClasses,
  toPng,
  type ClassColour,
  type ColormapName,
  type Occlusion,
  type Painted,
  type PatchFill,
  type Picture,
} from '../../src/index.ts';
import { optionalText } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { cellAt, moved, type Cell } from '../internal/cells.ts';
import { CnnFigure, type Run } from '../internal/figure.ts';
import { save } from '../internal/save.ts';
import { colourScale } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { occlusionStyles } from './styles.ts';

/** The three maps of a snapshot in colours. */
interface Shown {
  readonly probability: Painted;
  readonly activation: Painted;
  readonly classes: { readonly picture: Picture; readonly legend: readonly ClassColour[] };
}

const LEGEND_LENGTH = 5;

/**
 * What a class depends on: the network looks at the picture with a patch over each position in turn. Three maps, as in
 * Zeiler & Fergus 2014, fig. 7, fill in from coarse to fine.
 *
 * @slot - shown where the browser has no WebGPU
 * @slot caption - under the figure
 */
@customElement('cnn-occlusion')
export class CnnOcclusion extends CnnFigure<Occlusion> {
  static override styles: CSSResultGroup = [figureStyles, occlusionStyles];

  /** Side of the patch, px of the network's input. */
  @property({ type: Number, reflect: true }) size = 32;
  /** Distance between positions, px. */
  @property({ type: Number, reflect: true }) stride = 16;
  /** `gray`, `mean`, `blur` or a colour `#rrggbb`. */
  @property({ reflect: true }) fill = 'gray';
  /** `inside` the picture, or `overhang` its border. */
  @property({ reflect: true }) placement: 'inside' | 'overhang' = 'inside';
  /** A class by number, label or synset; `top-1` is the likeliest. */
  @property({ reflect: true }) target = 'top-1';
  /** Layer whose strongest feature map is summed. */
  @property({ ...optionalText, reflect: true }) layer: string | undefined;
  @property() colormap: ColormapName = 'viridis';

  @state() private result: Occlusion | undefined;
  @state() private cell: Cell | undefined;
  #shown: { readonly of: Occlusion; readonly colormap: ColormapName; readonly shown: Shown } | undefined;
  #occluded: { readonly key: unknown[]; readonly picture: Picture } | undefined;

  protected override readonly inputs: readonly string[] = ['size', 'stride', 'fill', 'placement', 'target', 'layer'];

  protected override async compute({ model, sample, signal, onProgress, turn }: Run): Promise<Occlusion> {
    const { size, stride, placement, target, layer } = this;
    const options = { size, stride, placement, target, layer: layer === '' ? undefined : layer, signal };
    const snapshots = occlusion(model, sample, { ...options, fill: parseFill(this.fill) });
    for (;;) {
      const { value } = await turn(() => snapshots.next());
      signal.throwIfAborted();
      if (!value) return this.result!;
      if (!this.result || value.grid.rows !== this.result.grid.rows || value.grid.cols !== this.result.grid.cols) {
        this.cell = undefined;
      }
      this.result = value;
      onProgress(value.done / value.known.length);
    }
  }

  protected override describe(result: Occlusion): string {
    return `The occlusion maps for ${className(this.network!, result.classId)} are drawn.`;
  }

  protected override renderFigure(): TemplateResult {
    return html`${this.noControls ? nothing : this.#renderControls()}
      <div class="pixels" style="--_columns: 4">
        <div class="panels">${this.#renderPicture()} ${this.result ? this.#renderMaps(this.result) : BLANK_MAPS}</div>
      </div>
      ${this.result ? this.#renderCaption(this.result) : nothing}`;
  }

  #renderControls(): TemplateResult {
    const layers = this.network?.layers.filter(({ shape }) => shape.length === 4 && shape[2]! > 1) ?? [];
    const number = (label: string, name: 'size' | 'stride'): TemplateResult =>
      html`<label
        >${label}
        <input
          type="number"
          min="1"
          .value=${String(this[name])}
          @change=${(event: Event) => {
            this[name] = Number((event.target as HTMLInputElement).value);
          }}
      /></label>`;
    return html`<div class="controls" part="controls">
      ${number('Patch, px', 'size')} ${number('Stride, px', 'stride')}
      <label
        >Fill
        <select @change=${this.#onFill}>
          ${['gray', 'mean', 'blur', ...(this.fill.startsWith('#') ? [this.fill] : [])].map((fill) => html`<option ?selected=${fill === this.fill}>${fill}</option>`)}
        </select></label
      >
      <label
        >Border
        <select @change=${this.#onPlacement}>
          ${['inside', 'overhang'].map((name) => html`<option ?selected=${name === this.placement}>${name}</option>`)}
        </select></label
      >
      <label
        >Class
        <input
          list="classes"
          placeholder="top-1"
          .value=${this.target === 'top-1' ? '' : this.target}
          @change=${this.#onTarget}
      /></label>
      <datalist id="classes">
        ${this.network?.labels.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
      </datalist>
      <label
        >Feature map of
        <select @change=${this.#onLayer}>
          <option value="" ?selected=${!this.layer}>the last layer</option>
          ${layers.map(({ name }) => html`<option ?selected=${name === this.layer}>${name}</option>`)}
        </select></label
      >
      <label
        >Colours
        <select @change=${this.#onColormap}>
          ${COLORMAPS.map((name) => html`<option ?selected=${name === this.colormap}>${name}</option>`)}
        </select></label
      >
    </div>`;
  }

  /** The picture, with the patch where the reader points. */
  #renderPicture(): TemplateResult {
    const { network, sample, result, cell } = this;
    if (!network || !sample || !result || !cell) {
      return html`<div class="panel">
        <h3>Picture</h3>
        ${sample ? canvas(sample.crop, this.alt, 'picture') : this.renderPoster()}
      </div>`;
    }
    const [row, col] = cell;
    const key = [sample, result.patch, row, col];
    if (!this.#occluded?.key.every((part, i) => part === key[i])) {
      this.#occluded = { key, picture: occludedPicture(network, sample, result.patch, row, col) };
    }
    const label = `${this.alt} with the patch in row ${row}, column ${col}`;
    return html`<div class="panel">
      <h3>With the patch</h3>
      ${canvas(this.#occluded.picture, label, 'picture')}
    </div>`;
  }

  #renderMaps(result: Occlusion): TemplateResult {
    const { probability, activation, classes } = this.#paint(result);
    const name = className(this.network!, result.classId);
    const { layer, channel } = result.feature;
    const further = classes.legend.length - LEGEND_LENGTH;
    return html`${this.#renderMap(`Probability of ${name}`, probability.picture, 'probability', colourScale(this.colormap, probability.range, `${pct(result.before.probability)} without a patch`))}
    ${this.#renderMap(`Feature map ${channel} of ${layer}`, activation.picture, 'activation', colourScale(this.colormap, activation.range, `sum; ${result.before.activation.toPrecision(3)} without a patch`))}
    ${this.#renderMap(
      'Likeliest class',
      classes.picture,
      'classes',
      html`<ul class="legend" part="legend">
        ${classes.legend.slice(0, LEGEND_LENGTH).map(({ id, colour }) => html`<li><span style="background: rgb(${colour.join(' ')})"></span>${className(this.network!, id)}</li>`)}
        ${further > 0 ? html`<li>and ${further} more</li>` : nothing}
      </ul>`,
    )}`;
  }

  #renderMap(title: string, picture: Picture, part: string, legend: TemplateResult): TemplateResult {
    return html`<div class="panel">
      <h3>${title}</h3>
      <div
        class="map"
        tabindex="0"
        role="group"
        aria-label="${title}; arrow keys move the patch"
        @pointermove=${this.#onPoint}
        @pointerleave=${this.#onLeave}
        @keydown=${this.#onKey}
      >
        ${canvas(picture, title, part)}
        ${this.cell ? html`<span class="cursor" style=${this.#cursor(this.cell)}></span>` : nothing}
      </div>
      ${legend}
    </div>`;
  }

  #renderCaption(result: Occlusion): TemplateResult {
    const { size, stride, fill } = result.patch;
    const all = result.known.length;
    return html`<figcaption>
      ${this.#renderReadout(result)}
      <p>
        <strong>Occlusion</strong> of <strong>${className(this.network!, result.classId)}</strong>: where the patch
        hides what the class needs, its probability falls.
      </p>
      <p class="muted" part="source">
        Zeiler & Fergus 2014, fig. 7 · patch of ${size} px, every ${stride} px,
        ${typeof fill === 'string' ? fill : `rgb(${fill.join(' ')})`} · ${result.done} of ${all} positions, each a
        forward pass
      </p>
      ${this.renderAdapter(result.ms)}
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

  #renderReadout({ grid, logits, known }: Occlusion): TemplateResult {
    const { cell, network } = this;
    const at = cell && cell[0] * grid.cols + cell[1];
    if (at === undefined || known[at] === 0) {
      return html`<p class="muted readout" part="readout">Point at a map to put the patch there.</p>`;
    }
    const classes = logits.length / known.length;
    const best = topClasses(network!, logits.subarray(at * classes, (at + 1) * classes), 5);
    return html`<p class="muted readout" part="readout">
      ${best.map(({ name, probability }) => `${name} ${pct(probability)}`).join(' · ')}
    </p>`;
  }

  /** Snapshots share their arrays, so a new one is painted anew. */
  #paint(result: Occlusion): Shown {
    if (this.#shown?.of === result && this.#shown.colormap === this.colormap) return this.#shown.shown;
    const { rows, cols } = result.grid;
    const paint = (map: Float32Array): Painted =>
      paintMap(map, rows, cols, { colormap: this.colormap, range: rangeOf(map) });
    const shown = {
      probability: paint(result.probability),
      activation: paint(result.activation),
      classes: paintClasses(result.topClass, rows, cols),
    };
    this.#shown = { of: result, colormap: this.colormap, shown };
    return shown;
  }

  #cursor([row, col]: Cell): string {
    const { rows, cols } = this.result!.grid;
    return `top: ${(100 * row) / rows}%; left: ${(100 * col) / cols}%; width: ${100 / cols}%; height: ${100 / rows}%`;
  }

  #onPoint(event: PointerEvent): void {
    const { rows, cols } = this.result!.grid;
    const [row, col] = cellAt(event, [rows, cols]);
    if (this.cell?.[0] !== row || this.cell[1] !== col) this.cell = [row, col];
  }

  #onLeave(): void {
    this.cell = undefined;
  }

  #onKey(event: KeyboardEvent): void {
    const { rows, cols } = this.result!.grid;
    const middle: Cell = [Math.floor(rows / 2), Math.floor(cols / 2)];
    if (event.key === 'Escape') this.cell = undefined;
    this.cell = moved(event, this.cell ?? middle, [rows, cols]) ?? this.cell;
  }

  #onFill(event: Event): void {
    this.fill = (event.target as HTMLSelectElement).value;
  }

  #onPlacement(event: Event): void {
    this.placement = (event.target as HTMLSelectElement).value as typeof this.placement;
  }

  #onTarget(event: Event): void {
    this.target = (event.target as HTMLInputElement).value.trim() || 'top-1';
  }

  #onLayer(event: Event): void {
    this.layer =
      (event.target as HTMLSelectElement).selectedIndex === 0 ? undefined : (event.target as HTMLSelectElement).value;
  }

  #onColormap(event: Event): void {
    this.colormap = (event.target as HTMLSelectElement).value as ColormapName;
  }

  async #savePicture(): Promise<void> {
    save(await toPng(this.#paint(this.result!).probability.picture), 'occlusion.png');
  }

  #saveNumbers(): void {
    const { grid, probability } = this.result!;
    save(toNpy(float32([grid.rows, grid.cols], probability)), 'occlusion.npy');
  }
}

const BLANK_MAPS = ['Probability', 'Feature map', 'Likeliest class'].map(
  (title) =>
    html`<div class="panel">
      <h3>${title}</h3>
      <canvas role="img" aria-label="not drawn yet"></canvas>
    </div>`,
);

function pct(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

function parseFill(text: string): PatchFill {
  if (text === 'gray' || text === 'mean' || text === 'blur') return text;
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (!hex)
    throw new ArgumentError('the fill makes no sense', { expected: 'gray, mean, blur or #rrggbb', got: `"${text}"` });
  return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-occlusion': CnnOcclusion;
  }
}
