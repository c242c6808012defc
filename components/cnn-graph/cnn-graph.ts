import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  diagram,
  layerTimes,
  receptiveField,
  UnsupportedEnvironmentError,
  type Diagram,
  type Layer,
  type LayerTimes,
  type Model,
  type Step,
} from '../../src/internal.ts';
import { announce } from '../internal/announcer.ts';
import { text } from '../internal/attributes.ts';
import { button } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { CnnNetworkFigure } from '../internal/network-figure.ts';
import { adapterText } from '../internal/provenance.ts';
import { inGpuSlot } from '../internal/gpu-slot.ts';
import { short } from '../internal/scale.ts';
import { errorText } from '../internal/status.ts';
import { figureStyles } from '../internal/styles.ts';
import { Task } from '../internal/task.ts';
import { boxId, drawDiagram, placeOf, sizeOfDiagram } from './draw.ts';
import { layOut, type DiagramLayout } from './layout.ts';
import { graphStyles } from './styles.ts';
import { actionOf, amount, sizeText } from './words.ts';
import { explain, rich, t } from '../internal/languages/words.ts';
import { whole } from '../internal/whole.ts';

type Here = Drawn<Diagram, undefined>;

/** A layer, and the box it is drawn in. */
interface Choice {
  readonly index: number;
  readonly step: Step;
  readonly layer: Layer;
}

