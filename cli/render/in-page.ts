// What runs in the page that is rendered, and not in Node: each function is sent there as its text, so it uses nothing but what it
// is given and what takeTurns put there.

/** Any figure of ours, of whichever version. */
interface Figure extends HTMLElement {
  readonly phase?: string;
  readonly updateComplete: Promise<unknown>;
  restart?(): Promise<void>;
  stop?(): void;
  store?(): Promise<Blob>;
  /** Of a figure that begins when it is told to; of others it says when. */
  start?: ((steps: number) => Promise<void>) | string;
}

/** What takeTurns leaves for the others. */
interface Turns {
  figures: Figure[];
  readonly turn: (figure: Element, isOn: boolean) => void;
  readonly sheet: CSSStyleSheet;
}

declare global {
  var unpoolTurns: Turns;
  var unpoolProgress: (done: number | undefined) => void;
}

/** A figure as it was found. */
export interface Found {
  readonly tag: string;
  readonly id: string;
  /** Its place among the start tags of the page; undefined where a script has made it. */
  readonly mark: number | undefined;
  /** It shows a stored figure of its author. */
  readonly isStored: boolean;
}

/**
 * Before all scripts of the page: figures are told that they came into view when it is their turn, and not before, wherever they
 * are. So they run one after another, and those far below, or in what is closed, too.
 */
export function takeTurns(): void {
  const waiting = new Map<Element, Set<(isOn: boolean) => void>>();
  const on = new Set<Element>();
  const Native = IntersectionObserver;
  globalThis.IntersectionObserver = class extends Native {
    readonly #callback: IntersectionObserverCallback;
    readonly #told = new Map<Element, (isOn: boolean) => void>();

    constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
      super(callback, options);
      this.#callback = callback;
    }

    override observe(target: Element): void {
      if (!target.localName.startsWith('cnn-')) {
        super.observe(target);
        return;
      }
      const tell = (isIntersecting: boolean): void => {
        this.#callback([{ isIntersecting, target } as IntersectionObserverEntry], this);
      };
      this.#told.set(target, tell);
      if (!waiting.has(target)) waiting.set(target, new Set());
      waiting.get(target)!.add(tell);
      if (on.has(target))
        queueMicrotask(() => {
          tell(true);
        });
    }

    override unobserve(target: Element): void {
      super.unobserve(target);
      const tell = this.#told.get(target);
      if (tell) waiting.get(target)?.delete(tell);
    }

    override disconnect(): void {
      super.disconnect();
      for (const target of this.#told.keys()) this.unobserve(target);
    }
  };
  globalThis.unpoolTurns = {
    figures: [],
    turn: (figure, isOn) => {
      if (isOn) on.add(figure);
      else on.delete(figure);
      for (const tell of waiting.get(figure) ?? []) tell(isOn);
    },
    sheet: new CSSStyleSheet(),
  };
}

