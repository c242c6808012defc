import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ArgumentError, invert } from '../../src/internal.ts';
import { countOf, numeric, text } from '../internal/attributes.ts';
import { number, words } from '../internal/controls.ts';
import { curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Run } from '../internal/picture-figure.ts';
import type { Grown } from '../internal/growing/grown.ts';
import { Growing, type Growth } from '../internal/growing/growing.ts';
import { growingStyles } from '../internal/growing/styles.ts';
import type { Shot } from '../internal/growing/track.ts';
import { grownImages, timeline } from '../internal/growing/views.ts';
import { predictionStyles } from '../internal/predictions.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { layersToInvert } from './layers.ts';
import { inversionStyles } from './styles.ts';
import { t } from '../internal/languages/words.ts';

const INPUTS = ['layers', 'smoothness', 'steps', 'seed'] as const;

/**
 * What layers still know of a picture: from what each makes of it, its code, an image is made that has the same code. The
 * layer that is looked at comes first.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the images have had all their steps
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - the picture as the network sees it
 * @csspart image - the image made from the code
 * @csspart layers - the slider through the layers
 * @csspart errors - how far the codes of the images are from those of the picture
 * @csspart timeline - curve, scrubber and buttons
 * @csspart curve - the objective over the steps
 * @csspart readout - steps done, their pace, the objective
 * @csspart note - what went otherwise than expected
 * @csspart source - method and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-inversion')
export class CnnInversion extends CnnPictureFigure<Grown> {
  static override styles: CSSResultGroup = [
    figureStyles,
    predictionStyles,
    curveStyles,
    growingStyles,
    inversionStyles,
  ];

  /** Layers as `conv1, fire5`; five from the first convolution to the last layer with maps by default. */
  @property(text()) layers: string | undefined;
  /** The one that is looked at; the first of them by default. */
  @property(text()) layer: string | undefined;
  /** Weight of the total variation; by the depth of the layer by default. */
  @property(numeric()) smoothness: number | undefined;
  /** The method's own number by default. */
  @property(numeric()) steps: number | undefined;
  /** Decides the noise it starts from: the same seed makes the same image. */
  @property(numeric(1)) seed = 1;

  /** What is grown, or was. */
  #names: readonly string[] = [];
  readonly #growing = new Growing(this);

  /** A layer that is grown already only has to be looked at. */
  protected override get inputs(): readonly string[] {
    const known = !this.layer || this.#names.includes(this.layer);
    return known && this.phase !== 'error' ? INPUTS : [...INPUTS, 'layer'];
  }

  protected override async compute(run: Run<Grown>): Promise<Grown> {
    const { model, material: sample } = run;
    const { smoothness, steps, seed } = this;
    if (smoothness !== undefined && !(smoothness >= 0)) {
      const details = { expected: 'a number of at least 0', got: String(smoothness) };
      throw new ArgumentError('the smoothness makes no sense', details);
    }
    this.#names = layersToInvert(model, this.layers, this.layer || undefined);
    this.#growing.only = this.#at;
    const growths = this.#names.map((layer): Growth => ({
      title: `From ${layer}`,
      steps,
      grow: (stretch) => invert(model, sample, { layer, smoothness, seed, ...stretch }),
    }));
    const key = JSON.stringify([model.name, this.src, this.#names, smoothness, seed, steps]);
    return this.#growing.run(run, growths, key);
  }

  protected override willUpdate(): void {
    this.#growing.only = this.#at;
    super.willUpdate();
  }

  protected override describe(): string {
    return t`Images are made from the codes of ${this.#names.map((name, i) => `${name}: ${errorText(this.#growing.shotOf(i))}`).join('; ')}.`;
  }

  protected override renderControls(): TemplateResult {
    return html`${words('Layers', 'five of the network', this.layers, (layers) => (this.layers = layers))}
    ${number('Smoothness', { min: 0, placeholder: 'by depth' }, this.smoothness, (value) => (this.smoothness = value))}
    ${number('Steps', { min: 1, placeholder: '400' }, this.steps, (steps) => (this.steps = steps))}
    ${number('Seed', { min: 0 }, this.seed, (seed) => (this.seed = seed ?? 1))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { network } = this;
    const name = this.#names[this.#at] ?? t('none');
    return html`<div class="body">
      <div class="side">
        <div class="panels">
          <div class="panel">
            <h3>${t`Original`}</h3>
            <div class="image-area">${this.renderPicture()}</div>
          </div>
          ${grownImages(this.#growing, 1)}
        </div>
        ${this.#renderLayers()}
      </div>
      <div class="side">
        ${timeline(this.#growing, `inversion-${name}`)}
        <figcaption>
          <p class="muted" part="source">
            ${t`An image with the same code as the picture’s, from noise. Mahendran & Vedaldi 2015, §3. Error of the code: ‖Φ(x) − Φ₀‖ / ‖Φ₀‖, before the last step.`}
          </p>
          <p class="muted" part="adapter">
            ${network ? html`${inputText(network)} ${t`Seed ${this.seed}.`} ${adapterText(network.backend.adapter)}` : nothing}
          </p>
        </figcaption>
      </div>
    </div>`;
  }

  /** The slider, and what it moves through. */
  #renderLayers(): TemplateResult {
    const names = this.#names;
    const at = this.#at;
    const blank = Array.from({ length: countOf(this.layers, 5) }, () => '\u00a0');
    return html`<label
        ><span>${t`Layer: ${names[at] ?? ''}`}</span>
        <input
          part="layers"
          class="layers"
          type="range"
          min="0"
          max=${Math.max(names.length - 1, 0)}
          aria-valuetext="${names[at] ?? t('none')}, ${errorText(this.#growing.shotOf(at))}"
          .value=${String(at)}
          ?disabled=${names.length === 0}
          @input=${({ target }: Event) => (this.layer = names[Number((target as HTMLInputElement).value)])}
      /></label>
      <div>
        <p class="muted">${t`Error of the code:`}</p>
        <ol class="predictions" part="errors" aria-label=${t`Error of the code of each layer`}>
          ${(names.length > 0 ? names : blank).map((name, i) => {
            const shot = this.#growing.shotOf(i);
            const current = names.length > 0 && i === at;
            return html`<li
              .style=${`--_share: ${Math.min(codeError(shot) ?? 0, 1)}`}
              aria-current=${current ? 'true' : nothing}
            >
              <span>${name}</span><span>${names.length > 0 ? errorText(shot) : nothing}</span>
            </li>`;
          })}
        </ol>
      </div>`;
  }

  /** Which of the layers is looked at. */
  get #at(): number {
    return Math.max(this.#names.indexOf(this.layer ?? ''), 0);
  }
}

/** ‖Φ(x) − Φ₀‖ / ‖Φ₀‖; undefined before the first step. */
function codeError(shot: Shot | undefined): number | undefined {
  const distance = shot?.terms[0]?.value;
  return distance === undefined ? undefined : Math.sqrt(distance);
}

function errorText(shot: Shot | undefined): string {
  if (!shot) return t('not begun');
  const error = codeError(shot);
  return error === undefined ? t('noise') : t`${short(error)}, step ${shot.step}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-inversion': CnnInversion;
  }
}
