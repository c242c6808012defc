import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  checkChoice,
  filterLayers,
  filters,
  paintFilters,
  toNpy,
  toPng,
  type Filters,
  type PaintedFilters,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { button, layerPicker, number, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { Memo } from '../internal/memo.ts';
import { CnnNetworkFigure } from '../internal/network-figure.ts';
import { probe, type Cell } from '../internal/probe.ts';
import { save } from '../internal/save.ts';
import { blankScale, colourScale, short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { Fits } from './fits.ts';
import type { GaborWords } from './gabor.ts';
import { numberTables, planeName } from './numbers.ts';
import { filtersStyles } from './styles.ts';
import { explain, t } from '../internal/languages/words.ts';

const ORDERS = ['file', 'norm'] as const;
const SCALES = ['layer', 'filter'] as const;
/** Pixels across a weight, before the style sheet scales the picture. */
const PIXEL = 4;
/** Width of a saved picture, px, at least. */
const SAVED_PX = 1024;

type Here = Drawn<Filters, undefined>;

/** The filters on the page that is turned to. */
interface Sheet extends PaintedFilters {
  /** As the attributes said when they last made sense. */
  readonly scale: (typeof SCALES)[number];
  readonly count: number;
  readonly which: readonly number[];
  /** Of how many. */
  readonly from: number;
  readonly total: number;
}

/**
 * The filters of a convolution: those that look at the picture in colour, others as grey tiles, one for each channel that
 * they look at. The numbers of each can be read.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-select - the reader chose a filter: a channel of the layer
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart filters - the filters
 * @csspart filter - the chosen one
 * @csspart scale - what black and white stand for
 * @csspart readout - the filter where the reader is
 * @csspart gabor - how near to a Gabor function it is, where it is large and looks at a picture in colour
 * @csspart numbers - weights of the chosen filter
 * @csspart note - what a reader should know of these filters
 * @csspart source - whose weights they are
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-filters')
export class CnnFilters extends CnnNetworkFigure<Filters> {
  static override styles: CSSResultGroup = [figureStyles, filtersStyles];

  /** A convolution, or a layer that one makes; the first convolution by default. */
  @property(text()) layer: string | undefined;
  /** `file`: as they are there; `norm`: largest first. */
  @property(text('file')) order: (typeof ORDERS)[number] = 'file';
  /** Whose largest magnitude is full black or white: that of the `layer`, so that filters compare, or of each `filter`. */
  @property(text('layer')) scale: (typeof SCALES)[number] = 'layer';
  /** Filters shown at once. */
  @property(numeric(64)) count = 64;

  /** First of the filters that are shown, by rank. */
  @state() private first = 0;
  /** Where the pointer is, by rank, and the filter that is shown large. */
  @state() private pointed: number | undefined;
  @state() private chosen: number | undefined;
  /** Of the chosen filter. */
  @state() private channel = 0;
  /** The reader asked for numbers. */
  @state() private open = false;
  #sheet: Sheet | undefined;
  readonly #sheets = new Memo<Sheet>();
  readonly #larger = new Memo<PaintedFilters>();
  readonly #fits: Fits = new Fits(this);

  protected override readonly inputs: readonly string[] = ['layer'];

  protected override compute({ model }: Run<Filters, undefined>): Promise<Filters> {
    const result = filters(model, this.layer);
    this.first = this.channel = 0;
    this.chosen = this.pointed = undefined;
    return Promise.resolve(result);
  }

  protected override describe({ result }: Here): string {
    return t`The ${result.weights.shape[0]!} filters of ${result.layer} are drawn.`;
  }

  protected override paint({ result }: Here): void {
    const order = checkChoice('order', this.order, ORDERS);
    const scale = checkChoice('scale', this.scale, SCALES);
    const { first, count } = this;
    if (!Number.isInteger(count) || count < 1) {
      throw new ArgumentError('the count makes no sense', { expected: '1 or more', got: String(count) });
    }
    this.#sheet = this.#sheets.of([result, order, scale, first, count], () => {
      const { weights, norms, planes } = result;
      const ranked = norms.map((_, k) => k);
      if (order === 'norm') ranked.sort((a, b) => norms[b]! - norms[a]! || a - b);
      const which = ranked.slice(first, first + count);
      return {
        ...paintFilters(weights, { planes, which, scale, pixel: PIXEL }),
        scale,
        count,
        which,
        from: first,
        total: ranked.length,
      };
    });
  }

  protected override renderControls(): TemplateResult {
    return html`${layerPicker(
      'Layer',
      'the first',
      this.network ? filterLayers(this.network) : [],
      this.current && this.layer !== undefined ? this.current.result.layer : this.layer,
      (layer) => (this.layer = layer),
    )}
    ${select('Order', ORDER_CHOICES, this.order, (order) => (this.order = order))}
    ${select('Scale', SCALE_CHOICES, this.scale, (scale) => (this.scale = scale))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    const sheet = current && this.#sheet;
    if (!sheet) {
      return html`<div class="panels">
        <div class="panel">
          <h3>&nbsp;</h3>
          <div class="image-area"></div>
          ${blankScale()}
          <p class="readout">&nbsp;</p>
        </div>
        <div class="side"></div>
      </div>`;
    }
    const chosen = this.chosen ?? sheet.which[0]!;
    return html`<div class="panels">
      ${this.#renderSheet(current, sheet, chosen)}
      <div class="side">${this.#renderFilter(current.result, chosen)} ${this.#renderCaption(current)}</div>
    </div>`;
  }

  #renderSheet({ result }: Here, sheet: Sheet, chosen: number): TemplateResult {
    const { picture, rows, columns, which, largest } = sheet;
    const title = t`Filters of ${result.layer}`;
    const at = this.pointed ?? which.indexOf(chosen);
    const move = (cell: Cell | undefined, spoken: boolean): void => {
      const rank = cell && cell[0] * columns + cell[1];
      if (rank !== undefined && rank >= which.length) return;
      this.pointed = rank;
      if (rank !== undefined && spoken) this.#choose(result, which[rank]!, true);
    };
    return html`<div class="panel" part="filters">
      <h3>${title}, ${result.weights.shape.join('×')}</h3>
      <div
        .style=${`--_ratio: ${picture.width} / ${picture.height}`}
        @pointerup=${() => {
          if (this.pointed !== undefined) this.#choose(result, which[this.pointed]!, false);
        }}
      >
        ${probe(canvas(picture, title, 'picture'), {
          label: title,
          size: [rows, columns],
          stale: this.stale,
          cell: at < 0 ? undefined : [Math.floor(at / columns), at % columns],
          onMove: move,
        })}
      </div>
      ${
        sheet.scale === 'layer'
          ? colourScale(
              'gray',
              [-largest, largest],
              result.planes && !result.scaled ? t('Weight for one of 255 steps of a pixel') : t('Weight'),
            )
          : html`<div class="scale"><p class="measure">${t`Each filter has a scale of its own.`}</p></div>`
      }
      ${this.#renderPages(sheet)}
      <p class="readout" part="readout">${wordsFor(result, which[at] ?? chosen)}</p>
    </div>`;
  }

  #renderPages({ which, from, total, count }: Sheet): TemplateResult {
    const goTo = (first: number): void => {
      this.first = first;
      this.chosen = this.pointed = undefined;
    };
    return html`<div class="pages" ?hidden=${which.length === total}>
      ${button('Before', () => goTo(Math.max(from - count, 0)), { disabled: from === 0 })}
      <span>${t`${from + 1} to ${from + which.length} of ${total}`}</span>
      ${button('Next', () => goTo(from + count), { disabled: from + which.length >= total })}
    </div>`;
  }

  #choose(result: Filters, filter: number, spoken: boolean): void {
    this.chosen = filter;
    this.channel = 0;
    if (spoken) {
      const fit = this.#fits.of(result)?.words?.filters[filter];
      announce(this, () => (fit === undefined ? wordsFor(result, filter) : `${wordsFor(result, filter)} ${fit}`));
    }
    this.select(result.layer, { channel: filter });
  }

  /** The chosen filter, large, and its numbers. */
  #renderFilter(result: Filters, filter: number): TemplateResult {
    const { weights, planes } = result;
    const { scale } = this.#sheet!;
    const [, c, r, s] = weights.shape as [number, number, number, number];
    const { picture, tiles } = this.#larger.of([result, filter, scale], () =>
      paintFilters(weights, { planes, which: [filter], scale, pixel: PIXEL }),
    );
    const [rows, columns] = tiles;
    const title = t`Filter ${filter}`;
    const shown = canvas(picture, title, 'filter-picture');
    const move = (cell: Cell | undefined, spoken: boolean): void => {
      const channel = cell && cell[0] * columns + cell[1];
      if (channel === undefined || channel >= c) return;
      this.channel = channel;
      if (spoken) announce(this, () => planeName(result, filter, channel));
    };
    const cell: Cell = [Math.floor(this.channel / columns), this.channel % columns];
    return html`<div class="filter" part="filter">
      <h3>${title}${c > 1 && !planes ? `, ${planeName(result, filter, this.channel)}` : nothing}</h3>
      <div .style=${`--_ratio: ${picture.width} / ${picture.height}`}>
        ${
          planes || c === 1
            ? html`<div class="image-area">${shown}</div>`
            : probe(shown, {
                label: t`${title}, its channels`,
                size: [rows, columns],
                stale: false,
                cell,
                onMove: move,
              })
        }
      </div>
      ${
        this.noControls || planes || c === 1
          ? nothing
          : number('Its channel', { min: 0, max: c - 1 }, this.channel, (channel = 0) => {
              this.channel = Math.min(Math.max(Math.round(channel), 0), c - 1);
            })
      }
      ${this.#renderFit(result, ({ filters }) => filters[filter]!)}
      <details
        ?open=${this.open}
        @toggle=${({ currentTarget }: Event) => (this.open = (currentTarget as HTMLDetailsElement).open)}
      >
        <summary>${t`Numbers, ${r}×${s}`}</summary>
        ${this.open ? numberTables(result, filter, planes ? [...Array(c).keys()] : [this.channel]) : nothing}
      </details>
    </div>`;
  }

  /** What is said of large filters in colour; before it is known, and where nothing can be known, a line about that. */
  #renderFit(result: Filters, sentence: (words: GaborWords) => string): TemplateResult | typeof nothing {
    const fitted = this.#fits.of(result);
    if (!fitted) return nothing;
    const { words, error, done = 0 } = fitted;
    const percent = Math.floor(100 * done);
    const waiting =
      error === undefined
        ? t`Gabor functions are being fitted: ${percent} %.`
        : t`Gabor functions were not fitted: ${explain(error)}`;
    return html`<p class="fit" part="gabor">${words ? t(sentence(words)) : waiting}</p>`;
  }

  #renderCaption(current: Here): TemplateResult {
    const { model, result } = current;
    const { planes, group, normalised, notes } = result;
    return html`<figcaption>
      <p part="source">
        ${t`The weights that the file of ${t(model.name)} has for ${result.layer}. ${planes ? t`In colour, since they look at the picture: 0 is grey, ${undone(planes)}.` : t('A grey tile for each channel they look at: 0 is grey, white speaks for it, black against.')}`}
      </p>
      ${group > 1 ? html`<p class="muted" part="note">${t`${group} groups: each filter looks at one of them.`}</p>` : nothing}
      ${
        normalised
          ? html`<p class="muted" part="note">
              ${t`When the network runs, batch normalisation multiplies each filter by a number, which is not shown here.`}
            </p>`
          : nothing
      }
      ${this.#renderFit(result, ({ layer }) => layer)}
      ${notes.map((note) => html`<p class="muted" part="note">${t(note)}</p>`)}
      ${this.noControls ? nothing : this.#renderFiles(result)}
    </figcaption>`;
  }

  #renderFiles({ weights, planes, layer }: Filters): TemplateResult {
    const name = layer.replace(/\W+/g, '-').replace(/^-/, '');
    const picture = async (): Promise<void> => {
      const { which, scale, picture: small } = this.#sheet!;
      const pixel = PIXEL * Math.ceil(SAVED_PX / small.width);
      save(await toPng(paintFilters(weights, { planes, which, scale, pixel }).picture), `${name}.png`);
    };
    const numbers = async (): Promise<void> => {
      save(await toNpy(weights), `${name}.npy`);
    };
    return html`<div class="files">${button('Save PNG', picture)} ${button('Save weights (.npy)', numbers)}</div>`;
  }
}

const ORDER_CHOICES = [
  ['file', 'as in the file'],
  ['norm', 'largest norm first'],
] as const;
const SCALE_CHOICES = [
  ['layer', 'of the layer'],
  ['filter', 'of each filter'],
] as const;

function wordsFor({ norms }: Filters, filter: number): string {
  return t`Filter ${filter}: norm ${short(norms[filter]!)}.`;
}

/** What was undone so that weights are of pixels as people see them. */
function undone({ order, std }: NonNullable<Filters['planes']>): string {
  const scales = std.every((value) => value === 1)
    ? ''
    : t(', and each plane over the deviation its pixels were divided by');
  return t`planes in the order ${order}${scales}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-filters': CnnFilters;
  }
}
