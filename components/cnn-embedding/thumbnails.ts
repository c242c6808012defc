import { toImageData, type Picture } from '../../src/internal.ts';

/** Side of a thumbnail, px: what a reader sees when a map of a thousand is drawn three times as large. */
export const SIDE = 48;
const COLUMNS = 64;

/** Small versions of pictures, on one canvas each row of which has 64. */
export class Thumbnails {
  #sheet = new OffscreenCanvas(COLUMNS * SIDE, SIDE);
  #count = 0;

  add(picture: Picture): void {
    const whole = new OffscreenCanvas(picture.width, picture.height);
    whole.getContext('2d')!.putImageData(toImageData(picture), 0, 0);
    const [x, y] = this.#place(this.#count);
    if (y >= this.#sheet.height) this.#grow();
    this.#sheet.getContext('2d')!.drawImage(whole, x, y, SIDE, SIDE);
    this.#count++;
  }

  /** Draws one as a square. */
  draw(context: CanvasRenderingContext2D, index: number, left: number, top: number, side: number): void {
    const [x, y] = this.#place(index);
    context.drawImage(this.#sheet, x, y, SIDE, SIDE, left, top, side, side);
  }

  #place(index: number): readonly [x: number, y: number] {
    return [(index % COLUMNS) * SIDE, Math.floor(index / COLUMNS) * SIDE];
  }

  #grow(): void {
    const larger = new OffscreenCanvas(this.#sheet.width, 2 * this.#sheet.height);
    larger.getContext('2d')!.drawImage(this.#sheet, 0, 0);
    this.#sheet = larger;
  }
}
