import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  ArgumentError,
  checkChoice,
  checkWhole,
  MAX_CHANNELS,
  paintMap,
  parsePosition,
  shown,
  type Picture,
  type Range,
} from '../../src/internal.ts';
import { mechanism, RULE_NAMES, type Mechanism } from '../../src/mechanism.ts';
import { announce } from '../internal/announcer.ts';
import { numeric, text } from '../internal/attributes.ts';
import { boxOn } from '../internal/box.ts';
import { canvas } from '../internal/canvas.ts';
import { button, layerPicker, number, select } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import { t } from '../internal/languages/words.ts';
import { titleOf, titleStyles } from '../internal/layer-title.ts';
import { Memo } from '../internal/memo.ts';
import { CnnPictureFigure, type Drawn, type Run } from '../internal/picture-figure.ts';
import { Player } from '../internal/player.ts';
import { cursor, probe, type Cell } from '../internal/probe.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { blankScale, colourScale, short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { sentenceOf, stepText, stepTitle, unitText } from './sentences.ts';
import { RULE_TITLES, stepView, type RuleName, type StepLook } from './step-view.ts';
import { stepsOf, type WalkStep } from './steps.ts';
import { mechanismStyles } from './styles.ts';

/** Between two steps that are played, ms: long enough to read a sentence. */
const PACE_MS = 3500;
/** Of the attribute `step`: more than any network has. */
const MOST_STEPS = 1e6;

type Here = Drawn<Mechanism>;

