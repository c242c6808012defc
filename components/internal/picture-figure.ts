import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ImageSource, Sample } from '../../src/internal.ts';
import { text, verbatim } from './attributes.ts';
import { canvas } from './canvas.ts';
import type { FigureResult } from './events/cnn-result-event.ts';
import { CnnLabelledFigure } from './labelled-figure.ts';
import type { Drawn as DrawnOf, Run as RunOf } from './life-cycle.ts';
import type { MaterialSource } from './material.ts';
import { t } from './languages/words.ts';

/** What a figure has drawn of a picture. */
export type Drawn<Result> = DrawnOf<Result, Sample>;
export type Run<Result> = RunOf<Result, Sample>;

/** A figure of one picture. */
export abstract class CnnPictureFigure<Result extends FigureResult> extends CnnLabelledFigure<Result, Sample> {
  /** Address of the picture. */
  @property(text()) src: string | undefined;
  /** A picture instead of `src`: file, canvas, video frame… After a change of its pixels call `restart()`. */
  @property({ attribute: false }) image: ImageSource | undefined;
  /** Description of the picture, for those who do not see it. */
  @property(verbatim('the picture')) alt = 'the picture';

  protected override readonly source: MaterialSource<Sample> = {
    properties: ['src', 'image'],
    origin: () => this.picture,
    fetch: (model, signal) => model.prepare(this.picture!, { signal }),
  };

  protected get picture(): ImageSource | undefined {
    return this.image ?? this.src;
  }

  protected override get missing(): string | undefined {
    return this.picture === undefined ? t('No picture yet.') : undefined;
  }

  /** The picture as the network sees it, and as it is until then. */
  protected renderPicture(): TemplateResult {
    if (this.material) return canvas(this.material.crop, t(this.alt), 'picture');
    return this.#address === undefined
      ? html`<canvas part="picture" role="img" aria-label=${t(this.alt)}></canvas>`
      : html`<img part="picture" src=${this.#address} alt=${t(this.alt)} />`;
  }

  protected override renderPoster(): TemplateResult | typeof nothing {
    if (this.#address === undefined) return nothing;
    return html`<div class="image-area"><img part="picture" src=${this.#address} alt=${t(this.alt)} /></div>`;
  }

  /** A file or a canvas has no address to show it by. */
  get #address(): string | undefined {
    return this.image === undefined ? this.src : undefined;
  }
}
