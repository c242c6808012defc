import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  checkChoice,
  COLORMAPS,
  occludedPicture,
  occlusion,
  parseColormap,
  parseFill,
  parseRange,
  tensor,
  toNpy,
  topClasses,
  toPng,
  type ColormapName,
  type Occlusion,
  type Picture,
  type Prediction,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { button, classPicker, layerPicker, number, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Drawn, type Run } from '../internal/picture-figure.ts';
import { legendStyles } from '../internal/legend.ts';
import { Memo } from '../internal/memo.ts';
import {
  classText,
  percent,
  predictionList,
  predictionStyles,
  readingName,
  readingText,
} from '../internal/predictions.ts';
import { probe, type Cell } from '../internal/probe.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { blankScale, colourScale, short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { paintOcclusion, type OcclusionLook, type OcclusionMap, type PaintedOcclusion } from './paint.ts';
import { titleOf, titleStyles } from '../internal/layer-title.ts';
import { occlusionStyles } from './styles.ts';
import { rich, t } from '../internal/languages/words.ts';

const PLACEMENTS = ['inside', 'overhang'] as const;
const FILLS = ['gray', 'mean', 'blur'] as const;
/** Further classes are counted. */
const LEGEND_LENGTH = 5;
/** Side of a saved picture, px; cells are enlarged to about that. */
const SAVED_PX = 512;

/** The maps, and the colours they are in. */
interface Painted {
  readonly maps: PaintedOcclusion;
  readonly colormap: ColormapName;
}

