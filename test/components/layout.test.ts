import { expect } from 'chai';
import * as components from '../../components/index.ts';
import { begun, create, KINDS, smallFigure } from '../support/figures.ts';
import { tinyNet, TINY_INPUT } from '../support/tiny.ts';

/** Every element there is, so that a new one is looked at too. */
const TAGS = Object.values(components)
  .filter((value) => value.prototype instanceof HTMLElement)
  .map((value) => new (value as new () => HTMLElement)().localName);

type Figure = HTMLElement & { updateComplete: Promise<boolean> };

/** Where a figure may find itself: HTML around it, and a style of its own. */
const PLACES: Readonly<Record<string, readonly [around: string, own?: string]>> = {
  'a flex row': ['<div style="display: flex"></div>'],
  'a centred flex column': ['<div style="display: flex; flex-direction: column; align-items: center"></div>'],
  'a centred grid': ['<div style="display: grid; place-items: center"></div>'],
  'a grid': ['<div style="display: grid"></div>'],
  'a grid of columns as wide as they want': ['<div style="display: grid; grid-template-columns: auto"></div>'],
  'an inline-block': ['<div style="display: inline-block"></div>'],
  'a float': ['<div style="float: left"></div>'],
  'a table cell': ['<table style="border-spacing: 0"><tbody><tr><td style="padding: 0"></td></tr></tbody></table>'],
  'an absolute box': ['<div style="position: absolute"></div>'],
  'fit-content': ['<div style="width: fit-content"></div>'],
  'a dialog': ['<dialog open style="padding: 0; border: 0; max-width: 100%"></dialog>'],
  'a flex item that may shrink': ['<div style="display: flex"><div style="min-width: 0"></div></div>'],
  'a flex row, itself a block': ['<div style="display: flex"></div>', 'display: block'],
  'itself inline-block': ['<div></div>', 'display: inline-block'],
  'itself a float': ['<div></div>', 'float: right'],
  'itself absolute': ['<div></div>', 'position: absolute'],
  'itself as wide as it wants': ['<div></div>', 'width: fit-content'],
  'itself a flex container': ['<div style="display: flex"></div>', 'display: flex'],
  'itself a grid': ['<div style="float: left"></div>', 'display: grid'],
};

let model: string;

/** A figure in a room of a width, far below the viewport: it does not begin. */
async function mount(tag: string, width: number, [around, own = '']: readonly [string, string?]): Promise<Figure> {
  const room = document.createElement('div');
  room.style.cssText = `position: absolute; top: 9000px; left: 0; width: ${width}px`;
  room.innerHTML = around;
  let inner: Element = room;
  while (inner.firstElementChild) inner = inner.firstElementChild;
  const figure = document.createElement(tag) as Figure;
  Object.assign(figure, { model, preprocessing: JSON.stringify(TINY_INPUT) });
  figure.style.cssText = own;
  inner.append(figure);
  document.body.append(room);
  await figure.updateComplete;
  return figure;
}

const widthOf = (figure: Element): number => figure.shadowRoot!.querySelector('figure')!.getBoundingClientRect().width;

