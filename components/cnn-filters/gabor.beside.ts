import { importBeside } from '../../src/bundled.ts';
import type * as Gabor from './gabor.ts';

/** Takes the place of gabor.ts in the script for a tag, beside which it is in another file. */
export const gaborWords: typeof Gabor.gaborWords = async (...given) =>
  (await importBeside<typeof Gabor>('learning.js')).gaborWords(...given);
