import { expect } from 'chai';
import type { CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { mount, next, textOf } from '../support/harness.ts';

type Figure = CnnSaliency | CnnOcclusion;

const NAMES = ['tabby cat', 'crane', 'crane', 'espresso', 'bee'];

let base: Readonly<Record<string, string>>;

const small = <K extends 'cnn-saliency' | 'cnn-occlusion'>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] => mount(tag, { ...base, size: '16', stride: '16', ...attributes });

const failed = async (figure: Figure): Promise<Error> => (await next(figure, 'cnn-error')).error;

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

describe('controls of figures', () => {
  before(async () => {
    const pixels = new Uint8ClampedArray(32 * 32 * 4).map((_, i) => (i * i) % 251);
    base = {
      src: URL.createObjectURL(await toPng({ ...blankPicture(32, 32), data: pixels })),
      labels: URL.createObjectURL(new Blob([JSON.stringify(NAMES)])),
    };
  });

  it('find a class by its name', async () => {
    const figure = small('cnn-saliency', { target: 'espresso' });
    await next(figure, 'cnn-result');
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
    const then = next(figure, 'cnn-result');
    set(figure, 'Class', 'bee');
    await then;
    expect(await textOf(figure)).to.contain('for bee');
    const last = next(figure, 'cnn-result');
    set(figure, 'Class', '');
    await last;
    expect(figure.target).to.equal('top-1');
  });

  it('suggest classes for one that is not there', async () => {
    const figure = small('cnn-occlusion', { target: 'cat' });
    expect((await failed(figure)).message).to.match(/no class "cat".*Close are "tabby cat" \(0\)/);
    figure.target = 'crane';
    expect((await failed(figure)).message).to.match(/"crane" \(1\) or "crane" \(2\)/);
    const then = next(figure, 'cnn-result');
    figure.removeAttribute('target');
    await then;
    expect(figure.target).to.equal('top-1');
  });

  it('choose a unit inside the network', async () => {
    const figure = small('cnn-saliency');
    await next(figure, 'cnn-result');
    let then = next(figure, 'cnn-result');
    set(figure, 'Explain', 'pooled');
    await then;
    expect(await textOf(figure)).to.match(/for pooled, channel \d at \(\d, \d\), activation/);
    then = next(figure, 'cnn-result');
    set(figure, 'Channel', '2');
    await then;
    expect(await textOf(figure)).to.contain('pooled, channel 2 at (');
    expect((control(figure, 'Channel') as HTMLInputElement).max).to.equal('3');
    then = next(figure, 'cnn-result');
    set(figure, 'Unit', 'all');
    await then;
    expect(await textOf(figure)).to.match(/for pooled, channel 2\s*, activation/);
    then = next(figure, 'cnn-result');
    figure.at = '1,2';
    await then;
    expect(await textOf(figure)).to.contain('pooled, channel 2 at (1, 2)');
    figure.channel = 9;
    expect((await failed(figure)).message).to.match(/no such channel; expected 0 to 3; got 9/);
  });

  it('change how a figure looks without running it again', async () => {
    const figure = small('cnn-saliency');
    await next(figure, 'cnn-result');
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
    const figure = small('cnn-occlusion');
    await next(figure, 'cnn-result');
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
    const figure = small('cnn-occlusion', { 'no-controls': '' });
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    expect(figure.shadowRoot!.querySelectorAll('select, input, button').length).to.equal(0);
  });

  it('are there where a framework writes a flag that is false', async () => {
    const figure = small('cnn-occlusion', { 'no-controls': 'false' });
    await figure.updateComplete;
    expect(figure.noControls).to.equal(false);
    expect(figure.shadowRoot!.querySelector('[part=controls]')).not.to.equal(null);
    figure.setAttribute('no-controls', 'true');
    expect(figure.noControls).to.equal(true);
    figure.noControls = 'false' as unknown as boolean;
    expect(figure.noControls).to.equal(false);
  });

  it('save pictures, numbers and figures', async () => {
    const saved: { readonly name: string; readonly url: string }[] = [];
    const { click } = HTMLAnchorElement.prototype;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, url: this.href });
    };
    try {
      for (const figure of [small('cnn-saliency'), small('cnn-occlusion')]) {
        await next(figure, 'cnn-result');
        await figure.updateComplete;
        for (const button of figure.shadowRoot!.querySelectorAll('button')) button.click();
      }
      while (saved.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
    expect(saved.map(({ name }) => name).sort()).to.deep.equal(
      [
        ...['saliency.npy', 'saliency.png', 'cnn-saliency.unpool', 'cnn-occlusion.unpool'],
        ...['activation', 'classes', 'probability'].flatMap((map) => [`occlusion-${map}.npy`, `occlusion-${map}.png`]),
      ].sort(),
    );
    for (const { name, url } of saved) {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      const ending = name.split('.').at(-1)!;
      const start = String.fromCharCode(...bytes.subarray(0, 6));
      expect(start, name).to.include({ png: 'PNG', npy: 'NUMPY', unpool: '\x1f' }[ending]);
      if (name === 'occlusion-classes.png') {
        const { width, height } = await createImageBitmap(new Blob([bytes]));
        expect([width, height]).to.deep.equal([512, 512]);
      }
    }
  });
});
