/** Long enough that a pointer which only crosses a word changes nothing, and short enough to seem immediate. */
export const DELAY_MS = 150;

/** What a word sets, by attribute; null is what the figure does without it. */
type Settings = Readonly<Record<string, string | null>>;

/** The same by property, as figures take them: text is understood, and null is the default. */
type Values = Record<string, unknown>;

export const propertyOf = (attribute: string): string =>
  attribute.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The live element of a figure; none where it still waits to be asked for, or nothing is known of such elements. */
function elementOf(figure: Element): (Element & Values) | undefined {
  const element = [...figure.children].find(({ localName }) => customElements.get(localName));
  return element as (Element & Values) | undefined;
}

/** Puts the element in the place of its picture, which stays with it for readers where nothing can be computed. */
function begin(figure: HTMLElement): void {
  const template = figure.querySelector('template');
  const element = template?.content.firstElementChild;
  if (!template || !element) return;
  const picture = figure.querySelector('img');
  if (picture) element.append(picture);
  const offer = figure.querySelector('.compute');
  const hadFocus = offer === document.activeElement;
  offer?.remove();
  template.replaceWith(element);
  if (!hadFocus) return;
  figure.tabIndex = -1;
  figure.focus({ preventScroll: true });
}

/** Figures that compute for long begin when the reader asks; until then their picture is shown, with a button. The picture does the same. */
export function offerFigures(root: ParentNode, label: string): void {
  for (const figure of root.querySelectorAll<HTMLElement>('figure.asked')) {
    const button = Object.assign(document.createElement('button'), { className: 'compute', textContent: label });
    button.type = 'button';
    for (const part of [button, figure.querySelector('img')])
      part?.addEventListener(
        'click',
        () => {
          begin(figure);
        },
        { once: true },
      );
    figure.querySelector('template')?.after(button);
  }
}

/** What the words of the text show in one figure. */
class Shown {
  readonly #figure: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the figure had before the word that is shown now. */
  #before: Values = {};

  constructor(figure: HTMLElement) {
    this.#figure = figure;
  }

  /** From one word to the next the figure does not go back in between. */
  glance(settings: Settings): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#set(settings);
    }, DELAY_MS);
  }

  keep(settings: Settings): void {
    clearTimeout(this.#timer);
    begin(this.#figure);
    this.#set(settings);
    this.#before = {};
  }

  #set(settings: Settings): void {
    const element = elementOf(this.#figure);
    if (!element) return;
    const wanted: Values = Object.fromEntries(
      Object.entries(settings).map(([attribute, value]) => [propertyOf(attribute), value]),
    );
    const before: Values = {};
    for (const name of Object.keys(wanted)) before[name] = name in this.#before ? this.#before[name] : element[name];
    Object.assign(element, this.#before, wanted);
    this.#before = before;
  }
}

/** On a small screen the figure may be below: the word goes up, as far as it can with its sentence still to be read. */
function bringIntoView(figure: Element, word: Element): void {
  if (figure.getBoundingClientRect().top > innerHeight * 0.7) word.scrollIntoView({ block: 'start' });
}

/**
 * Words of the text that show something in a figure: `<a class="show" href="#figure" data-set='{"method": "deconvnet"}'>`.
 * While one is pointed at or has the focus, the figure is set like this (`null` is the default); once clicked, it stays so,
 * and a figure that waits to be asked for begins. Those with the class `ask` do nothing until they are clicked, since the figure
 * would compute for long. Without scripts they lead to the figure.
 */
export function linkWords(root: ParentNode): void {
  const words = [...root.querySelectorAll<HTMLAnchorElement>('a.show')];
  for (const hash of new Set(words.map((word) => word.hash))) {
    const figure = document.getElementById(hash.slice(1));
    if (!figure) throw new Error(`a word shows ${hash}, which is not there`);
    const shown = new Shown(figure);
    const ofFigure = words.filter((word) => word.hash === hash);
    for (const word of ofFigure) link(word, figure, shown, ofFigure);
  }
}

const settingsOf = (word: HTMLAnchorElement): Settings => JSON.parse(word.dataset.set!) as Settings;

function link(word: HTMLAnchorElement, figure: HTMLElement, shown: Shown, words: readonly HTMLAnchorElement[]): void {
  const settings = settingsOf(word);
  const glance = (): void => {
    if (!word.classList.contains('ask')) shown.glance(settings);
  };
  const leave = (): void => {
    shown.glance({});
  };
  word.setAttribute('aria-controls', figure.id);
  word.addEventListener('pointerenter', glance);
  word.addEventListener('pointerleave', leave);
  word.addEventListener('focus', glance);
  word.addEventListener('blur', leave);
  word.addEventListener('click', (event) => {
    event.preventDefault();
    shown.keep(settings);
    for (const other of words)
      if (Object.keys(settingsOf(other)).some((name) => name in settings)) other.removeAttribute('aria-current');
    word.setAttribute('aria-current', 'true');
    bringIntoView(figure, word);
  });
}
