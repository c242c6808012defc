import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ImageSource, Model, Sample } from '../../src/internal.ts';
import { text, verbatim } from './attributes.ts';
import { CnnElement, type Drawn as DrawnOf, type Run as RunOf } from './element.ts';
import type { FigureResult } from './events/cnn-result-event.ts';

/** What a figure has drawn of a picture. */
export type Drawn<Result> = DrawnOf<Result, Sample>;
export type Run<Result> = RunOf<Result, Sample>;

/** A figure of one picture. */
export abstract class CnnFigure<Result extends FigureResult> extends CnnElement<Result, Sample> {
  /** Address of the picture. */
  @property(text()) src: string | undefined;
  /** A picture instead of `src`: file, canvas, video frame… After a change of its pixels call `restart()`. */
  @property({ attribute: false }) image: ImageSource | undefined;
  /** Description of the picture, for those who do not see it. */
  @property(verbatim('the picture')) alt = 'the picture';

  protected override readonly sources: readonly string[] = ['src', 'image'];
  protected override readonly nothingYet: string = 'No picture yet.';

  protected override get source(): ImageSource | undefined {
    return this.image ?? this.src;
  }

  protected override prepare(model: Model, signal: AbortSignal): Promise<Sample> {
    return model.prepare(this.source!, { signal });
  }

  /** The picture before a network has seen it. */
  protected renderPicture(): TemplateResult {
    return this.src === undefined || this.image !== undefined
      ? html`<canvas part="picture" role="img" aria-label=${this.alt}></canvas>`
      : html`<img part="picture" src=${this.src} alt=${this.alt} />`;
  }

  protected override renderPoster(): TemplateResult {
    // A file or a canvas has no address to show it by
    if (this.src === undefined || this.image !== undefined) return html``;
    return html`<div class="plate">${this.renderPicture()}</div>`;
  }
}
