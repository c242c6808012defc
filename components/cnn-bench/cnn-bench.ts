import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  benchmark,
  checkChoice,
  forgetTuning,
  tune,
  UnsupportedEnvironmentError,
  WebGpuBackend,
  type Benchmark,
  type Model,
  type TunedLayer,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { button, number, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnFigure } from '../internal/figure.ts';
import { inGpuSlot } from '../internal/gpu-slot.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { adapterText, durationText } from '../internal/provenance.ts';
import { copy as copyText, save } from '../internal/save.ts';
import { errorText } from '../internal/status.ts';
import { figureStyles } from '../internal/styles.ts';
import { Task } from '../internal/task.ts';
import type { PeerFailure, PeerTime } from './peers/time.ts';
import { rooflinePlot } from './plot.ts';
import { digits, GROUPINGS, rowsOf, toCsv, type Grouping, type Order, type Row } from './rows.ts';
import { benchStyles } from './styles.ts';
import { rowTable } from './table.ts';
import { explain, t } from '../internal/languages/words.ts';

type Here = Drawn<Benchmark, undefined>;

/**
 * How fast a network is on this device: each layer's time beside what the device can do, the ways to compute a layer
 * beside each other, and other libraries beside this one.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the network is measured
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart sums - the figures of the whole network
 * @csspart plot - the roofline
 * @csspart readout - the layer that is chosen, in words
 * @csspart table - times and rates
 * @csspart variants - the ways to compute a layer
 * @csspart peers - other libraries
 * @csspart adapter - who did the arithmetic, and whose clock it was
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-bench')
export class CnnBench extends CnnFigure<Benchmark> {
  static override styles: CSSResultGroup = [figureStyles, benchStyles];

  /** Times of which the shortest counts. */
  @property(numeric(5)) runs = 5;
  /** What a row of the table sums up: a `layer` or a `kernel`. */
  @property(text('layer')) by: Grouping = 'layer';
  /** Layer whose variants are compared. */
  @property(text()) layer: string | undefined;
  /** Address of a folder with other libraries, as in node_modules, to compare with. */
  @property(text()) peers: string | undefined;
  @state() private tuned: readonly TunedLayer[] = [];
  @state() private peerTimes: readonly (PeerTime | PeerFailure)[] = [];
  /** What the last task had to say. */
  @state() private outcome = '';
  @state() private order: Order | undefined;

  readonly #task = new Task(this);

  protected override readonly inputs: readonly string[] = ['runs'];

  protected override async compute({
    model,
    signal,
    inGpuSlot,
    onProgress,
  }: Run<Benchmark, undefined>): Promise<Benchmark> {
    this.#task.stop();
    checkChoice('grouping by', this.by, GROUPINGS);
    const { runs } = this;
    const result = await inGpuSlot(() => benchmark(gpuOf(model), model.graph, { runs, signal, onProgress }));
    if (this.drawn?.model !== model) [this.tuned, this.peerTimes, this.outcome] = [[], [], ''];
    return result;
  }

  protected override describe({ result }: Here): string {
    return t`The network is measured: ${durationText(totalOf(result))} for its kernels.`;
  }

  protected override renderControls(): TemplateResult {
    return html`${number('Best of', { min: 1 }, this.runs, (runs) => (this.runs = runs ?? NaN))}
    ${select('Rows', ROW_CHOICES, this.by, (by) => (this.by = by))}`;
  }

  protected override renderFigure(): TemplateResult {
    return html`<div class="results">${this.drawn ? this.#renderResults(this.drawn) : nothing}</div>`;
  }

  #renderResults({ model, result }: Here): TemplateResult {
    const layers = rowsOf(result, 'layer');
    const chosen = this.#chosenOf(layers);
    const grouping = GROUPINGS.includes(this.by) ? this.by : 'layer';
    return html`${sums(result)}
      <h3>${t`Layers below the roof of this device`}</h3>
      ${rooflinePlot(layers, result.roofline, { chosen, onChoose: (layer, spoken) => this.#choose(layers, layer, spoken) })}
      <p class="readout" part="readout">${rowText(layers.find(({ layer }) => layer === chosen))}</p>
      <h3>${grouping === 'layer' ? t('Layer by layer') : t('Kernel by kernel')}</h3>
      ${rowTable(rowsOf(result, grouping), {
        order: this.order,
        chosen,
        onSort: (order) => (this.order = order),
        onChoose: grouping === 'layer' ? (layer) => this.#choose(layers, layer, false) : undefined,
      })}
      ${this.noControls ? nothing : this.#renderFiles()} ${this.#renderVariants(layers, chosen)}
      ${this.#renderPeers(result)} ${this.#renderTask()}
      <figcaption><p class="muted" part="adapter">${captionText(result, model.name)}</p></figcaption>`;
  }

  /** The slowest unless the reader or the author says otherwise. */
  #chosenOf(layers: readonly Row[]): string | undefined {
    if (layers.some(({ layer }) => layer === this.layer)) return this.layer;
    return layers.reduce<Row | undefined>((slowest, row) => (row.ms > (slowest?.ms ?? -1) ? row : slowest), undefined)
      ?.layer;
  }

  #choose(layers: readonly Row[], name: string, spoken: boolean): void {
    this.layer = name;
    if (spoken) announce(this, () => rowText(layers.find(({ layer }) => layer === name)));
  }

  #renderFiles(): TemplateResult {
    const copy = (name: string, content: () => string) => (): void => {
      void this.#perform('Copying…', async () => {
        await copyText(content());
        return `${name} is copied.`;
      });
    };
    const file = (name: string, type: string, content: () => string) => (): void => {
      save(new Blob([content()], { type }), name);
    };
    const [json, csv] = [() => this.toJson(), () => this.toCsv()];
    return html`<div class="files">
      ${button('Copy JSON', copy('JSON', json))} ${button('Copy CSV', copy('CSV', csv))}
      ${button('Save JSON', file('benchmark.json', 'application/json', json))}
      ${button('Save CSV', file('benchmark.csv', 'text/csv', csv))}
    </div>`;
  }

  /** All that was measured, as JSON. Empty before. */
  toJson(): string {
    if (!this.drawn) return '';
    const { model, result } = this.drawn;
    return JSON.stringify(
      { ...result, network: model.name, layers: rowsOf(result, 'layer'), tuned: this.tuned, peers: this.peerTimes },
      null,
      2,
    );
  }

  /** The rows of the table with the columns of the table. Empty before. */
  toCsv(): string {
    return this.drawn ? toCsv(rowsOf(this.drawn.result, checkChoice('grouping by', this.by, GROUPINGS))) : '';
  }

  #renderVariants(layers: readonly Row[], chosen: string | undefined): TemplateResult {
    const tuned = this.tuned.find(({ nodes }) => nodes.includes(chosen ?? ''));
    return html`<h3>${t`Ways to compute a layer`}</h3>
      ${
        this.noControls
          ? nothing
          : html`<div class="controls">
              ${select(
                'Layer',
                layers.map(({ layer }) => layer),
                chosen ?? '',
                (layer) => (this.layer = layer),
              )}
              ${button('Compare', () => this.compareVariants())} ${button('Tune all', () => this.tuneAll())}
              ${button('Forget', () => this.forget())}
            </div>`
      }
      ${tuned ? variantTable(tuned) : nothing}`;
  }

  /** Times each way to compute the chosen layer; keeps nothing. */
  async compareVariants(): Promise<void> {
    const { drawn } = this;
    const layer = drawn && this.#chosenOf(rowsOf(drawn.result, 'layer'));
    if (!drawn || layer === undefined) return;
    await this.#perform('Comparing…', async (signal, onProgress) => {
      const layers = await this.#tune(drawn.model, { nodes: [layer], keep: false, signal, onProgress });
      const [{ variants, nodes } = { variants: [], nodes: [] }] = layers;
      this.tuned = [...this.tuned.filter((known) => known.nodes[0] !== nodes[0]), ...layers];
      const [best] = variants;
      return best ? `${layer}: ${best.variant} is fastest.` : `There is one way only to compute ${layer}.`;
    });
  }

  /** Times each way to compute each layer, keeps the fastest for this page and later ones, and measures again. */
  async tuneAll(): Promise<void> {
    const { drawn } = this;
    if (!drawn) return;
    const done = await this.#perform('Tuning…', async (signal, onProgress) => {
      this.tuned = await this.#tune(drawn.model, { signal, onProgress });
      return `The fastest of each of ${this.tuned.length} kinds of layers is kept, for later pages on this device too.`;
    });
    if (done) await this.restart();
  }

  /** Throws away what {@link tuneAll} kept, and measures again. */
  async forget(): Promise<void> {
    const { drawn } = this;
    if (!drawn) return;
    const done = await this.#perform('Forgetting…', () => {
      forgetTuning(gpuOf(drawn.model));
      this.tuned = [];
      return Promise.resolve('What was kept is forgotten.');
    });
    if (done) await this.restart();
  }

  #tune(
    model: Model,
    options: Omit<NonNullable<Parameters<typeof tune>[2]>, 'signal'> & { readonly signal: AbortSignal },
  ): Promise<readonly TunedLayer[]> {
    return inGpuSlot(options.signal, () => tune(gpuOf(model), model.graph, { runs: this.runs, ...options }));
  }

  #renderPeers(result: Benchmark): TemplateResult | typeof nothing {
    if (this.peers === undefined) return nothing;
    const own = { library: 'Unpool webgpu', createMs: result.compileMs, runMs: result.runMs, difference: 0 };
    return html`<h3>${t`Beside other libraries`}</h3>
      <div class="controls">${button('Compare with onnxruntime-web and tfjs', () => this.comparePeers())}</div>
      ${this.peerTimes.length > 0 ? peerTable(own, this.peerTimes) : nothing}`;
  }

  /** Fetches the other libraries from `peers` and times them. */
  async comparePeers(): Promise<void> {
    const { drawn, peers: base, model, manifest } = this;
    if (!drawn || base === undefined) return;
    await this.#perform('Loading and timing the other libraries…', async (signal, onProgress) => {
      const { timePeers } = await import('./peers/time.ts');
      const { runs } = drawn.result;
      const options = { base, model, manifest, runs, signal, onProgress };
      this.peerTimes = await inGpuSlot(signal, () => timePeers(drawn.model, options));
      return 'The other libraries are timed.';
    });
  }

  #renderTask(): TemplateResult {
    const { words, progress, error } = this.#task;
    if (error) return html`<div class="error" part="error">${errorText(error)}</div>`;
    if (words === undefined) return html`<p class="task">${t(this.outcome)}</p>`;
    return html`<div class="task">
      <progress aria-label=${t(words)} max="1" value=${progress ?? nothing}></progress> <span>${t(words)}</span>
      ${button('Cancel', () => this.cancel())}
    </div>`;
  }

  /** Stops a comparison, or tuning. */
  cancel(): void {
    if (this.#task.words === undefined) return;
    this.#task.stop();
    this.outcome = 'Cancelled.';
    announce(this, () => t(this.outcome));
  }

  /** Whether it was done. */
  async #perform(...[words, work]: Parameters<Task['perform']>): Promise<boolean> {
    this.outcome = '';
    const outcome = await this.#task.perform(words, work);
    if (outcome !== undefined) this.outcome = outcome;
    return outcome !== undefined;
  }
}

