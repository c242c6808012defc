import { speak, t } from './languages/words.ts';

/**
 * A reader who waits for a file that never comes is told why, and given a picture where there is one, in the language of the figure
 * whose button was pressed.
 */
export function sayUnsaved(blob: Blob, name: string, frame: 'forbids' | 'unknown'): void {
  speak(focused(), () => {
    show(blob, name, frame);
  });
}

function focused(): Element {
  let element = document.activeElement ?? document.documentElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function show(blob: Blob, name: string, frame: 'forbids' | 'unknown'): void {
  const dialog = document.createElement('dialog');
  // Not as an attribute, which a strict policy blocks
  Object.assign(dialog.style, { maxInlineSize: '32rem', font: '0.875rem/1.45 system-ui, sans-serif' });
  const isPicture = blob.type.startsWith('image/');
  const words = document.createElement('p');
  const why =
    frame === 'forbids'
      ? t`${name} is not saved: this page is shown inside another, in a sandboxed frame without “allow-downloads”.`
      : t`If ${name} is not saved: this page is shown inside another, in a sandboxed frame without “allow-downloads”.`;
  const instead = isPicture
    ? t('Save the picture below by a right click or a long press, or open the page by itself.')
    : t('Instead, open the page by itself.');
  words.textContent = `${why} ${instead}`;
  // Voices follow it
  dialog.lang = t('en');
  dialog.append(words);
  const url = URL.createObjectURL(blob);
  if (isPicture) {
    const picture = document.createElement('img');
    Object.assign(picture, { src: url, alt: name });
    Object.assign(picture.style, { display: 'block', maxInlineSize: '100%', marginBlock: '1rem' });
    dialog.append(picture);
  }
  const close = document.createElement('button');
  Object.assign(close, { type: 'button', textContent: t('Close'), autofocus: true });
  close.addEventListener('click', () => {
    dialog.close();
  });
  dialog.append(close);
  dialog.addEventListener('close', () => {
    dialog.remove();
    URL.revokeObjectURL(url);
  });
  document.body.append(dialog);
  dialog.showModal();
}
