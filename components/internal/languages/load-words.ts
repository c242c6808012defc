import type { Words } from './table.ts';

/** The words of a language. Rejects where they cannot be fetched. */
export async function loadWords(language: string): Promise<Words> {
  switch (language) {
    case 'zh':
      return (await import('./zh.ts')).zh;
    default:
      throw new Error(`there are no words of "${language}"`);
  }
}
