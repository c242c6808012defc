import '../components/index.ts';
import { linkWords, offerFigures } from './linked-words.ts';

const article = document.querySelector<HTMLElement>('main')!;
offerFigures(article, article.dataset.compute!);
linkWords(article);

// Browsers without ::details-content print closed answers closed.
addEventListener('beforeprint', () => {
  for (const answer of article.querySelectorAll('details')) answer.open = true;
});
