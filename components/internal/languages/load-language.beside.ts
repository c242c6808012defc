import { importBeside } from '../../../src/bundled.ts';
import type * as Chinese from './chinese.ts';
import type { Language } from './language.ts';

/** Takes the place of load-language.ts in the script for a tag, beside which languages are files of their own: `zh.js`. */
export async function loadLanguage(language: string): Promise<Language> {
  return (await importBeside<typeof Chinese>(`${language}.js`)).chinese;
}