describe('the room of figures', () => {
  before(() => {
    model = URL.createObjectURL(new Blob([tinyNet()]));
  });
  afterEach(() => {
    document.body.replaceChildren();
    document.body.removeAttribute('style');
    document.documentElement.removeAttribute('dir');
  });

  it('is looked at for each element', () => {
    expect(TAGS).to.have.length.above(13).and.to.include('cnn-bench');
  });

  for (const [name, place] of Object.entries(PLACES)) {
    it(`is a sensible one in ${name}, and never more than there is`, async () => {
      for (const tag of TAGS) {
        const wide = widthOf(await mount(tag, 900, place));
        expect(wide, tag).to.be.above(500);
        expect(wide, tag).to.be.at.most(900);
        const narrow = widthOf(await mount(tag, 288, place));
        expect(narrow, `${tag}, on a small phone`).to.be.within(286, 288);
      }
    });
  }

  it('is all there is in a block, and what the page says elsewhere', async () => {
    for (const tag of TAGS) {
      expect(widthOf(await mount(tag, 900, ['<div></div>'])), tag).to.equal(900);
      expect(widthOf(await mount(tag, 900, ['<div></div>', 'width: 400px'])), tag).to.equal(400);
      const figure = await mount(tag, 900, ['<div style="display: flex"></div>', '--cnn-width: 480px']);
      expect(widthOf(figure), tag).to.equal(480);
    }
  });

  it('is shared with what is beside them', async () => {
    for (const tag of TAGS) {
      const row = '<div style="display: flex"><section></section><p>beside</p></div>';
      const figure = await mount(tag, 500, [row]);
      const beside = figure.closest('div')!.querySelector('p')!.getBoundingClientRect();
      expect(beside.width, tag).to.be.above(30);
      expect(beside.width + widthOf(figure), tag).to.be.within(499, 501);
    }
  });

  it('is as wide as its parent where that is shown only later', async () => {
    for (const tag of TAGS) {
      const figure = await mount(tag, 700, ['<div style="display: none"></div>']);
      expect(widthOf(figure), tag).to.equal(0);
      figure.parentElement!.style.display = 'flex';
      expect(widthOf(figure), tag).to.be.above(500);
    }
  });

  it('is where they begin once it is shown', async () => {
    const figure = (await mount('cnn-filters', 700, ['<div style="display: none"></div>'])) as Figure & {
      phase: string;
    };
    (figure.closest('[style*=top]') as HTMLElement).style.top = '0';
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(figure.phase).to.equal('poster');
    const drawn = new Promise((resolve) => {
      figure.addEventListener('cnn-result', resolve, { once: true });
    });
    figure.parentElement!.style.display = 'block';
    await drawn;
  });

  // What is dark and what light comes from the text of the page alone.
  for (const [text, dark] of [
    ['#000', false],
    ['#555', false],
    ['#777', false],
    ['#aaa', true],
    ['#ddd', true],
    ['#fff', true],
  ] as const) {
    it(`is ${dark ? 'dark' : 'light'} where text is ${text}, and its own text can be read`, async () => {
      document.body.style.cssText = `color: ${text}; background: ${dark ? '#14181f' : '#fff'}`;
      for (const tag of TAGS) {
        const figure = await mount(tag, 700, ['<div></div>']);
        const frame = figure.shadowRoot!.querySelector('figure')!;
        const surface = luminanceOf(getComputedStyle(frame).backgroundColor);
        expect(surface < 0.2, tag).to.equal(dark);
        for (const name of ['--_text', '--_muted', '--_accent', '--_error']) {
          frame.style.color = `var(${name})`;
          expect(contrast(surface, luminanceOf(getComputedStyle(frame).color)), `${tag}, ${name}`).to.be.above(4.5);
        }
      }
    });
  }

  it('has words of its own from left to right, and its author’s as the page has them', async () => {
    document.documentElement.dir = 'rtl';
    for (const tag of TAGS) {
      const figure = await mount(tag, 700, ['<div></div>']);
      figure.innerHTML = '<p slot="caption">כיתוב</p>';
      expect(getComputedStyle(figure.shadowRoot!.querySelector('figure')!).direction, tag).to.equal('ltr');
      expect(getComputedStyle(figure.firstElementChild!).direction, tag).to.equal('rtl');
    }
  });

  it('is never left from right to left, where pictures and maps stay as they are', async () => {
    document.documentElement.dir = 'rtl';
    for (const tag of TAGS) {
      const figure = await mount(tag, 288, ['<div></div>']);
      const frame = figure.shadowRoot!.querySelector('figure')!;
      expect(frame.scrollWidth, tag).to.be.at.most(frame.clientWidth);
    }
    const figure = create(
      KINDS.find(({ tag }) => tag === 'cnn-saliency')!,
      await smallFigure(),
    );
    document.body.append(figure);
    await begun(figure, 'cnn-saliency');
    await figure.updateComplete;
    const map = figure.shadowRoot!.querySelector('[part=map]')!;
    for (let at: Element | null = map; at; at = at.parentElement) {
      const { transform, scale } = getComputedStyle(at);
      expect([transform, scale], at.className).to.deep.equal(['none', 'none']);
    }
    const { left, right, top } = map.getBoundingClientRect();
    for (const [clientX, x] of [
      [left + 1, 0],
      [right - 1, 31],
    ] as const) {
      map.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY: top + 1, bubbles: true }));
      await figure.updateComplete;
      const marked = figure.shadowRoot!.querySelector('.probe .cursor')!.getBoundingClientRect();
      expect(figure.shadowRoot!.querySelector('[part=readout]')!.textContent).to.include(`x ${x}, y 0`);
      expect(clientX).to.be.within(marked.left - 1, marked.right + 1);
    }
  });
});

/** Of a CSS colour, as WCAG 2.2 has it. */
function luminanceOf(colour: string): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data]
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