/** All figures of the page, those in open shadow roots too. */
export function findFigures(mark: string): Found[] {
  const figures: Figure[] = [];
  const look = (root: ParentNode): void => {
    for (const element of root.querySelectorAll('*')) {
      const isFigure = element instanceof HTMLElement && element.localName.startsWith('cnn-');
      if (isFigure) figures.push(element as Figure);
      else if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  globalThis.unpoolTurns.figures = figures;
  const marks = figures.map((figure) => figure.getAttribute(mark));
  return figures.map((figure, i) => {
    const own = marks[i] ?? null;
    // Scripts copy elements with all that they have
    const isOne = own !== null && marks.filter((other) => other === own).length === 1;
    return {
      tag: figure.localName,
      id: figure.id,
      mark: isOne ? Number(own) : undefined,
      isStored: (figure.getAttribute('result') ?? '') !== '',
    };
  });
}

/** Whether the page knows any of some elements. */
export function knowsAny(tags: readonly string[]): boolean {
  return tags.some((tag) => customElements.get(tag));
}

/** Opens what a figure is in, so that it has its place. */
export function reveal(place: number): void {
  const figure = globalThis.unpoolTurns.figures[place]!;
  for (let each: Element | null = figure; each;) {
    if (each instanceof HTMLDetailsElement) each.open = true;
    if (each instanceof HTMLDialogElement && !each.open) each.setAttribute('open', '');
    const element: Element = each;
    if (element instanceof HTMLElement && getComputedStyle(element).display === 'none')
      element.style.setProperty('display', 'block', 'important');
    const root: Node = element.getRootNode();
    each = element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
}

/** What became of a figure: its file, base64, or why there is none. */
export type Stored = { readonly file: string } | { readonly error: string };

/** Runs a figure, and stores it. Those that learn do so for some steps. */
export async function drawAndStore(place: number, steps: number): Promise<Stored> {
  const figure = globalThis.unpoolTurns.figures[place]!;
  const { localName } = figure;
  const BUSY = ['loading', 'ready', 'running'];
  let error: Error | undefined;
  figure.addEventListener('cnn-error', (event) => {
    ({ error } = event as unknown as { error: Error });
  });
  figure.addEventListener('cnn-progress', (event) => {
    globalThis.unpoolProgress((event as unknown as { done: number | undefined }).done);
  });
  await customElements.whenDefined(localName);
  if (typeof figure.store !== 'function' || typeof figure.restart !== 'function')
    return { error: `figures of <${localName}> cannot be stored by the Unpool of this page` };
  const ended = async (): Promise<Stored | undefined> => {
    while (BUSY.includes(figure.phase ?? '')) await new Promise((resolve) => setTimeout(resolve, 50));
    if (figure.phase === 'result') return undefined;
    if (figure.phase === 'error') return { error: error?.message ?? 'it failed' };
    const words = figure.shadowRoot?.querySelector('[part~=status]')?.textContent.trim().replaceAll(/\s+/g, ' ');
    return { error: `it does not begin: ${words || 'something is missing'}` };
  };
  globalThis.unpoolTurns.turn(figure, true);
  try {
    await figure.updateComplete;
    error = undefined;
    await figure.restart();
    let failed = await ended();
    if (!failed && typeof figure.start === 'function') {
      await figure.start(steps);
      failed = await ended();
    }
    if (failed) return failed;
    // What only follows from the result comes in the next tasks
    await new Promise((resolve) => setTimeout(resolve, 300));
    const file = await figure.store();
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { file: btoa(text) };
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Waits until a stored figure is shown; returns why it is not. */
export async function storedIsShown(place: number): Promise<string | undefined> {
  const figure = globalThis.unpoolTurns.figures[place]!;
  await customElements.whenDefined(figure.localName);
  for (;;) {
    if (figure.shadowRoot?.querySelector('.stored')) return undefined;
    if (figure.phase === 'error')
      return (
        figure.shadowRoot?.querySelector('[part~=error] p')?.textContent.trim() ?? 'its stored figure is not shown'
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A part of a figure's frame, px. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Leaves of the page nothing to be seen but what a figure has drawn; returns where in its frame that is. */
export async function bare(place: number): Promise<Clip | undefined> {
  const { figures, sheet } = globalThis.unpoolTurns;
  const root = figures[place]!.shadowRoot!;
  sheet.replaceSync('* { visibility: hidden !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const own = new CSSStyleSheet();
  const aside =
    '[part~=controls], [part~=status], .controls, .status, .files, .hint, .transport button, .teaching, figcaption, slot';
  own.replaceSync(`
    figure { visibility: visible !important; padding: 0 !important; border: 0 !important; border-radius: 0 !important }
    figure * { visibility: inherit !important }
    :is(${aside}) { display: none !important }
  `);
  root.adoptedStyleSheets.push(own);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
  const frame = root.querySelector('figure')!;
  const { x, y, right, bottom } = frame.getBoundingClientRect();
  const seen = [...frame.querySelectorAll('canvas, img, svg, p, h3, h4, table, ul, ol')]
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 1 && height > 1);
  if (seen.length === 0) return undefined;
  // What is scrolled out of a table's frame is not seen
  const edge = (ends: readonly number[], most: number): number => Math.min(most, Math.ceil(Math.max(...ends)));
  const width =
    edge(
      seen.map((box) => box.right),
      right,
    ) - x;
  const height =
    edge(
      seen.map((box) => box.bottom),
      bottom,
    ) - y;
  return { x: 0, y: 0, width, height };
}

/** The frame of a figure. */
export function frameOf(place: number): Element | null | undefined {
  return globalThis.unpoolTurns.figures[place]!.shadowRoot?.querySelector('figure');
}

/** The figure is done, or has had its time. */
export function leave(place: number): void {
  const { figures, sheet, turn } = globalThis.unpoolTurns;
  const figure = figures[place]!;
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  figure.stop?.();
  turn(figure, false);
}
