import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  attributionMethods,
  checkChoice,
  COLORMAPS,
  parseColormap,
  parsePosition,
  parseRange,
  parseShare,
  toNpy,
  toPng,
  type Attribution,
  type AttributionMethod,
  type AttributionMethodName,
  type ColormapName,
  type Reduction,
  type Target,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { button, classPicker, layerPicker, number, select, slider } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Drawn, type Run } from '../internal/picture-figure.ts';
import { Memo } from '../internal/memo.ts';
import { percent, readingText } from '../internal/predictions.ts';
import { cursor, probe, type Cell } from '../internal/probe.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { blankScale, colourScale, short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { paintAlone, paintOver, type PaintedMap } from './paint.ts';
import { saliencyStyles } from './styles.ts';
import { rich, t } from '../internal/languages/words.ts';

const METHODS = Object.keys(attributionMethods) as AttributionMethodName[];
const REDUCTIONS: readonly Reduction[] = ['max', 'sum', 'l2'];

/**
 * Which pixels speak for a class, or for a unit inside the network.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - the picture as the network sees it
 * @csspart map - the map
 * @csspart scale - the colour scale
 * @csspart readout - the value under the pointer
 * @csspart source - rules and publication
 * @csspart note - what to know before believing the map
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-saliency')
export class CnnSaliency extends CnnPictureFigure<Attribution> {
  static override styles: CSSResultGroup = [figureStyles, saliencyStyles];

  /** `saliency`, `gradient`, `guided-backprop` or `deconvnet`. */
  @property(text('saliency')) method: AttributionMethodName = 'saliency';
  /** A class by number, label or synset; `top-1` is the likeliest. */
  @property(text('top-1')) target = 'top-1';
  /** A layer, to explain a unit in it instead of a class. */
  @property(text()) layer: string | undefined;
  /** Channel of the layer; the one with the strongest unit by default. */
  @property(numeric()) channel: number | undefined;
  /** Unit of the channel: `max` is the strongest, `all` the whole channel, `y,x` the one there. */
  @property(text('max')) at = 'max';
  /** How the colour channels become one number: `max`, `sum` or `l2` of the magnitudes. */
  @property(text('max')) reduction: Reduction = 'max';
  /** The map beside the picture (`side-by-side`) or over it (`overlay`). */
  @property(text('side-by-side')) view: 'side-by-side' | 'overlay' = 'side-by-side';
  /** Of the map over the picture, 0…1. */
  @property(numeric(1)) opacity = 1;
  /** Colours of a map of magnitudes: `magma`, `viridis`, `gray` or `rdbu`. Beside the picture, signed maps are grey. */
  @property(text('magma')) colormap: ColormapName = 'magma';
  /** Ends of the colour scale as `low,high`, so that figures can be compared. */
  @property(text()) range: string | undefined;

  @state() private cell: Cell | undefined;
  /** As the attributes said when they last made sense. */
  #painted: PaintedMap | undefined;
  readonly #paintings = new Memo<PaintedMap>();

  protected override readonly inputs: readonly string[] = ['method', 'target', 'layer', 'channel', 'at', 'reduction'];

  protected override async compute({
    model,
    material: sample,
    signal,
    onProgress,
    inGpuSlot,
  }: Run<Attribution>): Promise<Attribution> {
    const method = attributionMethods[checkChoice('method', this.method, METHODS)];
    const reduction = checkChoice('reduction', this.reduction, REDUCTIONS);
    const options = { target: this.#target(), signal, onProgress, reduction };
    return inGpuSlot(() => method.run(model, sample, options));
  }

  #target(): Target {
    const { layer, channel, target } = this;
    if (!layer) return target || 'top-1';
    return { layer, at: parsePosition(this.at), ...(channel === undefined ? {} : { channel }) };
  }

  protected override describe({ result }: Drawn<Attribution>): string {
    return t`${t(methodOf(result).title)} for ${t(result.goal.description)} is drawn.`;
  }

  protected override paint({ model, material: sample, result }: Drawn<Attribution>): void {
    const { colormap, opacity, range, reduction } = this;
    const view = checkChoice('view', this.view, VIEW_NAMES);
    this.#painted = this.#paintings.of([result, sample, colormap, opacity, range, reduction, view], () => {
      const look = {
        colormap: parseColormap(colormap),
        range: parseRange(range),
        opacity: parseShare('opacity', opacity),
        reduction: checkChoice('reduction', reduction, REDUCTIONS),
      };
      return view === 'overlay'
        ? paintOver(result, sample.crop, look)
        : paintAlone(result, model.preprocessing.channels, look);
    });
  }

  protected override renderControls(): TemplateResult {
    const signed = this.method !== 'saliency';
    return html`${select(
      'Method',
      METHODS.map((name) => [name, attributionMethods[name].title]),
      this.method,
      (method) => (this.method = method),
    )}
    ${layerPicker('Explain', 'a class', this.network?.layers ?? [], this.layer, (layer) => {
      this.layer = layer;
      this.channel = undefined;
    })}
    ${this.layer ? this.#renderUnitControls(this.layer) : classPicker(this.network?.labels ?? [], this.target, (target) => (this.target = target))}
    ${select('View', VIEWS, this.view, (view) => (this.view = view))}
    ${
      this.view === 'overlay' || !signed
        ? html`${select('Channels', REDUCTION_CHOICES, this.reduction, (name) => (this.reduction = name))}
          ${select('Colours', COLORMAPS, this.colormap, (name) => (this.colormap = name))}`
        : nothing
    }
    ${this.view === 'overlay' ? slider('Opacity', this.opacity, (opacity) => (this.opacity = opacity)) : nothing}`;
  }

  #renderUnitControls(name: string): TemplateResult {
    const layer = this.network?.layers.find((known) => known.name === name);
    const limits = { min: 0, max: layer && layer.shape[1]! - 1, placeholder: 'strongest' };
    return html`${number('Channel', limits, this.channel, (channel) => (this.channel = channel))}
    ${select('Unit', UNITS, this.at, (at) => (this.at = at))}`;
  }

  protected override renderFigure(): TemplateResult {
    const overlay = this.view === 'overlay';
    return html`<div class="panels ${overlay ? 'single' : ''}">
      ${
        overlay
          ? nothing
          : html`<div class="panel">
              <h3>${t`Picture`}</h3>
              <div class="image-area">
                ${this.renderPicture()}
                ${this.cell && this.current ? cursor(this.cell, sizeOf(this.current.result)) : nothing}
              </div>
            </div>`
      }
      ${this.#renderMap(overlay)} ${this.#renderCaption()}
    </div>`;
  }

  #renderMap(overlay: boolean): TemplateResult {
    const { current } = this;
    const painted = current && this.#painted;
    if (!painted) {
      const blank = html`<canvas part="map" role="img" aria-label=${t`not drawn yet`}></canvas>`;
      return html`<div class="panel">
        <h3>${Object.hasOwn(attributionMethods, this.method) ? t(attributionMethods[this.method].title) : t('Map')}</h3>
        <div class="image-area">${overlay && !this.material ? this.renderPicture() : blank}</div>
        ${blankScale()}
        <p class="readout"> </p>
      </div>`;
    }
    const title = t(methodOf(current.result).title);
    const label = t`${title} for ${t(current.result.goal.description)}`;
    const { picture, scale } = painted;
    return html`<div class="panel">
      <h3>${title}</h3>
      ${probe(canvas(picture, label, 'map'), {
        label,
        stale: this.stale,
        size: sizeOf(current.result),
        cell: this.cell,
        onMove: (cell, spoken) => {
          this.cell = cell;
          if (spoken && cell) announce(this, () => this.#valueAt(current, cell));
        },
      })}
      ${colourScale(scale.colormap, scale.range, scale.measure)}
      <p class=${this.cell ? 'readout' : 'readout hint'} part="readout">
        ${this.cell ? this.#valueAt(current, this.cell) : t('Point at the map to read its values.')}
      </p>
    </div>`;
  }

  #valueAt({ model, result }: Drawn<Attribution>, [y, x]: Cell): string {
    const { shape, data } = result.map;
    const [height, width] = sizeOf(result);
    const planes = shape.length === 3 ? shape[0]! : 1;
    const names = planes === 3 ? model.preprocessing.channels : '';
    const values = Array.from({ length: planes }, (_, c) => {
      return `${names.charAt(c)} ${short(data[(c * height + y) * width + x]!)}`.trim();
    });
    return `x ${x}, y ${y}: ${values.join(', ')}`;
  }

  #renderCaption(): TemplateResult {
    const { current } = this;
    if (!current) return html`<figcaption></figcaption>`;
    const { model, result } = current;
    const { title, source, says } = methodOf(result);
    const { goal, rules, notes } = result;
    return html`<figcaption>
      <p>
        ${rich`${html`<strong>${t(title)}</strong>`} for ${html`<strong>${t(goal.description)}</strong>`}, ${scoreText(current)}.`}
      </p>
      <p>${t(says)}</p>
      <p class="muted" part="source">
        ${t`${source}. ReLU rule: ${t(rules.relu)}; overlapping pools ${rules.overlap === 'accumulate' ? t('add up') : t('overwrite')}${rules.lrn === 'identity' ? t('; contrast normalisation is left out on the way down') : ''}.`}
      </p>
      ${notes.map((note) => html`<p class="muted" part="note">${t(note)}</p>`)}
      <p class="muted" part="adapter">${inputText(model)} ${adapterText(result.adapter)}</p>
      ${this.noControls ? nothing : this.#renderFiles(current)}
    </figcaption>`;
  }

  #renderFiles({ result }: Drawn<Attribution>): TemplateResult {
    const save = async (blob: Blob, ending: string): Promise<void> => {
      (await import('../internal/save.ts')).save(blob, `${result.method}.${ending}`);
    };
    const picture = async (): Promise<void> => save(await toPng(this.#painted!.picture), 'png');
    const numbers = async (): Promise<void> => save(await toNpy(result.map), 'npy');
    return html`<div class="files">${button('Save PNG', picture)} ${button('Save numbers (.npy)', numbers)}</div>`;
  }
}

const VIEW_NAMES = ['side-by-side', 'overlay'] as const;
const VIEWS = [
  ['side-by-side', 'side by side'],
  ['overlay', 'over the picture'],
] as const;
const REDUCTION_CHOICES = [
  ['max', 'largest'],
  ['sum', 'sum'],
  ['l2', 'length'],
] as const;
const UNITS = [
  ['max', 'the strongest'],
  ['all', 'the whole channel'],
] as const;

/** What the network says of the target. */
function scoreText({ model, result: { goal } }: Drawn<Attribution>): string {
  const { classId, probability, score } = goal;
  if (classId === undefined) return t`activation ${score.toFixed(2)}`;
  if (probability === undefined) return t`value ${readingText(model, score)}`;
  return t`probability ${percent(probability)}, score ${score.toFixed(2)}`;
}

function methodOf({ method }: Attribution): AttributionMethod {
  return attributionMethods[method as AttributionMethodName];
}

/** Height and width of the map. */
function sizeOf({ map }: Attribution): readonly [number, number] {
  return map.shape.slice(-2) as [number, number];
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-saliency': CnnSaliency;
  }
}