const ROW_CHOICES = [
  ['layer', 'one for each layer'],
  ['kernel', 'one for each kernel'],
] as const;

function gpuOf({ backend }: Model): WebGpuBackend {
  if (backend instanceof WebGpuBackend) return backend;
  throw new UnsupportedEnvironmentError('shaders can be timed on WebGPU only', { got: backend.adapter.backend });
}

const totalOf = ({ launches }: Benchmark): number => launches.reduce((sum, { ms }) => sum + ms, 0);

function sums(result: Benchmark): TemplateResult {
  const { compileMs, runMs, launches } = result;
  const sum = (name: string, value: string): TemplateResult =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="sums" part="sums">
    ${sum(t('All kernels'), t`${digits(totalOf(result))} ms`)}
    ${sum(t('A run, there and back'), t`${digits(runMs)} ms`)} ${sum(t('Compilation, cold'), durationText(compileMs))}
    ${sum(t('Launches'), String(launches.length))}
  </dl>`;
}

function rowText(row: Row | undefined): string {
  if (!row) return '';
  const { layer, ms, flops, bytes, share } = row;
  const rates = Number.isFinite(flops)
    ? t`, ${digits(flops / 1e9)} GFLOP/s, ${digits(bytes / 1e9)} GB/s, ${digits(100 * share)} % of the roofline`
    : '';
  return t`${layer}: ${digits(ms)} ms${rates}`;
}

function captionText({ adapter, runs, launches }: Benchmark, network: string): string {
  const clock =
    launches[0]?.clock === 'wall'
      ? t(
          'This device has no clock for its work: times are those of the clock on the wall, the way to the GPU and back included.',
        )
      : t('Times are those of the GPU’s own clock, which browsers may round to 0.1 ms.');
  return t`${network} on made-up numbers; best of ${runs}. ${clock} Tensors that stay in a cache can be faster than the roofline. ${adapterText(adapter)}`;
}

function variantTable({ nodes, variants, flops }: TunedLayer): TemplateResult {
  const [{ ms: best } = { ms: NaN }] = variants;
  return html`<div class="frame" role="region" tabindex="0" aria-label=${t`Ways to compute ${nodes[0]}`}>
    <table part="variants">
      <caption>
        ${nodes.length > 1 ? t`${nodes[0]!} and ${nodes.length - 1} layers like it` : nodes[0]}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="text">${t`Variant`}</th>
          <th scope="col">${t`ms`}</th>
          <th scope="col">${t`GFLOP/s`}</th>
          <th scope="col">${t`times the best`}</th>
          <th scope="col">${t`compiled in, ms`}</th>
        </tr>
      </thead>
      <tbody>
        ${variants.map(
          ({ variant, ms, compileMs }) =>
            html`<tr>
              <th scope="row" class="text">${variant}</th>
              <td>${digits(ms)}</td>
              <td>${ms > 0 ? digits(flops / ms / 1e6) : '–'}</td>
              <td>${best > 0 ? digits(ms / best) : '–'}</td>
              <td>${digits(compileMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function peerTable(own: PeerTime, others: readonly (PeerTime | PeerFailure)[]): TemplateResult {
  return html`<div class="frame" role="region" tabindex="0" aria-label=${t`Other libraries`}>
    <table part="peers">
      <thead>
        <tr>
          <th scope="col" class="text">${t`Library`}</th>
          <th scope="col">${t`a run, ms`}</th>
          <th scope="col">${t`times ours`}</th>
          <th scope="col">${t`made ready in, ms`}</th>
          <th scope="col">${t`relative L2 difference`}</th>
        </tr>
      </thead>
      <tbody>
        ${[own, ...others].map(
          (peer) =>
            html`<tr>
              <th scope="row" class="text">${peer.library}</th>
              ${
                'failure' in peer
                  ? html`<td colspan="4" class="text">${explain({ message: peer.failure })}</td>`
                  : html`<td>${digits(peer.runMs)}</td>
                      <td>${digits(peer.runMs / own.runMs)}</td>
                      <td>${digits(peer.createMs)}</td>
                      <td>${peer === own ? '–' : peer.difference.toExponential(1)}</td>`
              }
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-bench': CnnBench;
  }
}