/**
 * The layers of a network as a diagram in which readers choose one: its size, what it costs, and what its units see of the
 * picture. Other figures can follow.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the figure is drawn
 * @fires cnn-select - the reader chose a layer
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart diagram - the layers
 * @csspart layer - the chosen one
 * @csspart sums - the figures of the whole network
 * @csspart adapter - whose times they are
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-graph')
export class CnnGraph extends CnnNetworkFigure<Diagram> {
  static override styles: CSSResultGroup = [figureStyles, graphStyles];

  /** The layer that is chosen. */
  @property(text()) layer: string | undefined;

  @state() private times: { readonly model: Model; readonly of: LayerTimes } | undefined;
  #layout: { readonly of: Diagram; readonly layout: DiagramLayout } | undefined;
  #choice: Choice | undefined;
  /** What was scrolled to the choice. */
  #inView: Here | undefined;
  readonly #task = new Task(this);

  protected override readonly inputs: readonly string[] = [];

  protected override compute({ model }: Run<Diagram, undefined>): Promise<Diagram> {
    return Promise.resolve(diagram(model));
  }

  protected override describe({ result }: Here): string {
    return t`The ${result.steps.length} layers of ${t(result.network)} are drawn.`;
  }

  protected override paint({ model, result }: Here): void {
    if (this.#layout?.of !== result) {
      this.#layout = { of: result, layout: layOut(result.steps.map(({ reads }) => reads)) };
    }
    this.#choice = undefined;
    if (this.layer === undefined) return;
    const { name } = model.resolve(this.layer);
    for (const [index, step] of result.steps.entries()) {
      const layer = step.layers.find(({ tensor }) => tensor === name);
      if (layer) this.#choice = { index, step, layer };
    }
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('layer') || this.drawn !== this.#inView) this.#keepInView();
    this.#inView = this.drawn;
  }

  /** Scrolls the diagram, not the page. */
  #keepInView(): void {
    const box = this.renderRoot.querySelector('.diagram');
    const layout = this.#layout?.layout;
    if (!box || !layout || !this.#choice) return;
    const [width] = sizeOfDiagram(layout);
    const margin = Math.max((box.clientWidth - width) / 2, 0);
    const place = placeOf(layout, this.#choice.index);
    const [top, left] = [place.top, place.left + margin];
    box.scrollTop = between(box.scrollTop, top + place.height + SPARE - box.clientHeight, top - SPARE);
    box.scrollLeft = between(box.scrollLeft, left + place.width + SPARE - box.clientWidth, left - SPARE);
  }

  /** Times each layer on this device. */
  async measure(): Promise<void> {
    const { current } = this;
    if (!current) return;
    const { model } = current;
    await this.#task.perform('Measuring…', async (signal) => {
      const of = await inGpuSlot(signal, async () => layerTimes(await model.open(), model.graph, { signal }));
      this.times = { model, of };
      return `The layers are measured: ${short(of.ms)} ms together.`;
    });
  }

  #choose({ name }: Layer, spoken: boolean): void {
    this.layer = name;
    if (spoken) announce(this, () => name);
    this.select(name);
  }

  #press(event: KeyboardEvent): void {
    const { current } = this;
    const layout = this.#layout?.layout;
    if (!current || !layout || event.ctrlKey || event.metaKey) return;
    const next = boxAfter(event.key, this.#choice?.index, layout);
    if (next === undefined) return;
    event.preventDefault();
    // The listbox itself says which option became active
    this.#choose(current.result.steps[next]!.layers.at(-1)!, false);
  }

  protected override renderControls(): TemplateResult {
    const { words, error } = this.#task;
    const reason = error instanceof UnsupportedEnvironmentError ? error.what : undefined;
    return html`${
      reason === undefined
        ? button('Time the layers', () => this.measure(), { disabled: !this.current })
        : html`<p class="muted" part="reason" title=${error ? explain(error) : nothing}>
            ${t`The layers cannot be timed here: ${explain({ message: reason })}.`}
          </p>`
    }
    ${words ? html`<span>${t(words)}</span> ${button('Stop', () => this.#task.stop())}` : nothing}
    ${error && reason === undefined ? html`<div class="error" part="error">${errorText(error)}</div>` : nothing}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    return html`<div class="panels">
      ${current ? this.#renderDiagram(current) : html`<div class="diagram"></div>`}
      <div class="side">
        <div class="layer" part="layer">${current ? this.#renderLayer(current, this.#choice) : nothing}</div>
        ${current ? this.#renderCaption(current) : nothing}
      </div>
    </div>`;
  }

  #renderDiagram(current: Here): TemplateResult {
    const { steps, network } = current.result;
    const times = steps.map((step) => this.#timeOf(current, step));
    const slowest = Math.max(...times.map((ms) => ms ?? 0));
    const boxes = steps.map((step, i) => {
      const ms = times[i];
      const time = ms === undefined ? '' : t`${short(ms)} ms · `;
      return {
        name: step.name,
        size: `${time}${sizeText(step.shape)}`,
        action: actionOf(step),
        share: ms === undefined ? undefined : ms / slowest,
      };
    });
    const chosen = this.#choice?.index;
    return html`<div
      class="diagram"
      part="diagram"
      tabindex="0"
      role="listbox"
      aria-label=${t`Layers of ${t(network)}. Up and down follow the connections, left and right go to layers beside.`}
      aria-activedescendant=${chosen === undefined ? nothing : boxId(chosen)}
      @keydown=${(event: KeyboardEvent) => {
        this.#press(event);
      }}
    >
      ${drawDiagram(this.#layout!.layout, boxes, {
        chosen,
        onChoose: (index) => {
          this.#choose(steps[index]!.layers.at(-1)!, true);
        },
      })}
    </div>`;
  }

  /** Undefined where it was not measured, or another step's kernel does its work too. */
  #timeOf({ model }: Here, { nodes }: Step): number | undefined {
    if (this.times?.model !== model) return undefined;
    const { of } = this.times;
    const known = nodes.flatMap(({ name }) => of.nodes.get(name) ?? []);
    return known.length > 0 ? known.reduce((a, b) => a + b) : undefined;
  }

  #renderLayer(current: Here, choice: Choice | undefined): TemplateResult {
    if (!choice) return html`<p class="muted">${t`Choose a layer, with a pointer or the arrow keys.`}</p>`;
    const { step, layer } = choice;
    const { model } = current;
    const box = receptiveField(model.graph, layer.tensor);
    const ms = this.#timeOf(current, step);
    const timed = this.times?.model === model;
    return html`<h3>${layer.name}</h3>
      <dl>
        <dt>${t`Does`}</dt>
        <dd>${actionOf(step)}</dd>
        <dt>${t`Size`}</dt>
        <dd>${sizeText(layer.shape)}</dd>
        <dt>${t`Parameters`}</dt>
        <dd>${whole(step.parameters)}</dd>
        <dt>${t`Multiply-adds`}</dt>
        <dd>${step.macs === undefined ? t('none') : amount(step.macs)}</dd>
        <dt>${t`A unit sees`}</dt>
        <dd>${box ? t`${box[2] - box[0]}×${box[3] - box[1]} px, borders counted` : t('nothing of the picture')}</dd>
        ${
          timed
            ? html`<dt>${t`Time`}</dt>
                <dd>${ms === undefined ? t('no kernel of its own') : t`${short(ms)} ms`}</dd>`
            : nothing
        }
      </dl>
      ${
        step.layers.length > 1
          ? html`<div class="parts" role="group" aria-label=${t`Layers in this box`}>
              ${step.layers.map(
                (part) =>
                  html`<button
                    type="button"
                    aria-pressed=${part.tensor === layer.tensor}
                    @click=${() => {
                      this.#choose(part, true);
                    }}
                  >
                    ${part.name}
                  </button>`,
              )}
            </div>`
          : nothing
      }`;
  }

  #renderCaption({ model, result }: Here): TemplateResult {
    const { times } = this;
    return html`<figcaption>
      <p part="sums">
        ${rich`${html`<strong>${t(result.network)}</strong>`}: input ${sizeText(result.input)}, ${amount(result.parameters)} parameters, ${amount(result.macs)} multiply-adds, as it runs here.`}
      </p>
      ${
        times?.model === model
          ? html`<p class="muted" part="adapter">
              ${t`${short(times.of.ms)} ms for all kernels by the clock ${times.of.clock === 'gpu' ? t('of the GPU') : t('on the wall')}:`}
              ${adapterText(model.backend.adapter)}
            </p>`
          : nothing
      }
    </figcaption>`;
  }
}

/** What is seen around the chosen box, px. */
const SPARE = 16;

/** Along the connections, or to the nearest box beside; the first key goes to the first box. */
function boxAfter(key: string, from: number | undefined, { boxes, edges }: DiagramLayout): number | undefined {
  const last = boxes.length - 1;
  if (!['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key) || last < 0) return undefined;
  if (key === 'Home' || from === undefined) return 0;
  if (key === 'End') return last;
  const { x, row } = boxes[from]!;
  const candidates = {
    ArrowUp: edges.filter(({ to }) => to === from).map((edge) => edge.from),
    ArrowDown: edges.filter((edge) => edge.from === from).map(({ to }) => to),
    ArrowLeft: [...boxes.keys()].filter((i) => boxes[i]!.row === row && boxes[i]!.x < x),
    ArrowRight: [...boxes.keys()].filter((i) => boxes[i]!.row === row && boxes[i]!.x > x),
  }[key as 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'];
  const away = (i: number): number => Math.abs(boxes[i]!.x - x) + Math.abs(boxes[i]!.row - row);
  return candidates.toSorted((a, b) => away(a) - away(b))[0];
}

function between(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-graph': CnnGraph;
  }
}
