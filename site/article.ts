import './elements.ts';
import { linkWords, offerFigures } from './linked-words.ts';

const article = document.querySelector<HTMLElement>('main')!;
offerFigures(article, article.dataset.compute!);
linkWords(article);

/** On paper the pictures of all figures are wanted, which are only fetched when they come near the screen. */
function fetchPictures(): void {
  for (const picture of article.querySelectorAll('img')) picture.loading = 'eager';
}

// Once the first figure is drawn, nothing more important is fetched. Before printing it may be too late.
article.addEventListener('cnn-result', fetchPictures, { once: true });
addEventListener('beforeprint', () => {
  fetchPictures();
  // Browsers without ::details-content print closed answers closed.
  for (const answer of article.querySelectorAll('details')) answer.open = true;
});
