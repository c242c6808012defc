import type { Outcome, Tools } from '../work/job.ts';
import { cutBitmap, withBitmap, type Cut } from './decode.ts';
import type { InputSize } from './preprocess.ts';

/** A picture file of a known size, what it is called in errors, and the input it is for. */
export interface CutFileArgs {
  readonly file: Blob;
  readonly where: string;
  readonly to: InputSize;
}

/** A job: decodes a picture file and scales what a network sees of it. Throws ImageError. */
export async function cutFile({ file, where, to }: CutFileArgs, { signal }: Tools): Promise<Outcome<Cut>> {
  const result = await withBitmap(file, where, signal, (bitmap) => cutBitmap(bitmap, to, where, signal));
  return { result, transfer: [result.crop.data.buffer] };
}
