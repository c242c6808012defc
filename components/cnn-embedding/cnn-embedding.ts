import { picturesText, whole } from '../internal/whole.ts';
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  checkChoice,
  classColour,
  float32,
  nearest,
  snapToGrid,
  toNpy,
  tsne,
  umap,
  type Corpus,
  type Embedding,
  type Neighbour,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { button, layerPicker, number, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnCorpusFigure } from '../internal/corpus-figure.ts';
import { FileDrop } from '../internal/file-drop.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { legendStyles } from '../internal/legend.ts';
import { brief } from '../internal/link.ts';
import { Memo } from '../internal/memo.ts';
import { save } from '../internal/save.ts';
import { short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { captionText } from './caption.ts';
import { codeCorpus, nameOf, type Coded } from './coded.ts';
import { drawMap } from './draw.ts';
import { MapReader } from './reader.ts';
import { embeddingStyles } from './styles.ts';
import { SIDE } from './thumbnails.ts';
import { freeLayout, gridLayout, type Layout } from './view.ts';
import { t } from '../internal/languages/words.ts';

const ALGORITHMS = ['t-sne', 'umap'] as const;
const POOLS = ['mean', 'flatten'] as const;
const LAYOUTS = ['map', 'grid'] as const;
const MARKS = ['pictures', 'dots'] as const;

const NEIGHBOURS = 6;
/** Labels that are named: more colours cannot be told apart, and each is an element of the page. */
const LEGEND_LENGTH = 60;

/** What the figure draws: a map, and the codes it is of. */
interface CorpusMap extends Embedding {
  readonly coded: Coded;
}

type Here = Drawn<CorpusMap, Corpus>;

/**
 * Where a network puts the pictures of a corpus: those whose codes are alike lie together. The map forms before the reader's
 * eyes; pointing at a picture shows what the network finds most like it.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart map - the pictures at their places
 * @csspart legend - the labels by colour
 * @csspart detail - the picture where the reader is, and those like it
 * @csspart note - what a reader should know of this map
 * @csspart source - algorithm and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-embedding')
export class CnnEmbedding extends CnnCorpusFigure<CorpusMap> {
  static override styles: CSSResultGroup = [figureStyles, legendStyles, embeddingStyles];

  /** `t-sne` or `umap`. */
  @property(text('t-sne')) algorithm: (typeof ALGORITHMS)[number] = 't-sne';
  /** About how many neighbours count in t-SNE. */
  @property(numeric(30)) perplexity = 30;
  /** How many neighbours count in UMAP. */
  @property(numeric(15)) neighbors = 15;
  /** Of t-SNE. */
  @property(numeric(1000)) iterations = 1000;
  /** Decides where the pictures start. */
  @property(numeric(1)) seed = 1;
  /** Layer whose numbers are the codes; what the classifier looks at by default, `input` for the pixels. */
  @property(text()) layer: string | undefined;
  /** Feature maps become their `mean`, or `flatten` keeps all their numbers. */
  @property(text('mean')) pool: (typeof POOLS)[number] = 'mean';
  /** `map`, or `grid`, where no picture hides another. */
  @property(text('map')) layout: (typeof LAYOUTS)[number] = 'map';
  /** `pictures` or `dots`. */
  @property(text('pictures')) marks: (typeof MARKS)[number] = 'pictures';

  protected override readonly inputs: readonly string[] = [
    'algorithm',
    'perplexity',
    'neighbors',
    'iterations',
    'seed',
    'layer',
    'pool',
  ];

  /** Pictures read so far while there are no codes yet. */
  @state() private read: number | undefined;
  /** The only label that is not faint. */
  @state() private label: number | undefined;

  #coded: { readonly from: readonly unknown[]; readonly coded: Coded } | undefined;
  readonly #layouts = new Memo<Layout>();
  readonly #neighbours = new Memo<readonly Neighbour[]>();
  readonly #reader = new MapReader(this, (index) => {
    const { current } = this;
    if (current) announce(this, () => this.#wordsFor(current, index));
  });

  readonly #drop = new FileDrop(this, (files) => {
    this.#take(files);
  });

  protected override async compute(run: Run<CorpusMap, Corpus>): Promise<CorpusMap> {
    const { model, signal, inGpuSlot, show, onProgress } = run;
    const algorithm = checkChoice('algorithm', this.algorithm, ALGORITHMS);
    const { perplexity, neighbors, iterations, seed } = this;
    const coded = await this.#code(run);
    const embeddings =
      algorithm === 'umap'
        ? umap(coded.points, { neighbors, seed, signal })
        : tsne(model.backend, coded.points, { perplexity, iterations, seed, signal });
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let result: CorpusMap | undefined;
    try {
      for (;;) {
        const { value } = await inGpuSlot(() => embeddings.next());
        if (!value) return result!;
        result = { ...value, coded };
        if (!still) show(result);
        onProgress(value.iterations > 0 ? value.done / value.iterations : 1);
      }
    } finally {
      await embeddings.return();
    }
  }

  /** The codes, or those there are already: a restart reads the corpus afresh, but codes are kept as long as it comes from the same place. */
  async #code({ model, material: corpus, signal, inGpuSlot, onProgress }: Run<CorpusMap, Corpus>): Promise<Coded> {
    const pool = checkChoice('pool', this.pool, POOLS);
    const from = [model, this.pictures, this.layer, pool];
    const known = this.#coded;
    if (known?.from.every((part, i) => part === from[i])) return known.coded;
    this.read = 0;
    try {
      const coded = await codeCorpus({
        model,
        corpus,
        layer: this.layer || undefined,
        pool,
        inGpuSlot,
        signal,
        onRead: (done) => {
          if (signal.aborted) return;
          this.read = done;
          onProgress(done / corpus.size);
        },
      });
      this.label = undefined;
      this.#reader.leave();
      this.#coded = { from, coded };
      return coded;
    } finally {
      if (!signal.aborted) this.read = undefined;
    }
  }

  protected override describe({ result }: Here): string {
    return t`The map of ${picturesText(result.coded.ranks.length)} is drawn.`;
  }

  protected override paint({ result }: Here): void {
    const layout = checkChoice('layout', this.layout, LAYOUTS);
    checkChoice('marks', this.marks, MARKS);
    const { width, height } = this.#reader.size;
    const aspect = height > 0 ? width / height : 1;
    this.#reader.layout = this.#layouts.of([result, layout, aspect], () => {
      const { positions } = result;
      if (layout === 'map') return freeLayout(positions, aspect);
      const { cells, columns, rows } = snapToGrid(positions, aspect);
      return gridLayout(cells, columns, rows, aspect);
    });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#draw();
  }

  #draw(): void {
    const map = this.renderRoot.querySelector('.map');
    // A map that was stored is drawn already
    if (!map || map.closest('.stored')) return;
    const reader = this.#reader;
    reader.observe(map);
    const { current } = this;
    const { size } = reader;
    if (size.width === 0) return;
    const target = map.querySelector('canvas')!;
    drawMap(target, size, devicePixelRatio, {
      marks: current ? reader.marks : [],
      colours: current?.result.coded.ranks.map(css) ?? [],
      thumbnails: this.marks === 'dots' ? undefined : current?.result.coded.thumbnails,
      active: current && reader.active,
      linked: current ? this.#nearby(current).map(({ index }) => index) : [],
      faint: (i) => this.label !== undefined && current?.result.coded.ranks[i] !== this.label,
      accent: getComputedStyle(target).color,
    });
    for (const small of this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas[data-index]'))
      current?.result.coded.thumbnails.draw(small.getContext('2d')!, Number(small.dataset['index']), 0, 0, SIDE);
  }

  /** What the network finds most like the picture where the reader is. */
  #nearby({ result: { coded } }: Here): readonly Neighbour[] {
    const { active } = this.#reader;
    if (active === undefined) return [];
    return this.#neighbours.of([coded, active], () => nearest(coded.codes.data, active, NEIGHBOURS));
  }

  #wordsFor({ result: { coded } }: Here, i: number): string {
    const near = nearest(coded.codes.data, i, NEIGHBOURS).map(({ index }) => nameOf(coded, index));
    return t`${nameOf(coded, i)}. Most like it: ${near.join(', ')}.`;
  }

  protected override renderControls(): TemplateResult {
    const neighbours =
      this.algorithm === 'umap'
        ? number('Neighbours', { min: 2 }, this.neighbors, (value) => (this.neighbors = value ?? NaN))
        : number('Perplexity', { min: 1 }, this.perplexity, (value) => (this.perplexity = value ?? NaN));
    return html`${select('Algorithm', ALGORITHM_CHOICES, this.algorithm, (name) => (this.algorithm = name))}
      ${neighbours} ${number('Seed', { min: 0 }, this.seed, (value) => (this.seed = value ?? NaN))}
      ${layerPicker(
        'Codes',
        'before the classifier',
        this.network?.layers ?? [],
        this.layer,
        (layer) => (this.layer = layer),
      )}
      ${select('Arrangement', LAYOUT_CHOICES, this.layout, (name) => (this.layout = name))}
      ${select('Marks', MARKS, this.marks, (name) => (this.marks = name))}
      <label
        ><span>${t`Your pictures`}</span>
        <input
          type="file"
          multiple
          accept="image/*"
          @change=${({ target }: Event) => {
            this.#take([...((target as HTMLInputElement).files ?? [])]);
          }}
      /></label>`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    return html`<div class="panels">
      <div class="panel wide">
        ${this.#renderMap(current)} ${this.#renderZoom()} ${this.#renderLegend(current)}
        <p class="readout stage">${this.#stage(current)}</p>
      </div>
      ${this.#renderDetail(current)} ${this.#renderCaption(current)}
    </div>`;
  }

  #renderMap(current: Here | undefined): TemplateResult {
    const what = current ? t`Map of ${picturesText(current.result.coded.ranks.length)}` : t('Map, not drawn yet');
    const { listeners } = this.#reader;
    return html`<div
      class="map ${this.#drop.isOver ? 'dropping' : ''} ${this.stale && current ? 'stale' : ''}"
      tabindex="0"
      role="application"
      aria-roledescription=${t`map`}
      aria-label=${t`${what}. The arrow keys go from picture to picture, plus and minus zoom, 0 shows all.`}
      @pointerdown=${listeners.pointerdown}
      @pointermove=${listeners.pointermove}
      @pointerup=${listeners.pointerup}
      @pointercancel=${listeners.pointercancel}
      @pointerleave=${listeners.pointerleave}
      @wheel=${listeners.wheel}
      @keydown=${(event: KeyboardEvent) => {
        this.#reader.press(event);
      }}
      @dragover=${this.#drop.over}
      @dragleave=${this.#drop.leave}
      @drop=${this.#drop.drop}
    >
      <canvas part="map" role="img" aria-label=${what}></canvas>
      ${current?.result.coded.ranks.length ? nothing : html`<p class="empty">${this.#emptyText(current)}</p>`}
    </div>`;
  }

  #emptyText(current: Here | undefined): string {
    if (current) return t('There are no pictures to show.');
    if (this.missing !== undefined) return t('Drop pictures here, or open some.');
    return t('Pictures come here once their codes are known.');
  }

  /** Files instead of the corpus. */
  #take(files: readonly File[]): void {
    if (files.length > 0) this.images = files;
  }

  #renderZoom(): TemplateResult {
    return html`<div class="zoom">
      ${button('+', () => this.#reader.zoomIn(), { label: 'Zoom in' })}
      ${button('−', () => this.#reader.zoomOut(), { label: 'Zoom out' })}
      ${button('Show all', () => this.#reader.showAll())}
    </div>`;
  }

  #renderLegend(current: Here | undefined): TemplateResult {
    const { labels = [] } = current?.result.coded ?? {};
    const named = [...labels.entries()].filter(([, label]) => label !== '');
    const further = named.length - LEGEND_LENGTH;
    return html`<ul class="legend labels" part="legend" aria-label=${t`Labels`}>
      ${named.slice(0, LEGEND_LENGTH).map(([rank, label]) => {
        const pressed = this.label === rank;
        return html`<li>
          <button type="button" aria-pressed=${pressed} @click=${() => (this.label = pressed ? undefined : rank)}>
            <span .style=${`background: ${css(rank)}`}></span>${brief(label)}
          </button>
        </li>`;
      })}
      ${further > 0 ? html`<li>${t`and ${further} more`}</li>` : nothing}
    </ul>`;
  }

  #stage(current: Here | undefined): string {
    if (this.read !== undefined) {
      return t`${whole(this.read)} of ${picturesText(this.material?.size ?? 0)} read.`;
    }
    if (!current) return '\u00a0';
    const { done, iterations, divergence } = current.result;
    const result = divergence === undefined ? '' : t`; divergence ${divergence.toFixed(3)} nats`;
    return t`Iteration ${done} of ${iterations}${result}. Drag to move, scroll with the map in focus to zoom.`;
  }

  #renderDetail(current: Here | undefined): TemplateResult {
    const { active } = this.#reader;
    if (!current || active === undefined) {
      return html`<div class="panel detail" part="detail">
        <h3>${t`A picture`}</h3>
        <p class="muted">
          ${t`Point at one, or go there with the arrow keys, to see what the network finds most like it.`}
        </p>
      </div>`;
    }
    const { coded } = current.result;
    const { id, label } = coded.codes.items[active]!;
    return html`<div class="panel detail" part="detail">
      <h3>${label ?? t('A picture')}</h3>
      <div class="picture">${thumbnail(active, nameOf(coded, active))}</div>
      <p class="muted name">${id}</p>
      <h3>${t`Most like it`}</h3>
      <ol class="neighbours">
        ${this.#nearby(current).map(
          ({ index, distance }) =>
            html`<li>
              ${button(thumbnail(index, ''), () => this.#reader.choose(index), { label: t`Go to ${nameOf(coded, index)}, distance ${short(distance)}` })}
              <span>${coded.codes.items[index]!.label ?? short(distance)}</span>
            </li>`,
        )}
      </ol>
    </div>`;
  }

  #renderCaption(current: Here | undefined): TemplateResult {
    if (!current) return html`<figcaption></figcaption>`;
    const { model, material, result } = current;
    return html`<figcaption>
      ${captionText(model, material, result, result.coded)} ${this.noControls ? nothing : this.#renderFiles(current)}
    </figcaption>`;
  }

  #renderFiles({ result }: Here): TemplateResult {
    const picture = (): void => {
      this.renderRoot.querySelector<HTMLCanvasElement>('.map canvas')!.toBlob((blob) => {
        if (blob) save(blob, 'map.png');
      });
    };
    const numbers = async (): Promise<void> => {
      save(await toNpy(float32([result.positions.length / 2, 2], result.positions)), 'map.npy');
    };
    return html`<div class="files">${button('Save PNG', picture)} ${button('Save places (.npy)', numbers)}</div>`;
  }
}

const ALGORITHM_CHOICES = [
  ['t-sne', 't-SNE'],
  ['umap', 'UMAP'],
] as const;
const LAYOUT_CHOICES = [
  ['map', 'as it is'],
  ['grid', 'on a grid'],
] as const;

/** A canvas on which the figure draws a picture; without words beside other words. */
function thumbnail(index: number, words: string): TemplateResult {
  return html`<canvas
    role=${words ? 'img' : 'presentation'}
    aria-label=${words || nothing}
    data-index=${index}
    width=${SIDE}
    height=${SIDE}
  ></canvas>`;
}

function css(rank: number): string {
  return `rgb(${classColour(rank).join(' ')})`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-embedding': CnnEmbedding;
  }
}
