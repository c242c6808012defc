import type { Language } from './language.ts';

/** What a language says. Rejects where it cannot be fetched. */
export async function loadLanguage(language: string): Promise<Language> {
  switch (language) {
    case 'zh':
      return (await import('./chinese.ts')).chinese;
    default:
      throw new Error(`there are no words of "${language}"`);
  }
}
