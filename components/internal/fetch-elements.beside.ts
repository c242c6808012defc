import { importBeside } from '../../src/bundled.ts';

/** Fetches a file beside the script as soon as the page has one of its elements; elements inside of shadow roots are not seen. */
export function fetchWith(tags: string, file: string): void {
  const look = (): void => {
    if (!document.querySelector(tags)) return;
    observer.disconnect();
    importBeside(file).catch(reportError);
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  // Not before the script has said its own address, which is the last thing it does.
  queueMicrotask(look);
}
