import { toImageData, type Picture } from '../models/picture.ts';

/** A PNG file; opaque pixels keep their exact values. */
export async function toPng(picture: Picture): Promise<Blob> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d', { willReadFrequently: true })!.putImageData(toImageData(picture), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
