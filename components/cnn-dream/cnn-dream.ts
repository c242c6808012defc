import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  codeOf,
  objectives,
  styleLayersOf,
  toPicture,
  type ImageSource,
  type Model,
  type Sample,
  type Snapshot,
} from '../../src/internal.ts';
import { numeric, text, verbatim } from '../internal/attributes.ts';
import { layerPicker, number } from '../internal/controls.ts';
import { curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Drawn, type Run } from '../internal/picture-figure.ts';
import type { Grown } from '../internal/growing/grown.ts';
import { Growing, type Growth, type Stretch } from '../internal/growing/growing.ts';
import { growingStyles } from '../internal/growing/styles.ts';
import { grownImages, timeline } from '../internal/growing/views.ts';
import { otherPicture, sourceName } from '../internal/other-picture.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { figureStyles } from '../internal/styles.ts';
import { continuous, type Moment } from './continuous.ts';
import { Film } from './film.ts';
import { dreamStyles } from './styles.ts';
import { t } from '../internal/languages/words.ts';

/**
 * What a layer sees in a picture, exaggerated: in a small version of it first, then in larger ones; as a zoom, if there is
 * to be more than one frame.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the dream has had all its steps
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - what the network sees of the picture
 * @csspart image - the dream
 * @csspart guide - what the network sees of the guide
 * @csspart film - the frames of the zoom
 * @csspart timeline - curve, scrubber and buttons
 * @csspart curve - the objective over the steps
 * @csspart place - octave and frame of the step that is looked at
 * @csspart readout - steps done, their pace, the objective
 * @csspart note - what went otherwise than expected
 * @csspart source - what is raised, and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-dream')
export class CnnDream extends CnnPictureFigure<Grown> {
  static override styles: CSSResultGroup = [figureStyles, curveStyles, growingStyles, dreamStyles];

  /** What there is to be more of; the last maps before the resolution is reduced for the last time by default. */
  @property(text()) layer: string | undefined;
  /** Address of a picture whose features the dream is to take up. */
  @property(text()) guide: string | undefined;
  /** Such a picture instead of its address. */
  @property({ attribute: false }) guideImage: ImageSource | undefined;
  /** Description of the guide, for those who do not see it. */
  @property({ ...verbatim('the guide'), attribute: 'guide-alt' }) guideAlt = 'the guide';
  /** Sizes that are gone through. */
  @property(numeric(4)) octaves = 4;
  /** From one to the next. */
  @property(numeric(1.4)) scale = 1.4;
  /** Of each octave. */
  @property(numeric(10)) steps = 10;
  /** How far the picture is moved about in each step, in pixels. */
  @property(numeric(32)) jitter = 32;
  /** Above 1 a zoom into the picture, each frame dreamt from the one before. */
  @property(numeric(1)) frames = 1;
  /** Decides the shifts of the picture: the same seed makes the same image. */
  @property(numeric(1)) seed = 1;

  @state() private guideSample: Sample | undefined;
  readonly #growing = new Growing(this);
  readonly #film = new Film(this);
  /** Octave and frame by step. */
  #places = new Map<number, () => string>();

  protected override readonly inputs: readonly string[] = [
    'layer',
    'guide',
    'guideImage',
    'octaves',
    'scale',
    'steps',
    'jitter',
    'frames',
    'seed',
  ];

  protected override async compute(run: Run<Grown>): Promise<Grown> {
    const { model, signal } = run;
    const { octaves, scale, steps, jitter, frames, seed } = this;
    const layer = this.layer ?? layerOf(model);
    const guide = this.guideImage ?? this.guide;
    const guideSample = guide === undefined ? undefined : await model.prepare(guide, { signal });
    this.guideSample = guideSample;
    const options = { octaves, scale, steps, jitter, frames, seed };
    const growth: Growth = {
      title: guideSample ? `Dream of ${layer}, guided` : `Dream of ${layer}`,
      grow: (stretch) => this.#dream(run, layer, guideSample, options, stretch),
      inParts: true,
    };
    const key = [model.name, sourceName(this.picture), sourceName(guide), layer, options];
    const grown = await this.#growing.run(run, [growth], JSON.stringify(key));
    this.#film.autoplay();
    return grown;
  }

  async *#dream(
    { model, material: sample }: Run<Grown>,
    layer: string,
    guide: Sample | undefined,
    options: Readonly<Record<'octaves' | 'scale' | 'steps' | 'jitter' | 'frames' | 'seed', number>>,
    { from, signal }: Stretch,
  ): AsyncGenerator<Snapshot, void, undefined> {
    this.#film.clear();
    if (!from) this.#places = new Map();
    const objective = guide
      ? objectives.match(layer, await codeOf(model, guide, layer, signal))
      : objectives.layerNorm(layer);
    for await (const moment of continuous(model, sample.input, { ...options, objective, signal }, from)) {
      this.#places.set(moment.step, placeOf(moment, options));
      const { octave, step } = moment.dream;
      if (octave === options.octaves - 1 && step === options.steps)
        this.#film.add(toPicture(moment.image, model.preprocessing));
      yield moment;
    }
  }

  protected override describe({ result }: Drawn<Grown>): string {
    return t`${t(result.images[0]!.title)} is drawn.`;
  }

  protected override renderControls(): TemplateResult {
    return html`${layerPicker('Layer', 'in the middle', this.network?.layers ?? [], this.layer, (layer) => {
      this.layer = layer;
    })}
    ${number('Octaves', { min: 1 }, this.octaves, (octaves) => (this.octaves = octaves ?? 4))}
    ${number('Scale', { min: 1 }, this.scale, (scale) => (this.scale = scale ?? 1.4))}
    ${number('Steps of each', { min: 1 }, this.steps, (steps) => (this.steps = steps ?? 10))}
    ${number('Jitter', { min: 0 }, this.jitter, (jitter) => (this.jitter = jitter ?? 32))}
    ${number('Frames', { min: 1 }, this.frames, (frames) => (this.frames = frames ?? 1))}
    ${number('Seed', { min: 0 }, this.seed, (seed) => (this.seed = seed ?? 1))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { network } = this;
    const guide = this.guideImage ?? this.guide;
    return html`<div class="body">
      <div class="panels">
        <div class="panel">
          <h3>${t`Picture`}</h3>
          <div class="image-area">${this.renderPicture()}</div>
        </div>
        ${grownImages(this.#growing, 1)}
        ${guide === undefined ? nothing : otherPicture('Guide', { source: guide, sample: this.guideSample, alt: this.guideAlt, part: 'guide' })}
        ${this.frames > 1 ? this.#film.render(this.frames) : nothing}
      </div>
      <div class="side">
        <p class="place" part="place">${this.#place}</p>
        ${timeline(this.#growing, `dream-${this.layer ?? 'default'}`)}
        <figcaption>
          <p class="muted" part="source">
            ${t`${
              guide === undefined
                ? t('What is raised is the mean square of the layer.')
                : t(
                    'What is raised is, at each place of the layer, the product with what is most like it in the guide.',
                  )
            } Mordvintsev, Olah & Tyka 2015.`}
          </p>
          <p class="muted" part="adapter">
            ${network ? html`${inputText(network)} ${adapterText(network.backend.adapter)}` : nothing}
          </p>
        </figcaption>
      </div>
    </div>`;
  }

  /** Where the step is that is looked at. */
  get #place(): string {
    const { step } = this.#growing;
    const before = [...this.#places].filter(([at]) => at <= step);
    return before.at(-1)?.[1]() ?? '\u00a0';
  }
}

/** About where the layer of the original notebook lies in GoogLeNet. */
function layerOf(model: Model): string {
  return styleLayersOf(model).style.at(-1)!;
}

/** Says where a moment is, whenever it is rendered: of the moment, which has images, it keeps nothing. */
function placeOf({ dream, image }: Moment, { octaves, frames }: Record<'octaves' | 'frames', number>): () => string {
  const [h, w] = dream.image.shape.slice(2) as [number, number];
  return placeText.bind(undefined, dream.octave + 1, octaves, dream.frame + 1, frames, [h, w], image.shape[3] === w);
}

function placeText(
  octave: number,
  octaves: number,
  frame: number,
  frames: number,
  [h, w]: readonly [number, number],
  isLargest: boolean,
): string {
  const which = frames > 1 ? t`, frame ${frame} of ${frames}` : '';
  const whole = isLargest ? '' : t(', shown as large as the last');
  return t`Octave ${octave} of ${octaves}${which}: ${w}×${h} pixels${whole}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-dream': CnnDream;
  }
}
