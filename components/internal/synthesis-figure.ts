import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { PresetName, PresetOptions, Snapshot } from '../../src/internal.ts';
import { numeric, text } from './attributes.ts';
import { number } from './controls.ts';
import { curveStyles } from './curve.ts';
import { Growing } from './growing/growing.ts';
import type { Grown } from './growing/grown.ts';
import { growingStyles } from './growing/styles.ts';
import { grownImages, timeline } from './growing/views.ts';
import { CnnLabelledFigure } from './labelled-figure.ts';
import type { Run } from './life-cycle.ts';
import { parsePreset, presetPicker, presetText } from './presets.ts';
import { adapterText } from './provenance.ts';
import { figureStyles } from './styles.ts';
import { t } from './languages/words.ts';

/** An image that a preset grows from noise. */
export interface Synthesis {
  readonly title: string;
  readonly begin: (options: PresetOptions) => AsyncGenerator<Snapshot, void, undefined>;
}

/** A figure of images that are grown from noise by published settings. */
export abstract class CnnSynthesisFigure extends CnnLabelledFigure<Grown> {
  static override styles: CSSResultGroup = [figureStyles, curveStyles, growingStyles];

  /** Published settings by name. */
  @property(text('lucid')) preset: PresetName = 'lucid';
  /** The preset's own number by default. */
  @property(numeric()) steps: number | undefined;
  /** Decides the noise it starts from and the shifts: the same seed makes the same image. */
  @property(numeric(1)) seed = 1;

  readonly #growing = new Growing(this);

  /** How many images there will be, and how many in a row. */
  protected abstract readonly grid: { readonly count: number; readonly columns: number };
  /** Of what is saved. */
  protected abstract readonly fileName: string;
  /** What the steps raise. */
  protected abstract readonly raised: string;

  /** What the figure says of its images besides. */
  protected renderVerdict?(): TemplateResult;

  /** Grows images by the settings there are now. `key` says what else makes them what they are. */
  protected grow(run: Run<Grown, undefined>, images: readonly Synthesis[], key: readonly unknown[]): Promise<Grown> {
    const { steps, seed } = this;
    const preset = parsePreset(this.preset);
    const growths = images.map(({ title, begin }) => ({
      title,
      steps,
      grow: (stretch: PresetOptions) => begin({ preset, seed, ...stretch }),
    }));
    return this.#growing.run(run, growths, JSON.stringify([run.model.name, ...key, preset, seed, steps]));
  }

  protected renderSettings(): TemplateResult {
    return html`${presetPicker(this.preset, (preset) => (this.preset = preset))}
    ${number('Steps', { min: 1, placeholder: 'of the preset' }, this.steps, (steps) => (this.steps = steps))}
    ${number('Seed', { min: 0 }, this.seed, (seed) => (this.seed = seed ?? 1))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { network, grid } = this;
    return html`<div class="body">
      ${grownImages(this.#growing, grid.count, grid.columns)}
      <div class="side">
        ${timeline(this.#growing, this.fileName)} ${this.renderVerdict?.() ?? nothing}
        <figcaption>
          <p class="muted" part="source">${presetText(this.preset)} ${t(this.raised)}</p>
          <p class="muted" part="adapter">
            ${network ? html`${t`${t(network.name)}; seed ${this.seed}.`} ${adapterText(network.backend.adapter)}` : nothing}
          </p>
        </figcaption>
      </div>
    </div>`;
  }
}
