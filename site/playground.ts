// The page of an element: controls for its attributes, which the figure and the HTML follow, and which can be copied.
import { fetchLanguage } from '../components/internal/languages/words.ts';
import './search.ts';

type Control = HTMLInputElement | HTMLSelectElement;

const form = document.querySelector<HTMLFormElement>('.playground')!;
const figure = document.querySelector<HTMLElement>(`.live ${form.dataset['tag']!}`)!;
const code = document.querySelector<HTMLElement>('code.html')!;
const copy = document.querySelector<HTMLButtonElement>('button.copy')!;
const said = copy.parentElement!.querySelector('[role=status]')!;

const controls = [...form.elements].filter(
  (each): each is Control => each instanceof HTMLInputElement || each instanceof HTMLSelectElement,
);

/** As HTML has it: undefined for an attribute that is not there. */
function valueOf(control: Control): string | undefined {
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return control.checked ? '' : undefined;
  return control.value === '' ? undefined : control.value;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function showHtml(): void {
  const attributes = controls.map((control) => {
    const value = valueOf(control);
    if (value === undefined) return '';
    return value === '' ? ` ${control.name}` : ` ${control.name}="${escape(value)}"`;
  });
  code.textContent = `<${figure.localName}${attributes.join('')}></${figure.localName}>`;
  said.textContent = '';
}

function apply(control: Control): void {
  const value = valueOf(control);
  if (value === undefined) figure.removeAttribute(control.name);
  // What is set to the same would be computed anew.
  else if (figure.getAttribute(control.name) !== value) figure.setAttribute(control.name, value);
  showHtml();
}

form.addEventListener('change', ({ target }) => apply(target as Control));
// Enter in a field is heard as a change before.
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('reset', () => {
  // The controls have their first values after this event.
  setTimeout(() => controls.forEach(apply));
});

copy.addEventListener('click', () => {
  navigator.clipboard.writeText(code.textContent).then(
    () => (said.textContent = copy.dataset['done']!),
    () => (said.textContent = copy.dataset['failed']!),
  );
});

// Browsers keep what was typed when a page is loaded anew; the figure does not know of it.
form.reset();
showHtml();

// Words that arrive when a figure is seen already would break its lines anew.
const language = document.documentElement.lang.split('-')[0]!;
if (language !== 'en') await fetchLanguage(language);
await import('../components/index.ts');
