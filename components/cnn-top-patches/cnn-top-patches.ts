import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  attributionMethods,
  cachedIndex,
  cacheIndex,
  checkChoice,
  fetchTopIndex,
  lastSpatialLayer,
  modelHash,
  parseChannels,
  rankChannels,
  readTopIndex,
  topK,
  topPatches,
  type Corpus,
  type Model,
  type ReconstructionMethod,
  type Sample,
  type Skipped,
  type TopIndex,
  type TopKey,
  type TopPatch,
  type TopPatches,
} from '../../src/internal.ts';
import { countOf, numeric, text } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { button, filePicker, layerPicker, number, select, words } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnCorpusFigure } from '../internal/corpus-figure.ts';
import { FileDrop } from '../internal/file-drop.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { brief, link } from '../internal/link.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { topPatchesStyles } from './styles.ts';
import { explain, rich, t } from '../internal/languages/words.ts';

const METHODS: readonly ReconstructionMethod[] = ['deconvnet', 'guided-backprop', 'gradient'];
const EACH = ['image', 'unit'] as const;
/** Channels shown where none are named. */
const SHOWN = 3;
/** Pictures that could not be read are named up to here, and then counted. */
const NAMED = 100;
/** Time between two looks at lists that are being made, ms. */
const PACE_MS = 1500;

