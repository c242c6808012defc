import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  classColour,
  codesOf,
  Corpus,
  corpusOfFiles,
  corpusOfIndex,
  droppedFiles,
  float32,
  nearest,
  principalComponents,
  snapToGrid,
  toNpy,
  tsne,
  umap,
  type Codes,
  type CorpusImage,
  type Embedding,
  type Model,
  type Neighbour,
  type Tensor,
} from '../../src/index.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, parseChoice, text } from '../internal/attributes.ts';
import { layerPicker, number, select } from '../internal/controls.ts';
import { CnnElement, type Drawn, type Run } from '../internal/element.ts';
import { legendStyles } from '../internal/legend.ts';
import { adapterText, durationText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { drawScene } from './draw.ts';
import { Gestures } from './gestures.ts';
import { embeddingStyles } from './styles.ts';
import { SIDE, Thumbnails } from './thumbnails.ts';
import { freeLayout, gridLayout, markAt, markBeyond, View, type Layout, type Mark, type Size } from './view.ts';

const ALGORITHMS = ['t-sne', 'umap'] as const;
const POOLS = ['mean', 'flatten'] as const;
const LAYOUTS = ['map', 'grid'] as const;
const MARKS = ['pictures', 'dots'] as const;

/** Dimensions that are left before pictures find their places (van der Maaten & Hinton 2008, §4.2, take 30). */
const COMPONENTS = 50;
const NEIGHBOURS = 6;
/** Further skipped pictures are counted. */
const NAMED = 3;
const KEY_ZOOM = 1.4;
const KEY_PAN_PX = 60;
/** A finger is this wide, px. */
const REACH_PX = 6;

/** Codes of a corpus and what was made of them, kept while other settings change. */
interface Coded {
  readonly from: readonly unknown[];
  readonly codes: Codes;
  /** Principal components [n, 50]. */
  readonly points: Tensor;
  readonly kept: number;
  readonly thumbnails: Thumbnails;
  /** Label of each picture by its rank; labels by rank. */
  readonly ranks: readonly number[];
  readonly labels: readonly string[];
}

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
 * @slot - shown where the browser has no WebGPU
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
 */
@customElement('cnn-embedding')
export class CnnEmbedding extends CnnElement<CorpusMap, Corpus> {
  static override styles: CSSResultGroup = [figureStyles, legendStyles, embeddingStyles];

  /** Address of a corpus as JSON, with `label` of each picture where they have any; or of a sheet of tiles. */
  @property(text()) corpus: string | undefined;
  /** Pictures instead of `corpus`. */
  @property({ attribute: false }) images: Corpus | readonly File[] | undefined;
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

  protected override readonly sources: readonly string[] = ['corpus', 'images'];
  protected override readonly inputs: readonly string[] = [
    'algorithm',
    'perplexity',
    'neighbors',
    'iterations',
    'seed',
    'layer',
    'pool',
  ];
  protected override readonly nothingYet: string = 'No pictures yet.';

  /** Pictures read so far while there are no codes yet. */
  @state() private read: number | undefined;
  /** Where the pointer is, and where the reader stays. */
  @state() private pointed: number | undefined;
  @state() private chosen: number | undefined;
  /** The only label that is not faint. */
  @state() private label: number | undefined;
  @state() private dropping = false;
  @state() private size: Size = { width: 0, height: 0 };

  #coded: Coded | undefined;
  #layout: { readonly from: readonly unknown[]; readonly layout: Layout } | undefined;
  #neighbours: { readonly from: readonly unknown[]; readonly list: readonly Neighbour[] } | undefined;
  #observed: Element | undefined;
  readonly #view = new View();
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    if (width > 0) this.size = { width, height };
  });
  readonly #gestures = new Gestures({
    onPoint: (x, y) => {
      this.pointed = markAt(this.#marks(), x, y, REACH_PX);
    },
    onChoose: (x, y) => {
      this.chosen = markAt(this.#marks(), x, y, REACH_PX);
    },
    onLeave: () => {
      this.pointed = undefined;
    },
    onPan: (dx, dy) => {
      this.#view.pan(dx, dy, this.size);
      this.requestUpdate();
    },
    onZoom: (factor, at) => {
      this.#zoom(factor, at);
    },
  });

  protected override get source(): unknown {
    return this.images ?? this.corpus;
  }

  // The list is read afresh by each restart; codes are kept as long as the source is the same.
  protected override async prepare(_: Model, signal: AbortSignal): Promise<Corpus> {
    const { images, corpus } = this;
    if (images instanceof Corpus) return images;
    return images ? corpusOfFiles(images) : corpusOfIndex(corpus!, { signal });
  }

  protected override async compute(run: Run<CorpusMap, Corpus>): Promise<CorpusMap> {
    const { model, signal, turn, show, onProgress } = run;
    const algorithm = parseChoice('algorithm', ALGORITHMS, this.algorithm);
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
        const { value } = await turn(() => embeddings.next());
        if (!value) return result!;
        result = { ...value, coded };
        if (!still) show(result);
        onProgress(value.iterations > 0 ? value.done / value.iterations : 1);
      }
    } finally {
      await embeddings.return();
    }
  }

  /** The codes, or those there are already. */
  async #code({ model, sample, signal, turn, onProgress }: Run<CorpusMap, Corpus>): Promise<Coded> {
    const pool = parseChoice('pool', POOLS, this.pool);
    const from = [model, this.source, this.layer, pool];
    const known = this.#coded;
    if (known?.from.every((part, i) => part === from[i])) return known;
    const thumbnails = new Thumbnails();
    this.read = 0;
    try {
      const codes = await codesOf(model, patiently(sample, turn), {
        layer: this.layer || undefined,
        pool,
        signal,
        onProgress: (done) => {
          if (signal.aborted) return;
          this.read = done;
          onProgress(done / sample.size);
        },
        onPicture: (_, crop) => {
          thumbnails.add(crop);
        },
      });
      const { scores, kept } = await principalComponents(codes.data, COMPONENTS, { signal });
      signal.throwIfAborted();
      const labels = [...new Set(codes.items.map(({ label }) => label ?? ''))];
      const ranks = codes.items.map(({ label }) => labels.indexOf(label ?? ''));
      this.pointed = this.chosen = this.label = undefined;
      this.#view.fit();
      this.#coded = { from, codes, points: scores, kept, thumbnails, labels, ranks };
      return this.#coded;
    } finally {
      if (!signal.aborted) this.read = undefined;
    }
  }

  protected override describe({ result }: Here): string {
    return `The map of ${count(result.coded.ranks.length, 'picture')} is drawn.`;
  }

  protected override paint({ result }: Here): void {
    const layout = parseChoice('layout', LAYOUTS, this.layout);
    parseChoice('marks', MARKS, this.marks);
    const aspect = this.size.height > 0 ? this.size.width / this.size.height : 1;
    const from = [result, layout, aspect];
    if (this.#layout?.from.every((part, i) => part === from[i])) return;
    const { positions } = result;
    const grid = layout === 'grid' ? snapToGrid(positions, aspect) : undefined;
    this.#layout = {
      from,
      layout: grid ? gridLayout(grid.cells, grid.columns, grid.rows, aspect) : freeLayout(positions, aspect),
    };
  }

  constructor() {
    super();
    this.addController({
      hostUpdated: () => {
        this.#draw();
      },
      hostDisconnected: () => {
        this.#observer.disconnect();
        this.#observed = undefined;
      },
    });
  }

  #draw(): void {
    const map = this.renderRoot.querySelector('.map');
    if (!map) return;
    if (map !== this.#observed) this.#observer.observe(map);
    this.#observed = map;
    const { current, size } = this;
    if (size.width === 0) return;
    const target = map.querySelector('canvas')!;
    drawScene(target, size, devicePixelRatio, {
      marks: this.#marks(),
      colours: current?.result.coded.ranks.map(css) ?? [],
      thumbnails: this.marks === 'dots' ? undefined : current?.result.coded.thumbnails,
      active: current && this.#active,
      linked: current ? this.#nearby(current).map(({ index }) => index) : [],
      faint: (i) => this.label !== undefined && current?.result.coded.ranks[i] !== this.label,
      accent: getComputedStyle(target).color,
    });
    for (const small of this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas[data-index]'))
      current?.result.coded.thumbnails.draw(small.getContext('2d')!, Number(small.dataset['index']), 0, 0, SIDE);
  }

  get #active(): number | undefined {
    return this.pointed ?? this.chosen;
  }

  #marks(): Mark[] {
    const layout = this.#layout?.layout;
    if (!layout || !this.current) return [];
    return Array.from({ length: layout.places.length / 2 }, (_, i) => this.#view.markOf(layout, i, this.size));
  }

  /** What the network finds most like the picture where the reader is. */
  #nearby({ result: { coded } }: Here): readonly Neighbour[] {
    const active = this.#active;
    if (active === undefined) return [];
    const from = [coded, active];
    if (!this.#neighbours?.from.every((part, i) => part === from[i])) {
      this.#neighbours = { from, list: nearest(coded.codes.data, active, NEIGHBOURS) };
    }
    return this.#neighbours.list;
  }

  #zoom(factor: number, at: readonly [number, number] = [this.size.width / 2, this.size.height / 2]): void {
    this.#view.zoomBy(factor, at, this.size);
    this.requestUpdate();
  }

  #fit(): void {
    this.#view.fit();
    this.requestUpdate();
  }

  #press(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    if (ctrlKey || metaKey) return;
    const direction = DIRECTIONS[key];
    if (direction && shiftKey) {
      this.#view.pan(-direction[0] * KEY_PAN_PX, -direction[1] * KEY_PAN_PX, this.size);
      this.requestUpdate();
    } else if (direction) this.#go(direction);
    else if (key === '+' || key === '=') this.#zoom(KEY_ZOOM);
    else if (key === '-') this.#zoom(1 / KEY_ZOOM);
    else if (key === '0') this.#fit();
    else if (key === 'Escape') this.chosen = this.pointed = undefined;
    else return;
    event.preventDefault();
  }

  /** To the next picture in a direction; at first to the one in the middle. */
  #go(direction: readonly [number, number]): void {
    const marks = this.#marks();
    const middle = { x: this.size.width / 2, y: this.size.height / 2 };
    const active = this.#active;
    const next =
      active === undefined ? markAt(marks, middle.x, middle.y, Infinity) : markBeyond(marks, marks[active]!, direction);
    if (next === undefined || !this.current) return;
    this.pointed = undefined;
    this.chosen = next;
    this.#keepInView(marks[next]!);
    announce(this.#wordsFor(this.current, next));
  }

  #keepInView({ x, y, side }: Mark): void {
    const { width, height } = this.size;
    const beyond = (at: number, end: number): number => Math.min(at - side, 0) + Math.max(at + side - end, 0);
    this.#view.pan(-beyond(x, width), -beyond(y, height), this.size);
  }

  #wordsFor({ result: { coded } }: Here, i: number): string {
    const near = nearest(coded.codes.data, i, NEIGHBOURS).map(({ index }) => nameOf(coded, index));
    return `${nameOf(coded, i)}. Most like it: ${near.join(', ')}.`;
  }

  protected override renderControls(): TemplateResult {
    const neighbours =
      this.algorithm === 'umap'
        ? number('Neighbours', { min: 2 }, this.neighbors, (value) => (this.neighbors = value ?? NaN))
        : number('Perplexity', { min: 1 }, this.perplexity, (value) => (this.perplexity = value ?? NaN));
    return html`${select('Algorithm', ALGORITHM_CHOICES, this.algorithm, (name) => (this.algorithm = name as typeof this.algorithm))}
      ${neighbours} ${number('Seed', { min: 0 }, this.seed, (value) => (this.seed = value ?? NaN))}
      ${layerPicker(
        'Codes',
        'before the classifier',
        this.network?.layers ?? [],
        this.layer,
        (layer) => (this.layer = layer),
      )}
      ${select('Arrangement', LAYOUT_CHOICES, this.layout, (name) => (this.layout = name as typeof this.layout))}
      ${select('Marks', MARK_CHOICES, this.marks, (name) => (this.marks = name as typeof this.marks))}
      <label
        ><span>Your pictures</span>
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
    const what = current ? `Map of ${count(current.result.coded.ranks.length, 'picture')}` : 'Map, not drawn yet';
    const { listeners } = this.#gestures;
    return html`<div
      class="map ${this.dropping ? 'dropping' : ''} ${this.stale && current ? 'stale' : ''}"
      tabindex="0"
      role="application"
      aria-roledescription="map"
      aria-label="${what}. The arrow keys go from picture to picture, plus and minus zoom, 0 shows all."
      @pointerdown=${listeners.pointerdown}
      @pointermove=${listeners.pointermove}
      @pointerup=${listeners.pointerup}
      @pointercancel=${listeners.pointercancel}
      @pointerleave=${listeners.pointerleave}
      @wheel=${listeners.wheel}
      @keydown=${(event: KeyboardEvent) => {
        this.#press(event);
      }}
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.dropping = true;
      }}
      @dragleave=${() => (this.dropping = false)}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        event.stopPropagation();
        this.dropping = false;
        if (event.dataTransfer)
          void droppedFiles(event.dataTransfer).then((files) => {
            this.#take(files);
          });
      }}
    >
      <canvas part="map" role="img" aria-label=${what}></canvas>
      ${current?.result.coded.ranks.length ? nothing : html`<p class="empty">${this.#emptyText(current)}</p>`}
    </div>`;
  }

  #emptyText(current: Here | undefined): string {
    if (current) return 'There are no pictures to show.';
    if (this.source === undefined) return 'Drop pictures here, or open some.';
    return 'Pictures come here once their codes are known.';
  }

  /** Files instead of the corpus. */
  #take(files: readonly File[]): void {
    if (files.length > 0) this.images = files;
  }

  #renderZoom(): TemplateResult {
    return html`<div class="zoom">
      <button type="button" aria-label="Zoom in" @click=${() => this.#zoom(KEY_ZOOM)}>+</button>
      <button type="button" aria-label="Zoom out" @click=${() => this.#zoom(1 / KEY_ZOOM)}>−</button>
      <button type="button" @click=${() => this.#fit()}>Show all</button>
    </div>`;
  }

  #renderLegend(current: Here | undefined): TemplateResult {
    const labels = current?.result.coded.labels.filter((label) => label !== '') ?? [];
    return html`<ul class="legend labels" part="legend" aria-label="Labels">
      ${labels.map((label) => {
        const rank = current!.result.coded.labels.indexOf(label);
        const pressed = this.label === rank;
        return html`<li>
          <button type="button" aria-pressed=${pressed} @click=${() => (this.label = pressed ? undefined : rank)}>
            <span style="background: ${css(rank)}"></span>${label}
          </button>
        </li>`;
      })}
    </ul>`;
  }

  #stage(current: Here | undefined): string {
    if (this.read !== undefined) {
      return `${this.read.toLocaleString('en')} of ${count(this.sample?.size ?? 0, 'picture')} read.`;
    }
    if (!current) return '\u00a0';
    const { done, iterations, divergence } = current.result;
    const result = divergence === undefined ? '' : `; divergence ${divergence.toFixed(3)} nats`;
    return `Iteration ${done} of ${iterations}${result}. Drag to move, scroll with the map in focus to zoom.`;
  }

  #renderDetail(current: Here | undefined): TemplateResult {
    const active = this.#active;
    if (!current || active === undefined) {
      return html`<div class="panel detail" part="detail">
        <h3>A picture</h3>
        <p class="muted">Point at one, or go there with the arrow keys, to see what the network finds most like it.</p>
      </div>`;
    }
    const { coded } = current.result;
    const { id, label } = coded.codes.items[active]!;
    return html`<div class="panel detail" part="detail">
      <h3>${label ?? 'A picture'}</h3>
      <div class="picture">${thumbnail(active, nameOf(coded, active))}</div>
      <p class="muted name">${id}</p>
      <h3>Most like it</h3>
      <ol class="neighbours">
        ${this.#nearby(current).map(
          ({ index, distance }) =>
            html`<li>
              <button
                type="button"
                aria-label="Go to ${nameOf(coded, index)}, distance ${short(distance)}"
                @click=${() => {
                  this.pointed = undefined;
                  this.chosen = index;
                }}
              >
                ${thumbnail(index, '')}
              </button>
              <span>${coded.codes.items[index]!.label ?? short(distance)}</span>
            </li>`,
        )}
      </ol>
    </div>`;
  }

  #renderCaption(current: Here | undefined): TemplateResult {
    if (!current) return html`<figcaption></figcaption>`;
    const { model, sample, result } = current;
    const { codes, kept, points } = result.coded;
    const [n, dimensions] = codes.data.shape as [number, number];
    const umapped = result.adapter === undefined;
    return html`<figcaption>
      <p>
        <strong>${umapped ? 'UMAP' : 't-SNE'}</strong> of ${sample.about.title ?? count(n, 'picture')}: pictures lie
        together where the network’s codes are alike. Distances between groups mean little.
      </p>
      ${[...result.notes, ...skippedNotes(codes)].map((note) => html`<p class="muted" part="note">${note}</p>`)}
      <p class="muted" part="source">
        ${umapped ? 'McInnes, Healy & Melville 2018, by umap-js' : 'van der Maaten & Hinton 2008, all pairs'}. Codes of
        ${codes.layer}, ${dimensions} numbers; ${points.shape[1]} principal components keep ${(100 * kept).toFixed(0)} %
        of their variance. The codes took ${durationText(codes.ms)}.
        ${sample.about.credit ? html`Pictures: ${sample.about.credit}.` : nothing}
      </p>
      <p class="muted" part="adapter">
        ${inputText(model)} ${adapterText(codes.adapter)}
        ${umapped ? 'The map is made by the page’s own thread.' : nothing}
      </p>
      ${this.noControls ? nothing : this.#renderFiles(current)}
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
    return html`<div class="files">
      <button type="button" @click=${picture}>Save PNG</button>
      <button type="button" @click=${numbers}>Save places (.npy)</button>
    </div>`;
  }
}

const DIRECTIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
const ALGORITHM_CHOICES = [
  ['t-sne', 't-SNE'],
  ['umap', 'UMAP'],
] as const;
const LAYOUT_CHOICES = [
  ['map', 'as it is'],
  ['grid', 'on a grid'],
] as const;
const MARK_CHOICES = MARKS.map((name) => [name, name] as const);

function count(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}

function nameOf({ codes }: Coded, i: number): string {
  const { id, label } = codes.items[i]!;
  return label ?? id;
}

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

/** What could not be read, in words. */
function skippedNotes({ skipped }: Codes): string[] {
  if (skipped.length === 0) return [];
  const named = skipped.slice(0, NAMED).map(({ error }) => error.message);
  const more = skipped.length > NAMED ? ` And ${skipped.length - NAMED} more.` : '';
  return [`${count(skipped.length, 'picture')} could not be read: ${named.join(' ')}${more}`];
}

/** Each picture when the figure's turn comes, so that others are not kept waiting and nothing is read out of view. */
async function* patiently(
  images: AsyncIterable<CorpusImage>,
  turn: Run<CorpusMap, Corpus>['turn'],
): AsyncGenerator<CorpusImage> {
  let taken = 0;
  for await (const image of images) {
    if (taken++ % PICTURES_A_TURN === 0) await turn(() => Promise.resolve());
    yield image;
  }
}

const PICTURES_A_TURN = 8;

declare global {
  interface HTMLElementTagNameMap {
    'cnn-embedding': CnnEmbedding;
  }
}
