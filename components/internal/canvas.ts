import { html, type TemplateResult } from 'lit';
import { toImageData, type Picture } from '../../src/internal.ts';

/** A canvas of a figure, with the picture it is to show. */
interface PictureCanvas extends HTMLCanvasElement {
  picture?: Picture;
  shown?: Picture;
}

/** A canvas that shows a picture once the figure has been updated. */
export function canvas(picture: Picture, label: string, part: string): TemplateResult {
  return html`<canvas part=${part} role="img" aria-label=${label} .picture=${picture}></canvas>`;
}

/** Draws the pictures of the canvases in `root`, at one pixel each, unless they show them already; the style sheet scales them. */
export function drawCanvases(root: ParentNode): void {
  for (const element of root.querySelectorAll<PictureCanvas>('canvas')) {
    const { picture, shown } = element;
    if (!picture || picture === shown) continue;
    element.shown = picture;
    element.width = picture.width;
    element.height = picture.height;
    element.getContext('2d')!.putImageData(toImageData(picture), 0, 0);
  }
}
