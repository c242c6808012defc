import { checkPicture, type Picture } from '../models/picture.ts';

/** A PNG file with the exact values of all pixels, of transparent ones too. Throws as {@link checkPicture}. */
export async function toPng(picture: Picture): Promise<Blob> {
  checkPicture(picture);
  // Most pages never save anything.
  const { chunk, deflated, headerOf, pngOf } = await import('./png-file.ts');
  return pngOf([headerOf(picture), chunk('IDAT', await deflated(picture))]);
}
