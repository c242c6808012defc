import { languageOf, speak, type Rendered } from './languages/words.ts';

let region: HTMLElement | undefined;

/**
 * Makes the page's one region for what screen readers are told, so that figures do not talk over each other. Readers only
 * notice changes of a region they have met: it is made when the first figure connects, not when it first speaks.
 */
export function prepareAnnouncer(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('div');
  region.setAttribute('role', 'status');
  Object.assign(region.style, {
    position: 'absolute',
    insetBlockStart: '0',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  });
  document.body.append(region);
  return region;
}

/** Says something to screen readers, in the language of the element that it comes from. */
export function announce(speaker: Rendered, say: () => string): void {
  const region = prepareAnnouncer();
  // Voices follow it
  region.lang = languageOf(speaker);
  region.textContent = speak(speaker, say);
}