/**
 * What a class depends on: the network looks at the picture with a patch over each position in turn. Three maps, as in
 * Zeiler & Fergus 2014, fig. 7, fill in from coarse to fine; pointing at one shows the picture with the patch there, and
 * what the network takes it for.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - the picture as the network sees it, with the patch or without
 * @csspart predictions - what the network takes that picture for
 * @csspart probability - the map of the class's probability
 * @csspart activation - the map of the feature map's sum
 * @csspart classes - the map of the likeliest class
 * @csspart scale - each of the colour scales
 * @csspart legend - the classes by colour
 * @csspart readout - the values under the pointer
 * @csspart source - patch and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-occlusion')
export class CnnOcclusion extends CnnPictureFigure<Occlusion> {
  static override styles: CSSResultGroup = [figureStyles, legendStyles, predictionStyles, titleStyles, occlusionStyles];

  /** Side of the patch, px of the network's input. */
  @property(numeric(32)) size = 32;
  /** Distance between positions, px. */
  @property(numeric(16)) stride = 16;
  /** `gray`, `mean` (of the training pictures), `blur` or a colour `#rrggbb`. */
  @property(text('gray')) fill = 'gray';
  /** `inside` the picture, or `overhang` its border. */
  @property(text('inside')) placement: (typeof PLACEMENTS)[number] = 'inside';
  /** A class by number, label or synset; `top-1` is the likeliest. */
  @property(text('top-1')) target = 'top-1';
  /** Layer whose strongest feature map is summed; the last one by default. */
  @property(text()) layer: string | undefined;
  /** Colours of the maps: `viridis`, `magma`, `gray` or `rdbu`. */
  @property(text('viridis')) colormap: ColormapName = 'viridis';
  /** Ends of the probability's colour scale as `low,high`, so that figures can be compared. */
  @property(text()) range: string | undefined;

  @state() private cell: Cell | undefined;
  /** As the attributes said when they last made sense. */
  #painted: Painted | undefined;
  readonly #paintings = new Memo<Painted>();
  readonly #occluded = new Memo<Picture>();

  protected override readonly inputs: readonly string[] = ['size', 'stride', 'fill', 'placement', 'target', 'layer'];

  protected override async compute({
    model,
    material: sample,
    signal,
    inGpuSlot,
    show,
    onProgress,
  }: Run<Occlusion>): Promise<Occlusion> {
    const snapshots = occlusion(model, sample, {
      size: this.size,
      stride: this.stride,
      fill: parseFill(this.fill),
      placement: checkChoice('placement', this.placement, PLACEMENTS),
      target: this.target || 'top-1',
      layer: this.layer || undefined,
      signal,
    });
    for (;;) {
      const { value } = await inGpuSlot(() => snapshots.next());
      if (!value) return this.drawn!.result;
      show(value);
      onProgress(value.done / value.known.length);
    }
  }

  protected override describe({ model, result }: Drawn<Occlusion>): string {
    return t`The occlusion maps for ${classText(model, result.classId)} are drawn.`;
  }

  protected override paint({ result }: Drawn<Occlusion>): void {
    const { colormap, range } = this;
    this.#painted = this.#paintings.of([result, colormap, range], () => {
      const look = this.#look();
      return { maps: paintOcclusion(result, look), colormap: look.colormap };
    });
  }

  #look(): OcclusionLook {
    return { colormap: parseColormap(this.colormap), range: parseRange(this.range) };
  }

  protected override renderControls(): TemplateResult {
    return html`${number('Patch, px', { min: 1 }, this.size, (size) => (this.size = size ?? NaN))}
    ${number('Stride, px', { min: 1 }, this.stride, (stride) => (this.stride = stride ?? NaN))}
    ${select<string>('Fill', FILLS, this.fill, (fill) => (this.fill = fill))}
    ${select('Patches', PLACEMENT_CHOICES, this.placement, (name) => (this.placement = name))}
    ${classPicker(this.network?.labels ?? [], this.target, (target) => (this.target = target))}
    ${layerPicker(
      'Feature map of',
      'the last layer',
      (this.network?.layers ?? []).filter(({ shape }) => shape.length === 4 && shape[2]! * shape[3]! > 1),
      this.layer,
      (layer) => (this.layer = layer),
    )}
    ${select('Colours', COLORMAPS, this.colormap, (name) => (this.colormap = name))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    const cell = current && this.#cellIn(current.result);
    return html`<div class="panels">
        ${this.#renderPicture(current, cell)}
        ${current && this.#painted ? this.#renderMaps(current, this.#painted, cell) : blankMaps()}
      </div>
      <p class=${cell ? 'readout' : 'readout hint'} part="readout">
        ${current && cell ? this.#valuesAt(current, cell) : t(READOUT_HINT)}
      </p>
      ${current ? this.#renderCaption(current) : html`<figcaption></figcaption>`}`;
  }

  /** Where the reader is, unless the grid has become smaller than that. */
  #cellIn({ grid }: Occlusion): Cell | undefined {
    const { cell } = this;
    return cell && cell[0] < grid.rows && cell[1] < grid.cols ? cell : undefined;
  }

  /** The picture with the patch where the reader points, and what the network takes it for. */
  #renderPicture(current: Drawn<Occlusion> | undefined, cell: Cell | undefined): TemplateResult {
    const shown =
      current && cell
        ? canvas(
            this.#occludedAt(current, cell),
            t`${t(this.alt)} with the patch in row ${cell[0]}, column ${cell[1]}`,
            'picture',
          )
        : this.renderPicture();
    const best = current && this.#predictions(current, cell);
    return html`<div class="panel">
      <h3>${cell ? t('With the patch') : t('Picture')}</h3>
      <div class="image-area">${shown}</div>
      ${predictionList(best, cell ? 'Likeliest classes with the patch' : 'Likeliest classes')}
    </div>`;
  }

  #occludedAt({ model, material: sample, result }: Drawn<Occlusion>, [row, col]: Cell): Picture {
    return this.#occluded.of([sample, result.patch, row, col], () =>
      occludedPicture(model, sample, result.patch, row, col),
    );
  }

  /** With the patch at a cell, or without; undefined where the network has not looked yet. */
  #predictions({ model, result }: Drawn<Occlusion>, cell: Cell | undefined): Prediction[] | undefined {
    if (!cell) return topClasses(model, result.before.logits, 5);
    const at = cell[0] * result.grid.cols + cell[1];
    const classes = result.before.logits.length;
    return result.known[at]
      ? topClasses(model, result.logits.subarray(at * classes, (at + 1) * classes), 5)
      : undefined;
  }

  #renderMaps(current: Drawn<Occlusion>, { maps, colormap }: Painted, cell: Cell | undefined): TemplateResult {
    const { model, result } = current;
    const { before, classId, feature } = result;
    const { probability, activation, classes } = maps;
    const part = t`Feature map ${feature.channel}`;
    const measures = {
      probability: t`without a patch ${readingText(model, before.probability)}`,
      activation: t`sum, without a patch ${short(before.activation)}`,
    };
    const map = (
      name: OcclusionMap,
      title: string,
      legend: TemplateResult,
      head: TemplateResult = html`<h3>${title}</h3>`,
    ): TemplateResult =>
      html`<div class="panel">
        ${head}
        ${probe(canvas(maps[name].picture, title, name), {
          label: title,
          stale: this.stale,
          size: [result.grid.rows, result.grid.cols],
          cell,
          onMove: (to, spoken) => {
            this.cell = to;
            if (spoken && to) announce(this, () => this.#valuesAt(current, to));
          },
        })}
        ${legend} ${this.noControls ? nothing : this.#renderFiles(name, title)}
      </div>`;
    return html`${map('probability', t`${capital(readingName(model))} of ${classText(model, classId)}`, colourScale(colormap, probability.range, measures.probability))}
    ${map('activation', t`${part} of ${feature.layer}`, colourScale(colormap, activation.range, measures.activation), titleOf(part, feature.layer))}
    ${map('classes', model.head.kind === 'values' ? t('Largest value') : t('Likeliest class'), classLegend(current, classes.legend))}`;
  }

  #renderFiles(name: OcclusionMap, title: string): TemplateResult {
    const picture = async (): Promise<void> => {
      const { result } = this.drawn!;
      const side = Math.ceil(SAVED_PX / Math.max(result.grid.rows, result.grid.cols));
      save(await toPng(paintOcclusion(result, this.#look(), side)[name].picture), `occlusion-${name}.png`);
    };
    const numbers = async (): Promise<void> => {
      const { result } = this.drawn!;
      const shape = [result.grid.rows, result.grid.cols];
      const map = name === 'classes' ? tensor('int32', shape, result.topClass) : tensor('float32', shape, result[name]);
      save(await toNpy(map), `occlusion-${name}.npy`);
    };
    return html`<div class="files">
      ${button('Save PNG', picture, { label: t`Save PNG, ${title}` })}
      ${button('Save .npy', numbers, { label: t`Save .npy, ${title}` })}
    </div>`;
  }

  #valuesAt({ model, result }: Drawn<Occlusion>, [row, col]: Cell): string {
    const at = row * result.grid.cols + col;
    const where = t`row ${row}, column ${col}`;
    if (!result.known[at]) return t`${where}: not computed yet`;
    const [probability, activation] = [readingText(model, result.probability[at]!), short(result.activation[at]!)];
    const { channel } = result.feature;
    const best = classText(model, result.topClass[at]!);
    return t`${where}: ${classText(model, result.classId)} ${probability}; feature map ${channel} ${activation}; likeliest ${best}`;
  }

  #renderCaption({ model, result }: Drawn<Occlusion>): TemplateResult {
    const { patch, known, done, classId, before } = result;
    const fill = typeof patch.fill === 'string' ? patch.fill : `rgb(${patch.fill.join(' ')})`;
    return html`<figcaption>
      <p>
        ${rich`${html`<strong>${t`Occlusion`}</strong>`} of ${html`<strong>${classText(model, classId)}</strong>`}, ${readingText(model, before.probability)} without a patch: where the patch hides what ${classText(model, classId)} needs, the ${readingName(model)} falls.`}
      </p>
      <p class="muted" part="source">
        ${t`Zeiler & Fergus 2014, §4.2 and fig. 7. Patch of ${patch.size}×${patch.size} px (${t(fill)}), every ${patch.stride} px, ${patch.placement === 'inside' ? t('inside the picture') : t('over its border too')}; ${done} of ${known.length} positions. ${speedText(result)}`}
      </p>
      <p class="muted" part="adapter">${inputText(model)} ${adapterText(result.adapter)}</p>
    </figcaption>`;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** How the numbers were come by, and what that saved. */
function speedText({ speedup, done, known }: Occlusion): string {
  if (!speedup) return t('Each is a whole pass through the network.');
  const { bound, reached } = speedup;
  const best = t`Only what the patch can change is computed again, with the same result: at best ${bound.toFixed(1)} times as fast as a whole pass for each, counted in multiplications`;
  // Before the end most of the time went into preparations
  if (done < known.length) return `${best}.`;
  return t`${best}; here ${reached.toFixed(1)} times, ${percent(reached / bound)} of that, preparations included.`;
}

const READOUT_HINT = 'Point at a map to put the patch there.';
const PLACEMENT_CHOICES = [
  ['inside', 'inside'],
  ['overhang', 'over the border'],
] as const;

const blankMaps = (): readonly TemplateResult[] =>
  ['Probability', 'Feature map', 'Likeliest class'].map(
    (title) =>
      html`<div class="panel">
        <h3>${t(title)}</h3>
        <div class="image-area"><canvas role="img" aria-label=${t`not drawn yet`}></canvas></div>
        ${blankScale()}
      </div>`,
  );

function classLegend({ model }: Drawn<Occlusion>, legend: PaintedOcclusion['classes']['legend']): TemplateResult {
  const further = legend.length - LEGEND_LENGTH;
  return html`<ul class="legend" part="legend">
    ${legend
      .slice(0, LEGEND_LENGTH)
      .map(
        ({ id, colour }) =>
          html`<li><span .style=${`background: rgb(${colour.join(' ')})`}></span>${classText(model, id)}</li>`,
      )}
    ${further > 0 ? html`<li>${t`and ${further} more, in grey or further colours`}</li>` : nothing}
  </ul>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-occlusion': CnnOcclusion;
  }
}
