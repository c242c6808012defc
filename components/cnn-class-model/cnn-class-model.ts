import { html, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  classIdOf,
  classModel,
  className,
  toInput,
  toPicture,
  verdictOn,
  type PresetOptions,
  type Snapshot,
  type Verdict,
} from '../../src/internal.ts';
import { text } from '../internal/attributes.ts';
import { classField } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import type { Grown } from '../internal/growing/grown.ts';
import type { Run } from '../internal/life-cycle.ts';
import { nameText, predictionList, predictionStyles, readingText } from '../internal/predictions.ts';
import { CnnSynthesisFigure } from '../internal/synthesis-figure.ts';
import { t } from '../internal/languages/words.ts';

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
export class CnnClassModel extends CnnSynthesisFigure {
  static override styles: CSSResultGroup = [CnnSynthesisFigure.styles, predictionStyles];

  /** The class: id, name or synset. */
  @property(text()) target: string | undefined;

  /** What the network says to the image, and said while it grew. */
  @state() private verdict: { readonly step: number; readonly reading: string; readonly says: Verdict } | undefined;

  /** What is grown, or was. */
  #class = { id: NaN, name: 'none' };

  protected override readonly inputs: readonly string[] = ['target', 'preset', 'steps', 'seed'];
  protected override readonly grid = { count: 1, columns: 1 };
  protected override readonly raised: string = 'The unnormalised score is raised.';

  protected override get fileName(): string {
    return `class-${this.#class.name}`;
  }

  protected override get missing(): string | undefined {
    return this.target === undefined ? t('Choose a class.') : undefined;
  }

  protected override async compute(run: Run<Grown, undefined>): Promise<Grown> {
    const { model, signal, inGpuSlot } = run;
    const id = classIdOf(model, this.target!);
    this.#class = { id, name: className(model, id) };
    this.verdict = undefined;
    const judge = async (snapshot: Snapshot): Promise<void> => {
      const picture = toPicture(snapshot.image, model.preprocessing);
      const says = await verdictOn(model, { input: toInput(picture, model.preprocessing) }, signal);
      this.verdict = { step: snapshot.step, reading: readingText(model, says.probability(id)), says };
    };
    const image = {
      title: this.#class.name,
      begin: (options: PresetOptions) => judged(classModel(model, id, options), judge),
    };
    const grown = await this.grow(run, [image], [id]);
    const { snapshot } = grown.images[0]!;
    await inGpuSlot(() => judge(snapshot));
    return grown;
  }

  protected override describe(): string {
    return t`The image of ${nameText(this.#class)} is grown. ${this.#verdictText}`;
  }

  protected override renderControls(): TemplateResult {
    return html`${classField(this.network?.labels ?? [], 'name or number', this.target, (target) => (this.target = target))}
    ${this.renderSettings()}`;
  }

  protected override renderVerdict(): TemplateResult {
    return html`<div>
      <p class="verdict" part="verdict">${this.#verdictText}</p>
      ${predictionList(this.verdict?.says.top, 'What the network takes the image for')}
    </div>`;
  }

  get #verdictText(): string {
    if (!this.verdict) return '';
    const { step, reading } = this.verdict;
    return t`After ${step} steps the network itself gives ${nameText(this.#class)} ${reading}, as it would be saved in 8 bits.`;
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
