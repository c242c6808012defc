import { expect } from 'chai';
import '../../components/index.ts';
import type { CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

type Figure = CnnSaliency | CnnOcclusion;

const NAMES = ['tabby cat', 'crane', 'crane', 'espresso', 'bee'];

let base: Readonly<Record<string, string>>;

function mount<K extends 'cnn-saliency' | 'cnn-occlusion'>(tag: K, html: string = ''): HTMLElementTagNameMap[K] {
  const box = document.createElement('div');
  box.innerHTML = `<${tag} ${html} size="16" stride="16"></${tag}>`;
  const figure = box.firstElementChild as HTMLElementTagNameMap[K];
  for (const [name, value] of Object.entries(base)) figure.setAttribute(name, value);
  document.body.append(box);
  return figure;
}

function drawn(figure: Figure): Promise<unknown> {
  return new Promise((resolve, reject) => {
    figure.addEventListener('cnn-result', resolve, { once: true });
    figure.addEventListener('cnn-error', ({ error }) => {
      reject(error);
    });
  });
}

function failed(figure: Figure): Promise<Error> {
  return new Promise((resolve) => {
    figure.addEventListener(
      'cnn-error',
      ({ error }) => {
        resolve(error);
      },
      { once: true },
    );
  });
}

/** The control with this label. */
function control(figure: Figure, label: string): HTMLInputElement | HTMLSelectElement | undefined {
  const found = [...figure.shadowRoot!.querySelectorAll('label')].find((element) =>
    element.textContent.trim().startsWith(label),
  );
  return found?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select') ?? undefined;
}

function set(figure: Figure, label: string, value: string): void {
  const input = control(figure, label)!;
  input.value = value;
  input.dispatchEvent(new Event(input.type === 'range' ? 'input' : 'change'));
}

async function textOf(figure: Figure): Promise<string> {
  await figure.updateComplete;
  return figure.shadowRoot!.textContent.replace(/\s+/g, ' ');
}

describe('controls of figures', () => {
  before(async () => {
    const pixels = new Uint8ClampedArray(32 * 32 * 4).map((_, i) => (i * i) % 251);
    base = {
      model: URL.createObjectURL(new Blob([tinyNet()])),
      src: URL.createObjectURL(await toPng({ ...blankPicture(32, 32), data: pixels })),
      labels: URL.createObjectURL(new Blob([JSON.stringify(NAMES)])),
      preprocessing: JSON.stringify(TINY_INPUT),
    };
  });
  afterEach(() => {
    document.body.replaceChildren();
  });

  it('find a class by its name', async () => {
    const figure = mount('cnn-saliency', 'target="espresso"');
    await drawn(figure);
    expect(await textOf(figure)).to.contain('for espresso');
    const field = control(figure, 'Class') as HTMLInputElement;
    const suggested = (): string[] => Array.from(field.list!.options, ({ value }) => value);
    field.value = '';
    field.focus();
    expect(suggested(), 'a number where two classes have the same name').to.deep.equal([
      'tabby cat',
      '1',
      '2',
      'espresso',
      'bee',
    ]);
    field.value = 'E';
    field.dispatchEvent(new Event('input'));
    expect(suggested(), 'what fits to what is typed').to.deep.equal(['1', '2', 'espresso', 'bee']);
    const next = drawn(figure);
    set(figure, 'Class', 'bee');
    await next;
    expect(await textOf(figure)).to.contain('for bee');
    const last = drawn(figure);
    set(figure, 'Class', '');
    await last;
    expect(figure.target).to.equal('top-1');
  });

  it('suggest classes for one that is not there', async () => {
    const figure = mount('cnn-occlusion', 'target="cat"');
    expect((await failed(figure)).message).to.match(/no class "cat".*Close are "tabby cat" \(0\)/);
    figure.target = 'crane';
    expect((await failed(figure)).message).to.match(/"crane" \(1\) or "crane" \(2\)/);
    const next = drawn(figure);
    figure.removeAttribute('target');
    await next;
    expect(figure.target).to.equal('top-1');
  });

  it('choose a unit inside the network', async () => {
    const figure = mount('cnn-saliency');
    await drawn(figure);
    let next = drawn(figure);
    set(figure, 'Explain', 'pooled');
    await next;
    expect(await textOf(figure)).to.match(/for pooled, channel \d at \(\d, \d\), activation/);
    next = drawn(figure);
    set(figure, 'Channel', '2');
    await next;
    expect(await textOf(figure)).to.contain('pooled, channel 2 at (');
    expect((control(figure, 'Channel') as HTMLInputElement).max).to.equal('3');
    next = drawn(figure);
    set(figure, 'Unit', 'all');
    await next;
    expect(await textOf(figure)).to.match(/for pooled, channel 2\s*, activation/);
    next = drawn(figure);
    figure.at = '1,2';
    await next;
    expect(await textOf(figure)).to.contain('pooled, channel 2 at (1, 2)');
    figure.channel = 9;
    expect((await failed(figure)).message).to.match(/no such channel; expected 0 to 3; got 9/);
  });

  it('change how a figure looks without running it again', async () => {
    const figure = mount('cnn-saliency');
    await drawn(figure);
    await figure.updateComplete;
    let runs = 0;
    figure.addEventListener('cnn-progress', () => runs++);
    set(figure, 'Colours', 'viridis');
    set(figure, 'View', 'overlay');
    await figure.updateComplete;
    set(figure, 'Opacity', '0.5');
    figure.range = '0,2';
    expect(await textOf(figure)).to.contain('0 to 2');
    expect(figure.colormap).to.equal('viridis');
    expect(figure.opacity).to.equal(0.5);
    expect(runs).to.equal(0);
  });

  it('say when a figure cannot look like that, and keep what was drawn', async () => {
    const figure = mount('cnn-occlusion');
    await drawn(figure);
    await figure.updateComplete;
    const before = figure.shadowRoot!.querySelector('canvas[part=probability]');
    for (const [name, value, message] of [
      ['colormap', 'jet', /no colour map "jet"; expected viridis/],
      ['range', '1,0', /range makes no sense; expected low,high; got "1,0"/],
    ] as const) {
      const error = failed(figure);
      figure.setAttribute(name, value);
      expect((await error).message).to.match(message);
      expect(await textOf(figure)).to.contain('Try again');
      expect(figure.shadowRoot!.querySelector('canvas[part=probability]')).to.equal(before);
      figure.removeAttribute(name);
      expect(await textOf(figure)).to.not.contain('Try again');
    }
    figure.range = '0,1';
    expect(await textOf(figure)).to.contain('0 to 1');
  });

  it('are left out on demand', async () => {
    const figure = mount('cnn-occlusion', 'no-controls');
    await drawn(figure);
    await figure.updateComplete;
    expect(figure.shadowRoot!.querySelectorAll('select, input, button').length).to.equal(0);
  });

  it('save pictures and numbers', async () => {
    const saved: { readonly name: string; readonly url: string }[] = [];
    const { click } = HTMLAnchorElement.prototype;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, url: this.href });
    };
    try {
      for (const figure of [mount('cnn-saliency'), mount('cnn-occlusion')]) {
        figure.style.cssText = 'position: absolute; inset: 0 auto auto 0';
        await drawn(figure);
        await figure.updateComplete;
        for (const button of figure.shadowRoot!.querySelectorAll('button')) button.click();
      }
      while (saved.length < 8) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
    expect(saved.map(({ name }) => name).sort()).to.deep.equal(
      [
        ...['saliency.npy', 'saliency.png'],
        ...['activation', 'classes', 'probability'].flatMap((map) => [`occlusion-${map}.npy`, `occlusion-${map}.png`]),
      ].sort(),
    );
    for (const { name, url } of saved) {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      const start = String.fromCharCode(...bytes.subarray(1, name.endsWith('png') ? 4 : 6));
      expect(start, name).to.equal(name.endsWith('png') ? 'PNG' : 'NUMPY');
      if (name === 'occlusion-classes.png') {
        const { width, height } = await createImageBitmap(new Blob([bytes]));
        expect([width, height]).to.deep.equal([512, 512]);
      }
    }
  });
});
