import { html, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { toImageData, type Picture } from '../../src/index.ts';

/** Shows a picture on a canvas, at one pixel each; the style sheet scales it. Draws only what changed. */
class Draw extends Directive {
  #drawn: Picture | undefined;

  render(_picture: Picture | undefined): void {
    // The element is changed in update.
  }

  override update({ element }: ElementPart, [picture]: [Picture | undefined]): void {
    if (!picture || picture === this.#drawn) return;
    this.#drawn = picture;
    const canvas = element as HTMLCanvasElement;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('2d')!.putImageData(toImageData(picture), 0, 0);
  }
}

const draw = directive(Draw);

/** A canvas that shows a picture. */
export function canvas(picture: Picture | undefined, label: string, part: string): TemplateResult {
  return html`<canvas part=${part} role="img" aria-label=${label} width="224" height="224" ${draw(picture)}></canvas>`;
}
