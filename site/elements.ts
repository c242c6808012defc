// Every element, once the words of the page's language are there: such as arrive later break the lines of a figure anew.
import { fetchLanguage } from '../components/internal/languages/words.ts';

const language = document.documentElement.lang.split('-')[0]!;
if (language !== 'en') await fetchLanguage(language);
await import('../components/index.ts');