/**
 * What channels respond to: their strongest patches in a corpus, each beside what the unit saw in it.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart channel - patches and reconstructions of one channel
 * @csspart patch - a patch
 * @csspart reconstruction - what the unit saw in it
 * @csspart picture - the picture that the chosen patch is from
 * @csspart box - what the unit sees of it
 * @csspart readout - value, place and credit of the chosen patch
 * @csspart corpus - how many pictures were looked at, and which were not
 * @csspart source - method and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-top-patches')
export class CnnTopPatches extends CnnCorpusFigure<TopPatches> {
  static override styles: CSSResultGroup = [figureStyles, topPatchesStyles];

  /** Address of lists that were made before, of the same network and corpus: then nothing has to be searched. */
  @property(text()) index: string | undefined;
  /** The last one with a spatial extent by default. */
  @property(text()) layer: string | undefined;
  /** Channels as `3, 17, 42`; those with the strongest activations by default. */
  @property(text()) channels: string | undefined;
  /** Patches of each channel. */
  @property(numeric(9)) count = 9;
  /** `image`: one patch of each picture at most; `unit`: any. */
  @property(text('image')) each: TopIndex['each'] = 'image';
  /** `deconvnet`, `guided-backprop` or `gradient`. */
  @property(text('deconvnet')) method: ReconstructionMethod = 'deconvnet';

  /** Channel and rank of the patch whose picture is shown. */
  @state() private chosen: readonly [channel: number, rank: number] | undefined;
  @state() private searched:
    { readonly done: number; readonly size: number; readonly skipped: readonly Skipped[] } | undefined;
  /** Lists by what they are of, finished or not: work that was stopped goes on from here. */
  readonly #indexes = new Map<string, TopIndex>();
  /** Lists that the reader brought. */
  #given: TopIndex | undefined;
  readonly #samples = new Map<string, Sample>();
  readonly #drop = new FileDrop(this, (files) => void this.#take(files));

  protected override readonly inputs: readonly string[] = ['index', 'layer', 'channels', 'count', 'each', 'method'];

  constructor() {
    super();
    this.addEventListener('dragover', this.#drop.over);
    this.addEventListener('dragleave', this.#drop.leave);
    this.addEventListener('drop', this.#drop.drop);
  }

  protected override openCorpus(signal: AbortSignal): Promise<Corpus> {
    this.#samples.clear();
    this.searched = undefined;
    return super.openCorpus(signal);
  }

  /** Files of the reader: pictures, or lists that were saved. */
  async #take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (!file) return;
    if (files.length > 1 || !/\.json$/i.test(file.name)) {
      this.#given = undefined;
      this.images = files;
      return;
    }
    try {
      this.#given = await readTopIndex(file);
      [this.layer] = Object.keys(this.#given.layers);
      this.count = this.#given.count;
      this.each = this.#given.each;
      void this.restart();
    } catch (cause) {
      this.fail(cause);
    }
  }

  protected override async compute(run: Run<TopPatches, Corpus>): Promise<TopPatches> {
    const { model, material: corpus, signal, inGpuSlot, show, onProgress } = run;
    const method = checkChoice('method', this.method, METHODS);
    const channels = parseChannels(this.channels);
    const key: TopKey = {
      model,
      corpus: corpus.key,
      layers: [this.layer ?? lastSpatialLayer(model)],
      count: this.count,
      each: checkChoice('each', this.each, EACH),
    };
    const draw = (index: TopIndex, reconstruct: boolean): AsyncGenerator<TopPatches, void, undefined> => {
      const layer = key.layers[0]!;
      const shown = channels ?? rankChannels(index, layer).slice(0, SHOWN);
      return topPatches(model, corpus, index, {
        layer,
        channels: shown,
        method,
        reconstruct,
        samples: this.#samples,
        signal,
      });
    };
    const index = await this.#search(key, run, async (part) => {
      for await (const result of draw(part, false)) show(result);
    });
    const steps = draw(index, true);
    let last: TopPatches | undefined;
    for (;;) {
      const { value } = await inGpuSlot(() => steps.next());
      if (!value) return last!;
      last = value;
      show(value);
      onProgress(value.total === 0 ? 1 : value.done / value.total);
    }
  }

  /** The lists: those of the page's author, of the reader, of an earlier visit, or made now. */
  async #search(
    key: TopKey,
    { model, material: corpus, signal, inGpuSlot, onProgress }: Run<TopPatches, Corpus>,
    look: (part: TopIndex) => Promise<void>,
  ): Promise<TopIndex> {
    const [layer] = key.layers as [string];
    const name = JSON.stringify([await modelHash(model), key.corpus, key.layers, key.count, key.each]);
    const fits = (index: TopIndex | undefined): boolean =>
      index !== undefined && Object.hasOwn(index.layers, layer) && index.count === key.count && index.each === key.each;
    const shipped = this.images === undefined ? this.index : undefined;
    const brought = this.#given ?? (shipped === undefined ? undefined : await fetchTopIndex(shipped, { signal }));
    if (brought) await checkNetwork(brought, model);
    let index = fits(brought) ? brought : (this.#indexes.get(name) ?? (await cachedIndex(key)));
    if (!index?.complete) {
      const steps = topK(model, corpus, { ...key, from: index, paceMs: PACE_MS, signal });
      try {
        for (;;) {
          const { value } = await inGpuSlot(() => steps.next());
          if (!value) break;
          this.searched = { done: value.done, size: corpus.size, skipped: value.skipped };
          onProgress((value.done + value.skipped.length) / corpus.size);
          if (!value.index) continue;
          index = value.index;
          this.#indexes.set(name, index);
          await cacheIndex(key, index);
          if (!index.complete) await look(index);
        }
      } finally {
        // Frees what it holds on the device, wherever it was stopped
        await steps.return();
      }
    }
    this.searched = { done: index!.images.length, size: corpus.size, skipped: index!.skipped };
    return index!;
  }

  protected override describe({ result }: Drawn<TopPatches, Corpus>): string {
    const list = result.channels.map(({ channel }) => channel).join(', ');
    return t`The strongest patches of ${result.layer}, channels ${list}, are drawn.`;
  }

  protected override renderControls(): TemplateResult {
    return html`${layerPicker('Layer', 'the last with maps', this.network?.layers ?? [], this.layer, (layer) => {
      this.layer = layer;
      this.channels = undefined;
    })}
    ${words('Channels', 'the strongest', this.channels, (channels) => (this.channels = channels))}
    ${number('Patches', { min: 1, max: 100 }, this.count, (count) => (this.count = count ?? NaN))}
    ${select('Of each picture', EACH_CHOICES, this.each, (each) => (this.each = each))}
    ${select(
      'Reconstruction',
      METHODS.map((name) => [name, attributionMethods[name].title] as const),
      this.method,
      (method) => (this.method = method),
    )}
    ${filePicker('Your pictures', { accept: 'image/*,.zip,.json' }, (files) => void this.#take(files))}
    ${filePicker('Your folder', { folder: true }, (files) => void this.#take(files))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    const chosen = current && this.#chosenOf(current.result);
    return html`<div class=${this.#drop.isOver ? 'body dropping' : 'body'}>
      <div class="channels">
        ${
          current
            ? current.result.channels.map(({ channel, patches }) =>
                this.#renderChannel(current, channel, patches, chosen),
              )
            : blank(countOf(this.channels, SHOWN), this.count)
        }
      </div>
      <div class="side">${this.#renderDetail(current, chosen)} ${this.#renderCaption(current)}</div>
    </div>`;
  }

  /** The patch that the reader chose; the very first until then. */
  #chosenOf({ channels }: TopPatches): TopPatch | undefined {
    const [channel, rank] = this.chosen ?? [];
    const list = channels.find((known) => known.channel === channel);
    return list?.patches[rank ?? 0] ?? channels.find(({ patches }) => patches.length > 0)?.patches[0];
  }

  #renderChannel(
    { result }: Drawn<TopPatches, Corpus>,
    channel: number,
    patches: readonly TopPatch[],
    chosen: TopPatch | undefined,
  ): TemplateResult {
    const title = t`${result.layer}, channel ${channel}`;
    const patch = (entry: TopPatch, rank: number): TemplateResult =>
      html`<li>
        <button
          type="button"
          part="patch"
          class="tile"
          aria-pressed=${entry === chosen}
          aria-label="${rank + 1}: ${brief(entry.image)}, ${short(entry.value)}"
          @click=${() => (this.chosen = [channel, rank])}
        >
          ${canvas(entry.patch, brief(entry.image), 'patch-picture')}
        </button>
        <span class="value">${short(entry.value)}</span>
      </li>`;
    const reconstruction = ({ reconstruction: picture }: TopPatch, rank: number): TemplateResult =>
      html`<li>
        <div class="tile">
          ${picture ? canvas(picture, t`what the unit saw in patch ${rank + 1}`, 'reconstruction') : nothing}
        </div>
        <span class="value" aria-hidden="true">&nbsp;</span>
      </li>`;
    return html`<section class=${this.stale ? 'channel stale' : 'channel'} part="channel" aria-label=${title}>
      <h3>${title}</h3>
      ${
        patches.length === 0
          ? html`<p class="muted">${t`No picture switches this channel on.`}</p>`
          : html`<div class="pair">
              <ol aria-label=${t`Strongest patches`}>
                ${patches.map(patch)}
              </ol>
              <ol aria-label=${t`Reconstructions`}>
                ${patches.map(reconstruction)}
              </ol>
            </div>`
      }
    </section>`;
  }

  #renderDetail(current: Drawn<TopPatches, Corpus> | undefined, chosen: TopPatch | undefined): TemplateResult {
    if (!current || !chosen)
      return html`<div class="detail">
        <div class="image-area"></div>
        <p class="readout">&nbsp;</p>
      </div>`;
    const { image, sample, box, channel, value, at } = chosen;
    const { credit, source } = current.material.entries.get(image)!;
    return html`<div class="detail">
      <div class="image-area">
        ${canvas(sample.crop, t`${brief(credit ?? image)}, whole`, 'picture')} ${frame(box, sample.crop)}
      </div>
      <p class="readout" part="readout">
        ${rich`${html`<strong>${brief(image)}</strong>`}: ${current.result.layer}, channel ${channel} at (${at[0]}, ${at[1]}) is ${short(value)}. It sees x ${box[0]} to ${box[2]}, y ${box[1]} to ${box[3]} px.`}
        ${credit === undefined ? nothing : html`<span class="muted">${brief(credit)}${sourceOf(source)}.</span>`}
      </p>
    </div>`;
  }

  #renderCaption(current: Drawn<TopPatches, Corpus> | undefined): TemplateResult {
    const { searched } = this;
    return html`<figcaption>
      ${searched ? corpusText(searched) : nothing}
      ${
        current
          ? html`<p class="muted" part="source">
                ${t`The ${current.result.index.count} strongest activations of each channel ${current.result.index.each === 'image' ? t('(one of each picture)') : t('(any unit)')}, the part of the picture that the unit sees, and what ${t(attributionMethods[current.result.method].title)} sends back from that unit alone. Zeiler & Fergus 2014, §4.1 and fig. 2; ${attributionMethods[current.result.method].source}.`}
              </p>
              ${current.result.notes.map((note) => html`<p class="muted">${t(note)}</p>`)}
              <p class="muted" part="adapter">${inputText(current.model)} ${adapterText(current.result.adapter)}</p>
              ${this.noControls ? nothing : this.#renderFiles(current.result)}`
          : nothing
      }
    </figcaption>`;
  }

  #renderFiles({ index, layer }: TopPatches): TemplateResult {
    const lists = (): void => {
      save(
        new Blob([JSON.stringify(index)], { type: 'application/json' }),
        `top-patches-${layer.replace(/\W+/g, '-')}.json`,
      );
    };
    return html`<div class="files">${button('Save the lists (.json)', lists)}</div>`;
  }
}

const EACH_CHOICES = [
  ['image', 'the strongest patch'],
  ['unit', 'any patches'],
] as const;

/** Room for what will be drawn, so that nothing on the page moves then. */
function blank(channels: number, count: number): readonly TemplateResult[] {
  const tile = html`<li>
    <div class="tile"></div>
    <span class="value">&nbsp;</span>
  </li>`;
  const list = html`<ol>
    ${Array.from({ length: Math.min(Math.max(count, 0), 100) || 9 }, () => tile)}
  </ol>`;
  const section = html`<section class="channel" aria-hidden="true">
    <h3>&nbsp;</h3>
    <div class="pair">${list} ${list}</div>
  </section>`;
  return Array.from({ length: channels }, () => section);
}

function corpusText({
  done,
  size,
  skipped,
}: {
  done: number;
  size: number;
  skipped: readonly Skipped[];
}): TemplateResult {
  return html`<p part="corpus">
      ${t`${done} of ${size} pictures were looked at${skipped.length === 0 ? '.' : t`; ${skipped.length} could not be read.`}`}
    </p>
    ${
      skipped.length === 0
        ? nothing
        : html`<details>
            <summary>${t`Pictures that could not be read`}</summary>
            <ul>
              ${skipped.slice(0, NAMED).map(({ id, reason }) => html`<li><strong>${brief(id)}</strong> ${explain({ message: reason })}</li>`)}
              ${skipped.length > NAMED ? html`<li>${t`and ${skipped.length - NAMED} more`}</li>` : nothing}
            </ul>
          </details>`
    }`;
}

function sourceOf(source: string | undefined): TemplateResult | string {
  if (source === undefined) return '';
  return html`, ${link(source, 'source')}`;
}

/** What of a box lies in the picture. */
function frame([x0, y0, x1, y1]: TopPatch['box'], { width, height }: Sample['crop']): TemplateResult {
  const percent = (part: number): string => `${100 * Math.min(Math.max(part, 0), 1)}%`;
  const [left, top, right, bottom] = [x0 / width, y0 / height, 1 - x1 / width, 1 - y1 / height].map(percent);
  return html`<span
    class="box"
    part="box"
    .style=${`left: ${left}; top: ${top}; right: ${right}; bottom: ${bottom}`}
  ></span>`;
}

async function checkNetwork({ network }: TopIndex, model: Model): Promise<void> {
  const hash = await modelHash(model);
  if (network.hash === undefined || hash === undefined || network.hash === hash) return;
  throw new ArgumentError('the lists are of another network', {
    expected: `${model.name} with these weights and this preprocessing`,
    got: `${network.name}, ${network.hash.slice(0, 12)}…`,
    remedy: 'Leave `index` out to make the lists here, and save them.',
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-top-patches': CnnTopPatches;
  }
}