/**
 * The arithmetic of one unit, number by number, on the reader's own picture: forward from the picture to the unit (numbers under the
 * window times the filter, ReLU, the switches of pools) and back again (unpooling, the three rules, the filter turned around). Every
 * number is of the run, or computed from such in float64.
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
 * @csspart box - what the unit of the step sees of it
 * @csspart channel - the channel of the unit
 * @csspart steps - what goes from step to step
 * @csspart sentence - what happens in the step
 * @csspart numbers - a table of numbers that are read
 * @csspart weights - a table of weights
 * @csspart products - a table of what becomes of the numbers
 * @csspart rule - a table of what a rule makes of signals
 * @csspart switches - where switches point
 * @csspart sum - what is added up
 * @csspart rules - the signals under the three rules
 * @csspart note - where no signal passes further back
 * @csspart source - publications
 * @csspart scale - the colour scale
 * @csspart readout - the value of the unit
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-mechanism')
export class CnnMechanism extends CnnPictureFigure<Mechanism> {
  static override styles: CSSResultGroup = [figureStyles, titleStyles, mechanismStyles];

  /** The layer of the unit; the first behind two convolutions with a pool between them by default. */
  @property(text()) layer: string | undefined;
  /** Channel of the layer; the one with the strongest unit by default. */
  @property(numeric()) channel: number | undefined;
  /** Unit of the channel: `max` is the strongest, `y,x` the one there. */
  @property(text('max')) at = 'max';
  /** The rule by which signals go back: `gradient`, `guided` or `deconvnet`. */
  @property(text('gradient')) rule: RuleName = 'gradient';
  /** Which step is shown, from 1 on: first those forward, then those back. */
  @property(numeric(1)) step = 1;
  /** How many channels of a sum are shown one by one. */
  @property(numeric(2)) count = 2;

  /** Where the reader is in the channel. */
  @state() private cell: Cell | undefined;

  /** As the attributes said when they last made sense. */
  #look: Pick<StepLook, 'rule' | 'count'> = { rule: 'gradient', count: 2 };
  readonly #player = new Player(this, () => this.#advance(), PACE_MS);
  readonly #channels = new Memo<{ readonly picture: Picture; readonly range: Range }>();
  readonly #steps = new Memo<readonly WalkStep[]>();

  protected override readonly inputs: readonly string[] = ['layer', 'channel', 'at'];

  protected override async compute({ model, material: sample, signal, inGpuSlot }: Run<Mechanism>): Promise<Mechanism> {
    const { layer, channel } = this;
    const at = parsePosition(this.at);
    if (at === 'all')
      throw new ArgumentError('the position makes no sense', { expected: 'max or y,x', got: shown(this.at) });
    const unit = { at, ...(layer === undefined ? {} : { layer }), ...(channel === undefined ? {} : { channel }) };
    return inGpuSlot(() => mechanism(model, sample, { unit, signal }));
  }

  protected override describe({ model, result }: Here): string {
    return t`The arithmetic of ${unitText(model, result)} is drawn, in ${stepsOf(result).length} steps.`;
  }

  protected override paint({ result }: Here): void {
    this.checkNumbers(['step', 'count']);
    checkWhole('step', this.step, 1, MOST_STEPS);
    this.#look = {
      rule: checkChoice('rule', this.rule, RULE_NAMES),
      count: checkWhole('count', this.count, 1, MAX_CHANNELS),
    };
    this.#paintChannel(result);
  }

  #paintChannel({ map }: Mechanism): { readonly picture: Picture; readonly range: Range } {
    const [height, width] = map.shape as [number, number];
    return this.#channels.of([map], () => paintMap(map.data, height, width, { colormap: 'viridis' }));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (['layer', 'channel', 'at', 'src', 'image', 'model'].some((name) => changed.has(name))) this.#player.pause();
  }

  /** Where the walk is: its steps, and which of them it is at. */
  #stepsOf({ result }: Here): { readonly steps: readonly WalkStep[]; readonly at: number } {
    const steps = this.#steps.of([result], () => stepsOf(result));
    const step = Number.isInteger(this.step) ? this.step : 1;
    return { steps, at: Math.min(Math.max(step, 1), steps.length) - 1 };
  }

  /** Goes to a step, and says it. */
  #goTo(step: number): void {
    this.step = step;
    const { current } = this;
    if (!current) return;
    const { steps, at } = this.#stepsOf(current);
    const there = steps[at]!;
    const { model } = current;
    announce(this, () => stepText(model, there, this.#look.rule));
  }

  #advance(): boolean {
    const { current } = this;
    if (!current) return false;
    const { steps, at } = this.#stepsOf(current);
    if (at + 1 >= steps.length) return false;
    this.#goTo(at + 2);
    return at + 2 < steps.length;
  }

  protected override renderControls(): TemplateResult {
    const network = this.network;
    const chosen = this.layer ?? this.current?.result.layer;
    const known = network?.layers.find(({ name, tensor }) => name === chosen || tensor === chosen);
    const limits = { min: 0, max: known && (known.shape[1] ?? 1) - 1, placeholder: 'strongest' };
    return html`${layerPicker('Layer', 'the first behind a pool', network?.layers ?? [], this.layer, (layer) => {
      Object.assign(this, { layer, channel: undefined, at: 'max', step: 1 });
    })}
    ${number('Channel', limits, this.channel, (channel) => Object.assign(this, { channel, at: 'max' }))}
    ${select('Unit', [['max', 'the strongest']], this.at, (at) => (this.at = at))}
    ${select(
      'Way back by',
      RULE_NAMES.map((name) => [name, RULE_TITLES[name]]),
      this.rule,
      (rule) => (this.rule = rule),
    )}
    ${number('Channels shown', { min: 1, max: 64 }, this.count, (count = 2) => {
      this.count = Math.max(Math.round(count), 1);
    })}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    return html`<div class="body">
        <div class="side">${this.#renderPictureSide(current)} ${this.#renderChannel(current)}</div>
        <div class="walk">${current ? this.#renderWalk(current) : nothing}</div>
      </div>
      ${this.#renderCaption(current)}`;
  }

  #renderPictureSide(current: Here | undefined): TemplateResult {
    const field = current && this.#stepsOf(current).steps[this.#stepsOf(current).at]!.field;
    return html`<div class="panel">
      <h3>${t`Picture`}</h3>
      <div
        class="image-area choose"
        @pointerup=${(event: PointerEvent) => {
          if (current) this.#chooseUnder(event, current.result);
        }}
      >
        ${this.renderPicture()} ${field ? boxOn(current.material.crop, field) : nothing}
      </div>
    </div>`;
  }

  /** The unit whose place in its map is that of the pointer in the picture. */
  #chooseUnder({ offsetX, offsetY, currentTarget }: PointerEvent, { map }: Mechanism): void {
    const { clientWidth, clientHeight } = currentTarget as HTMLElement;
    const [height, width] = map.shape as [number, number];
    const index = (share: number, size: number): number => Math.min(Math.max(Math.floor(share * size), 0), size - 1);
    this.#choose([index(offsetY / clientHeight, height), index(offsetX / clientWidth, width)]);
  }

  #choose([y, x]: Cell): void {
    this.channel ??= this.current?.result.channel;
    this.at = `${y},${x}`;
  }

  #renderChannel(current: Here | undefined): TemplateResult {
    if (!current) {
      return html`<div class="panel">
        <h3>${t`Channel`}</h3>
        <div class="image-area"></div>
        ${blankScale()}
        <p class="readout">&nbsp;</p>
      </div>`;
    }
    const { model, result } = current;
    const { picture, range } = this.#paintChannel(result);
    const { layer, channel, at, map } = result;
    const size = map.shape as unknown as Cell;
    const label = t`Channel ${channel} of ${layer}`;
    const content = html`${canvas(picture, label, 'channel')}<span class="mark">${cursor(at, size)}</span>`;
    const valueAt = ([y, x]: Cell): string => t`Row ${y}, column ${x}: ${short(map.data[y * size[1] + x]!)}`;
    return html`<div class="panel">
      ${titleOf(t`Channel ${channel}`, layer)}
      <div
        @click=${() => {
          if (this.cell) this.#choose(this.cell);
        }}
        @keydown=${({ key }: KeyboardEvent) => {
          if (key === 'Enter' && this.cell) this.#choose(this.cell);
        }}
      >
        ${probe(content, {
          label: t`${label}. Enter chooses the unit`,
          size,
          stale: this.stale,
          cell: this.cell,
          onMove: (cell, spoken) => {
            this.cell = cell;
            if (cell && spoken) announce(this, () => valueAt(cell));
          },
        })}
      </div>
      ${colourScale('viridis', range, 'activation, of this channel')}
      <p class="readout" part="readout">${this.cell ? valueAt(this.cell) : unitText(model, result)}</p>
    </div>`;
  }

  #renderWalk(current: Here): TemplateResult {
    const { steps, at } = this.#stepsOf(current);
    const { model } = current;
    const step = steps[at]!;
    const title = stepTitle(model, step);
    return html`<div class="nav" part="steps">
        ${button('Previous step', () => this.#stepBy(-1), { disabled: at === 0 })}
        ${button(this.#player.isPlaying ? 'Pause' : 'Play', () => this.#playOrPause(at + 1 === steps.length))}
        ${button('Next step', () => this.#stepBy(1), { disabled: at + 1 === steps.length })}
        <input
          type="range"
          min="1"
          max=${steps.length}
          .value=${String(at + 1)}
          aria-label=${t`Step`}
          aria-valuetext=${title}
          @input=${({ target }: Event) => {
            this.#player.pause();
            this.#goTo(Number((target as HTMLInputElement).value));
          }}
        />
        <span class="muted">${t`Step ${at + 1} of ${steps.length}`}</span>
      </div>
      <section class=${this.stale ? 'stale' : ''} aria-label=${title}>
        <h3>${title}</h3>
        <p class="sentence" part="sentence">${sentenceOf(model, step, this.#look.rule)}</p>
        <div class="numbers" tabindex="0" role="group" aria-label=${t`Numbers of the step`}>
          ${stepView(step, { model, ...this.#look })}
        </div>
      </section>`;
  }

  #stepBy(by: 1 | -1): void {
    this.#player.pause();
    const { current } = this;
    if (current) this.#goTo(this.#stepsOf(current).at + 1 + by);
  }

  /** At the end it plays from the beginning. */
  #playOrPause(isAtEnd: boolean): void {
    if (this.#player.isPlaying) {
      this.#player.pause();
      return;
    }
    if (isAtEnd) this.#goTo(1);
    this.#player.play();
  }

  #renderCaption(current: Here | undefined): TemplateResult {
    if (!current) return html`<figcaption></figcaption>`;
    const { model, result } = current;
    const { stages, returns, adapter } = result;
    return html`<figcaption>
      <p>
        ${t('The way goes through the number that adds most: of a convolution the largest product, of a max-pool the switch. All numbers are of this run, sums and products are computed from them.')}
      </p>
      ${
        returns.length < stages.length
          ? html`<p class="muted" part="note">
              ${t('No signal passes further back: an operation on the way has no gradient.')}
            </p>`
          : nothing
      }
      <p class="muted" part="source">
        ${t('Unpooling: Zeiler & Fergus 2014, §2.1. The three rules: Springenberg et al. 2015, fig. 1.')}
      </p>
      <p class="muted" part="adapter">${inputText(model)} ${adapterText(adapter)}</p>
    </figcaption>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-mechanism': CnnMechanism;
  }
}
