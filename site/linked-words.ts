/** Long enough that a pointer which only crosses a word changes nothing, and short enough to seem immediate. */
export const DELAY_MS = 150;

type Settings = Record<string, string | null>;

/** The live element of a figure; where it waits to be asked for, the one in its template. */
function elementOf(figure: Element): Element | null {
  const template = figure.querySelector('template');
  return template ? template.content.firstElementChild : figure.firstElementChild;
}

function assign(element: Element, settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === element.getAttribute(name)) continue;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

/** Puts the element in the place of its picture, which stays with it for readers where nothing can be computed. */
function begin(figure: Element): void {
  const template = figure.querySelector('template');
  const element = template?.content.firstElementChild;
  if (!template || !element) return;
  const picture = figure.querySelector('img');
  if (picture) element.append(picture);
  figure.querySelector('.compute')?.remove();
  template.replaceWith(element);
}

/** Figures that compute for long begin when the reader asks; until then their picture is shown, with a button. */
export function offerFigures(root: ParentNode, label: string): void {
  for (const figure of root.querySelectorAll('figure.asked')) {
    const button = Object.assign(document.createElement('button'), { className: 'compute', textContent: label });
    button.type = 'button';
    button.addEventListener('click', () => {
      begin(figure);
    });
    figure.querySelector('template')?.after(button);
  }
}

/**
 * Words of the text that show something in a figure: `<a class="show" href="#figure" data-set='{"method": "deconvnet"}'>`.
 * While one is pointed at or has the focus, the figure's element has these attributes (`null` takes one away); once
 * clicked, it keeps them, and a figure that waits to be asked for begins. Without scripts they lead to the figure.
 */
export function linkWords(root: ParentNode): void {
  for (const word of root.querySelectorAll<HTMLAnchorElement>('a.show')) link(word, root);
}

function link(word: HTMLAnchorElement, root: ParentNode): void {
  const id = word.hash.slice(1);
  const figure = document.getElementById(id);
  if (!figure) throw new Error(`a word shows #${id}, which is not there`);
  const settings = JSON.parse(word.dataset.set!) as Settings;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before: Settings | undefined;

  const enter = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const element = elementOf(figure);
      if (!element || before || figure.querySelector('template')) return;
      before = Object.fromEntries(Object.keys(settings).map((name) => [name, element.getAttribute(name)]));
      assign(element, settings);
    }, DELAY_MS);
  };
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const element = elementOf(figure);
      if (element && before) assign(element, before);
      before = undefined;
    }, DELAY_MS);
  };
  const keep = (event: Event) => {
    event.preventDefault();
    clearTimeout(timer);
    before = undefined;
    const element = elementOf(figure);
    if (element) assign(element, settings);
    begin(figure);
    for (const other of root.querySelectorAll<HTMLAnchorElement>(`a.show[href="#${id}"]`))
      other.toggleAttribute('aria-current', false);
    word.setAttribute('aria-current', 'true');
  };

  word.setAttribute('aria-controls', id);
  word.addEventListener('pointerenter', enter);
  word.addEventListener('pointerleave', leave);
  word.addEventListener('focus', enter);
  word.addEventListener('blur', leave);
  word.addEventListener('click', keep);
}
