/** `?steps=4` makes the images of the whole page in fewer steps, for a quick look. */
export function followSteps(): void {
  const steps = new URLSearchParams(location.search).get('steps');
  if (steps === null) return;
  for (const figure of document.querySelectorAll('main > section > *'))
    if (figure.localName.startsWith('cnn-')) figure.setAttribute('steps', steps);
}
