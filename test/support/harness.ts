// What tests of elements do with a figure. The page is empty again after each test of a file that imports this.
import 'axe-core';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import '../../components/index.ts';
import { pictureFromRgb, type Picture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { Random } from './random.ts';
import { TINY_INPUT, tinyNet } from './tiny.ts';

/** The package is no module: it sets a global. */
declare const axe: { run(element: Element): Promise<AxeResults> };

type Figure = HTMLElement & { readonly updateComplete: Promise<boolean> };

afterEach(() => {
  document.body.replaceChildren();
});

/** The address of the tiny network. */
export const tinyModel: string = URL.createObjectURL(new Blob([tinyNet()]));

/** A figure in the page, with the tiny network unless attributes say otherwise. */
export function mount<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  { width = 700, ...properties }: { readonly width?: number } & Partial<HTMLElementTagNameMap[Tag]> = {},
): HTMLElementTagNameMap[Tag] {
  const figure = document.createElement(tag);
  const all = { model: tinyModel, preprocessing: JSON.stringify(TINY_INPUT), ...attributes };
  for (const [name, value] of Object.entries(all)) figure.setAttribute(name, value);
  Object.assign(figure, properties);
  // On top of each other: a figure below the viewport would wait.
  figure.style.cssText = `position: absolute; inset: 0 auto auto 0; inline-size: ${String(width)}px`;
  document.body.append(figure);
  return figure;
}

/** The next event of a type; rejects with an error that comes before it. */
export function next<
  K extends 'cnn-result' | 'cnn-error' | 'cnn-load' | 'cnn-progress' | 'cnn-select' | 'cnn-frame' | 'cnn-step',
>(figure: HTMLElement, type: K, holds?: (event: HTMLElementEventMap[K]) => boolean): Promise<HTMLElementEventMap[K]> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const { signal } = stop;
    const note = (event: HTMLElementEventMap[K]): void => {
      if (holds && !holds(event)) return;
      stop.abort();
      resolve(event);
    };
    figure.addEventListener(type, note, { signal });
    if (type === 'cnn-error') return;
    figure.addEventListener(
      'cnn-error',
      ({ error }) => {
        stop.abort();
        reject(error);
      },
      { signal },
    );
  });
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a figure says, once it is up to date: what it has just computed is drawn a microtask or two later. */
export async function textOf(figure: Figure): Promise<string> {
  await wait(0);
  await figure.updateComplete;
  return figure.shadowRoot!.textContent.replace(/\s+/g, ' ');
}

/** Waits until the text of a figure matches; a moment later it may say something else. */
export async function says(figure: Figure, pattern: RegExp): Promise<void> {
  let text = await textOf(figure);
  for (let i = 0; i < 200 && !pattern.test(text); i++) {
    await wait(25);
    text = await textOf(figure);
  }
  expect(text).to.match(pattern);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as querySelector's
export function find<T extends HTMLElement = HTMLElement>(figure: HTMLElement, selector: string): T {
  return figure.shadowRoot!.querySelector<T>(selector)!;
}

export function all(figure: HTMLElement, selector: string): HTMLElement[] {
  return [...figure.shadowRoot!.querySelectorAll<HTMLElement>(selector)];
}

/** The first button whose text starts with a label. */
export function button(figure: HTMLElement, label: string): HTMLButtonElement {
  return all(figure, 'button').find((b) => b.textContent.trim().startsWith(label)) as HTMLButtonElement;
}

/** The colours of a canvas of a figure, as they are in its ImageData. */
export function pixels(figure: HTMLElement, part: string): number[] {
  const canvas = find<HTMLCanvasElement>(figure, `canvas[part=${part}]`);
  return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
}

/** Presses keys on an element, whatever has the focus. */
export function press(element: Element, ...keys: readonly string[]): void {
  for (const key of keys) {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }
}

/** Moves a slider to a value. */
export async function slide(figure: Figure, value: string, selector: string = 'input[type=range]'): Promise<void> {
  const range = find<HTMLInputElement>(figure, selector);
  range.value = value;
  range.dispatchEvent(new Event('input'));
  await figure.updateComplete;
}

/** Expects axe to find no barriers, in light and dark. */
export async function expectNoBarriers(figure: HTMLElement): Promise<void> {
  for (const scheme of ['light', 'dark']) {
    document.documentElement.style.colorScheme = scheme;
    document.body.style.background = scheme === 'dark' ? '#0b0e13' : '#fff';
    const { violations } = await axe.run(figure);
    const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(barriers, scheme).to.deep.equal([]);
  }
  document.documentElement.style.colorScheme = '';
  document.body.style.background = '';
}

/** A picture of noise. */
export function noise(seed: number, width: number = 32, height: number = width): Picture {
  const random = new Random(seed);
  const rgb = Array.from({ length: width * height * 3 }, () => Math.floor(256 * random.next()));
  return pictureFromRgb(rgb, width, height);
}

/** The address of a picture. */
export async function urlOf(picture: Picture): Promise<string> {
  return URL.createObjectURL(await toPng(picture));
}
