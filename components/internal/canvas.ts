import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { toImageData, type Picture } from '../../src/index.ts';

const shown = new WeakMap<Element, Picture>();

/** Draws the picture, at one pixel each, unless the canvas shows it already; the style sheet scales it. */
function show(element: Element, picture: Picture): void {
  if (shown.get(element) === picture) return;
  shown.set(element, picture);
  const canvas = element as HTMLCanvasElement;
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')!.putImageData(toImageData(picture), 0, 0);
}

/** A canvas that shows a picture. */
export function canvas(picture: Picture, label: string, part: string): TemplateResult {
  const draw = (element?: Element): void => {
    if (element) show(element, picture);
  };
  return html`<canvas part=${part} role="img" aria-label=${label} ${ref(draw)}></canvas>`;
}
