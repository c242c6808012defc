import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  parseNames,
  styleLayersOf,
  styleTransfer,
  type ImageSource,
  type Sample,
  type Snapshot,
  type StyleOptions,
  type StyleWeights,
} from '../../src/internal.ts';
import { numeric, text, verbatim } from '../internal/attributes.ts';
import { layerPicker, number, words } from '../internal/controls.ts';
import { curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Run } from '../internal/picture-figure.ts';
import type { Grown } from '../internal/growing/grown.ts';
import { Growing, type Growth, type Stretch } from '../internal/growing/growing.ts';
import { growingStyles } from '../internal/growing/styles.ts';
import { grownImages, timeline } from '../internal/growing/views.ts';
import { otherPicture, sourceName } from '../internal/other-picture.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { short } from '../internal/scale.ts';
import { figureStyles } from '../internal/styles.ts';
import { styleStyles } from './styles.ts';
import { t } from '../internal/languages/words.ts';

/** Properties that hold from the next step on while it runs; otherwise the figure runs again. */
const WEIGHTS = ['contentWeight', 'styleWeight', 'smoothness'] as const;

/**
 * A picture in the style of another: what is in it stays, and the textures become those of the painting.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the picture has had all its steps
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - what the network sees of the picture
 * @csspart painting - what the network sees of the painting
 * @csspart image - the picture in its style
 * @csspart timeline - curve, scrubber and buttons
 * @csspart curve - the objective over the steps
 * @csspart readout - steps done, their pace, the objective
 * @csspart terms - how far content and style are from what they are to be
 * @csspart note - what went otherwise than expected
 * @csspart source - what is lowered, and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-style')
export class CnnStyle extends CnnPictureFigure<Grown> {
  static override styles: CSSResultGroup = [figureStyles, curveStyles, growingStyles, styleStyles];

  /** Address of the picture whose style is taken. */
  @property(text()) painting: string | undefined;
  /** Such a picture instead of its address. */
  @property({ attribute: false }) paintingImage: ImageSource | undefined;
  /** Description of it, for those who do not see it. */
  @property({ ...verbatim('the painting'), attribute: 'painting-alt' }) paintingAlt = 'the painting';
  /** Layer whose code is the content; chosen to suit the network by default. */
  @property({ ...text(), attribute: 'content-layer' }) contentLayer: string | undefined;
  /** Layers whose Gram matrices are the style, as `conv1, fire3`; chosen to suit the network by default. */
  @property({ ...text(), attribute: 'style-layers' }) styleLayers: string | undefined;
  /** How much the content counts; 1 by default. */
  @property({ ...numeric(), attribute: 'content-weight' }) contentWeight: number | undefined;
  /** How much the style counts, shared among its layers; 10 by default. */
  @property({ ...numeric(), attribute: 'style-weight' }) styleWeight: number | undefined;
  /** How much pixels that differ from their neighbours cost (total variation); 1 by default. */
  @property(numeric()) smoothness: number | undefined;
  /** Steps of the optimiser. */
  @property(numeric(300)) steps = 300;

  @state() private paintingSample: Sample | undefined;
  readonly #growing = new Growing(this);
  /** Before the first step, and before the last. */
  #terms: Readonly<Record<'first' | 'last', Snapshot['terms']>> = { first: [], last: [] };

  protected override readonly inputs: readonly string[] = [
    'painting',
    'paintingImage',
    'contentLayer',
    'styleLayers',
    'steps',
  ];

  protected override get missing(): string | undefined {
    return this.picture === undefined || this.#painting === undefined
      ? t('A picture and a painting are needed.')
      : undefined;
  }

  get #painting(): ImageSource | undefined {
    return this.paintingImage ?? this.painting;
  }

  protected override async compute(run: Run<Grown>): Promise<Grown> {
    const { model, signal } = run;
    const { contentLayer = styleLayersOf(model).content, steps } = this;
    const styleLayers = parseNames(this.styleLayers) ?? styleLayersOf(model).style;
    const painting = this.#painting!;
    const paintingSample = await model.prepare(painting, { signal });
    this.paintingSample = paintingSample;
    const growth: Growth = {
      title: 'The picture in its style',
      steps,
      grow: (stretch) => this.#paint(run, paintingSample, { contentLayer, styleLayers }, stretch),
    };
    const key = [model.name, sourceName(this.picture), sourceName(painting), contentLayer, styleLayers, steps];
    return this.#growing.run(run, [growth], JSON.stringify(key));
  }

  async *#paint(
    { model, material: sample }: Run<Grown>,
    painting: Sample,
    options: StyleOptions,
    stretch: Stretch,
  ): AsyncGenerator<Snapshot, void, undefined> {
    let first = stretch.from ? this.#terms.first : [];
    const weights = (): StyleWeights => this;
    const snapshots = styleTransfer(model, sample, painting, { ...options, ...stretch, weights });
    for await (const snapshot of snapshots) {
      if (first.length === 0) first = snapshot.terms;
      this.#terms = { first, last: snapshot.terms };
      yield snapshot;
    }
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const over = this.phase === 'result' || this.phase === 'error' || this.phase === 'stopped';
    if (over && WEIGHTS.some((name) => changed.has(name))) void this.restart();
  }

  protected override describe(): string {
    return t('The picture is drawn in the style of the painting.');
  }

  protected override renderControls(): TemplateResult {
    const weight = (label: string, name: (typeof WEIGHTS)[number], placeholder: string): TemplateResult =>
      number(label, { min: 0, placeholder }, this[name], (value) => (this[name] = value));
    return html`${layerPicker(
      'Content',
      'as suits the network',
      this.network?.layers ?? [],
      this.contentLayer,
      (layer) => (this.contentLayer = layer),
    )}
    ${words('Style layers', 'as suit the network', this.styleLayers, (layers) => {
      this.styleLayers = layers;
    })}
    ${weight('Content weight', 'contentWeight', '1')} ${weight('Style weight', 'styleWeight', '10')}
    ${weight('Smoothness', 'smoothness', '1')}
    ${number('Steps', { min: 1 }, this.steps, (steps) => (this.steps = steps ?? 300))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { network, paintingSample } = this;
    return html`<div class="body">
      <div class="panels">
        <div class="panel">
          <h3>${t`Picture`}</h3>
          <div class="image-area">${this.renderPicture()}</div>
        </div>
        ${otherPicture('Painting', { source: this.#painting, sample: paintingSample, alt: this.paintingAlt, part: 'painting' })}
        <div class="result">${grownImages(this.#growing, 1)}</div>
      </div>
      <div class="side">
        ${timeline(this.#growing, 'style')}
        <p class="terms" part="terms">${this.#termsText()}</p>
        <figcaption>
          <p class="muted" part="source">
            ${t`Lowered are the squared distances to the code of the picture and to the Gram matrices of the painting, as shares of their own size, and differences of neighbouring pixels. Gatys, Ecker & Bethge 2016. Weights may be changed while it runs.`}
          </p>
          <p class="muted" part="adapter">
            ${network ? html`${inputText(network)} ${adapterText(network.backend.adapter)}` : nothing}
          </p>
        </figcaption>
      </div>
    </div>`;
  }

  /** The last term is the smoothness. */
  #termsText(): string {
    const { first, last } = this.#terms;
    if (last.length === 0) return '\u00a0';
    const parts = last
      .slice(0, -1)
      .map(
        ({ says, value }, i) => `${t(says.replace('distance to a ', ''))} ${short(first[i]!.value)} → ${short(value)}`,
      );
    return t`Distances, from the first step to the last: ${parts.join(t('; '))}.`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-style': CnnStyle;
  }
}
