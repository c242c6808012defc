import { importBeside } from '../src/bundled.ts';

/** Elements of the file beside the script. */
const TAGS = 'cnn-trainer, cnn-training';

/**
 * Takes the place of learning.ts in the script for a tag, beside which these elements are a file of their own: it is fetched as soon
 * as the page has one of them.
 */
const observer = new MutationObserver(look);
observer.observe(document, { childList: true, subtree: true });
// Not before the script has said its own address, which is the last thing it does.
queueMicrotask(look);

function look(): void {
  if (!document.querySelector(TAGS)) return;
  observer.disconnect();
  importBeside('learning.js').catch(reportError);
}
