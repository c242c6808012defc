import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  classIdOf,
  classModel,
  className,
  toInput,
  toPicture,
  verdictOn,
  type PresetName,
  type Snapshot,
  type Verdict,
} from '../../src/internal.ts';
import { numeric, text } from '../internal/attributes.ts';
import { classField, number } from '../internal/controls.ts';
import { curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import type { Run } from '../internal/life-cycle.ts';
import { CnnLabelledFigure } from '../internal/labelled-figure.ts';
import { Growing, growingStyles, type Growth } from '../internal/growing.ts';
import type { Grown } from '../internal/grown.ts';
import { predictionList, predictionStyles, readingText } from '../internal/predictions.ts';
import { parsePreset, presetPicker, presetText } from '../internal/presets.ts';
import { adapterText } from '../internal/provenance.ts';
import { figureStyles } from '../internal/styles.ts';

/**
 * What the network takes a class for: an image grown from noise, or from nothing, until its score is high.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the image has had all its steps
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart image - the image
 * @csspart timeline - curve, scrubber and buttons
 * @csspart curve - the objective over the steps
 * @csspart readout - steps done, their pace, the objective
 * @csspart note - what went otherwise than expected
 * @csspart verdict - what the network takes the image for
 * @csspart predictions - the likeliest classes of the image
 * @csspart source - preset and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-class-model')
export class CnnClassModel extends CnnLabelledFigure<Grown> {
  static override styles: CSSResultGroup = [figureStyles, predictionStyles, curveStyles, growingStyles];

  /** The class: id, name or synset. */
  @property(text()) target: string | undefined;
  /** Published settings by name. */
  @property(text('lucid')) preset: PresetName = 'lucid';
  /** The preset's own number by default. */
  @property(numeric()) steps: number | undefined;
  @property(numeric(1)) seed = 1;

  /** What the network says to the image, and said while it grew. */
  @state() private verdict: { readonly step: number; readonly reading: string; readonly says: Verdict } | undefined;
  readonly #growing = new Growing(this);

  /** What is grown, or was. */
  #name = 'none';

  protected override readonly inputs: readonly string[] = ['target', 'preset', 'steps', 'seed'];

  protected override get missing(): string | undefined {
    return this.target === undefined ? 'Choose a class.' : undefined;
  }

  protected override async compute(run: Run<Grown, undefined>): Promise<Grown> {
    const { model, signal, inGpuSlot } = run;
    const { steps, seed } = this;
    const preset = parsePreset(this.preset);
    const id = classIdOf(model, this.target!);
    this.#name = className(model, id);
    this.verdict = undefined;
    const judge = async (snapshot: Snapshot): Promise<void> => {
      const picture = toPicture(snapshot.image, model.preprocessing);
      const says = await verdictOn(model, { input: toInput(picture, model.preprocessing) }, signal);
      this.verdict = { step: snapshot.step, reading: readingText(model, says.probability(id)), says };
    };
    const growth: Growth = {
      title: this.#name,
      grow: (stretch) =>
        judged(classModel(model, id, { preset, seed, ...stretch, steps: stretch.steps ?? steps }), judge),
    };
    const grown = await this.#growing.run(run, [growth], JSON.stringify([model.name, id, preset, seed, steps]));
    const { snapshot } = grown.images[0]!;
    await inGpuSlot(() => judge(snapshot));
    return grown;
  }

  protected override describe(): string {
    return `The image of ${this.#name} is grown. ${this.#verdictText}`;
  }

  protected override renderControls(): TemplateResult {
    return html`${classField(this.network?.labels ?? [], 'name or number', this.target, (target) => (this.target = target))}
    ${presetPicker(this.preset, (preset) => (this.preset = preset))}
    ${number('Steps', { min: 1, placeholder: 'of the preset' }, this.steps, (steps) => (this.steps = steps))}
    ${number('Seed', { min: 0 }, this.seed, (seed) => (this.seed = seed ?? 1))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { network, verdict } = this;
    const busy = this.phase === 'running' || this.phase === 'ready';
    return html`<div class="body">
      ${this.#growing.renderImages(1)}
      <div class="side">
        ${this.#growing.renderTimeline(busy, `class-${this.#name}`.replace(/\W+/g, '-'))}
        <div>
          <p class="verdict" part="verdict">${this.#verdictText}</p>
          ${predictionList(verdict?.says.top, 'What the network takes the image for')}
        </div>
        <figcaption>
          <p class="muted" part="source">${presetText(this.preset)} The unnormalised score is raised.</p>
          <p class="muted" part="adapter">
            ${network ? html`${network.name}; seed ${this.seed}. ${adapterText(network.backend.adapter)}` : nothing}
          </p>
        </figcaption>
      </div>
    </div>`;
  }

  get #verdictText(): string {
    if (!this.verdict) return '';
    const { step, reading } = this.verdict;
    return `After ${step} steps the network itself gives ${this.#name} ${reading}, as it would be saved in 8 bits.`;
  }
}

/** Of the time an image takes, what judging it on the way may take. */
const JUDGING_SHARE = 0.1;

/** Snapshots, some of them judged before they are passed on. */
async function* judged(
  snapshots: AsyncGenerator<Snapshot, void, undefined>,
  judge: (snapshot: Snapshot) => Promise<void>,
): AsyncGenerator<Snapshot, void, undefined> {
  let due = 0;
  for await (const snapshot of snapshots) {
    const began = performance.now();
    if (began >= due) {
      await judge(snapshot);
      const now = performance.now();
      due = now + (now - began) / JUDGING_SHARE;
    }
    yield snapshot;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-class-model': CnnClassModel;
  }
}
