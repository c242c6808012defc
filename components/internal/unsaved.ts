/** A reader who waits for a file that never comes is told why, and given a picture where there is one. */
export function sayUnsaved(blob: Blob, name: string, frame: 'forbids' | 'unknown'): void {
  const dialog = document.createElement('dialog');
  // Not as an attribute, which a strict policy blocks
  Object.assign(dialog.style, { maxInlineSize: '32rem', font: '0.875rem/1.45 system-ui, sans-serif' });
  const isPicture = blob.type.startsWith('image/');
  const words = document.createElement('p');
  const opening = frame === 'forbids' ? `${name} is not saved: this` : `If ${name} is not saved: this`;
  const instead = isPicture ? 'Save the picture below by a right click or a long press, or' : 'Instead,';
  words.textContent =
    `${opening} page is shown inside another, in a sandboxed frame without “allow-downloads”. ` +
    `${instead} open the page by itself.`;
  dialog.append(words);
  const url = URL.createObjectURL(blob);
  if (isPicture) {
    const picture = document.createElement('img');
    Object.assign(picture, { src: url, alt: name });
    Object.assign(picture.style, { display: 'block', maxInlineSize: '100%', marginBlock: '1rem' });
    dialog.append(picture);
  }
  const close = document.createElement('button');
  Object.assign(close, { type: 'button', textContent: 'Close', autofocus: true });
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
