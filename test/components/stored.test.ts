import { expect } from 'chai';
import type { CnnFigure } from '../../components/internal/figure.ts';
import type { StoredFigure, StoredNode } from '../../components/internal/stored/format.ts';
import { VERSION } from '../../src/version.ts';
import { begun, create, DRAWN, settled, smallFigure, task, type Figure, type Kind } from '../support/figures.ts';

type Storable = Figure & Pick<CnnFigure<never>, 'store'>;

const isStorable = ({ type }: Kind): boolean => 'store' in type.prototype;
const address = (file: Blob): string => URL.createObjectURL(file);
const frameOf = (figure: HTMLElement): HTMLElement => figure.shadowRoot!.querySelector('figure')!;
const button = (figure: HTMLElement, words: string): HTMLButtonElement | undefined =>
  [...figure.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === words);

async function unpacked(file: Blob): Promise<StoredFigure> {
  const text = await new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
  return JSON.parse(text) as StoredFigure;
}

const packed = (stored: unknown): string => address(new Blob([JSON.stringify(stored)]));

/** Pixels of the canvases that show something, in their order. */
const pixelsOf = (figure: HTMLElement): string[] =>
  [...frameOf(figure).querySelectorAll('canvas')]
    .filter(({ width, height }) => width * height > 0)
    .map((canvas) => {
      const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
      const context = copy.getContext('2d')!;
      context.drawImage(canvas, 0, 0);
      return `${canvas.width}×${canvas.height}: ${context.getImageData(0, 0, canvas.width, canvas.height).data.join()}`;
    });

async function shown(tag: string, attributes: Readonly<Record<string, string>>): Promise<Storable> {
  const figure = document.createElement(tag) as Storable;
  figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 600px';
  for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
  document.body.append(figure);
  while (!figure.shadowRoot!.querySelector('.stored') && figure.phase !== 'error') await task(5);
  await figure.updateComplete;
  return figure;
}

describe('a stored figure', () => {
  let small: Readonly<Record<string, string>>;
  const { fetch } = globalThis;
  before(async () => {
    small = await smallFigure();
  });
  afterEach(() => {
    globalThis.fetch = fetch;
    document.body.replaceChildren();
  });

  async function drawn(kind: Kind): Promise<Storable> {
    const figure = create(kind, small) as Storable;
    document.body.append(figure);
    await begun(figure, kind.tag);
    expect(figure.phase, `${kind.tag}: ${frameOf(figure).textContent}`).to.equal('result');
    await task(50);
    return figure;
  }

  for (const kind of DRAWN.filter(isStorable)) {
    it(`is shown as it was, with nothing but its file: ${kind.tag}`, async () => {
      const live = await drawn(kind);
      const file = await live.store();
      const pixels = pixelsOf(live);
      const layers = [...live.shadowRoot!.querySelectorAll('[part~=layer]')].map(({ textContent }) =>
        textContent.trim(),
      );
      live.remove();
      const asked: string[] = [];
      globalThis.fetch = (input, init) => {
        asked.push(input instanceof Request ? input.url : String(input));
        return fetch(input, init);
      };
      const result = address(file);
      const figure = await shown(kind.tag, { result });
      expect(figure.phase).to.equal('poster');
      const { content, images, numbers, provenance, tag } = await unpacked(file);
      expect([tag, provenance.version]).to.deep.equal([kind.tag, VERSION]);
      expect(JSON.stringify(numbers).length, 'numbers').to.be.above(30);
      expect(asked).to.deep.equal([result]);
      const again = pixelsOf(figure);
      expect(new Set(again), 'every picture, to the pixel').to.deep.equal(new Set(pixels));
      expect(images.length).to.be.at.least(pixels.length);
      const words = (node: StoredNode): string =>
        typeof node === 'string'
          ? node
          : node
              .slice(2)
              .map((n) => words(n as StoredNode))
              .join('');
      const text = content.map(words).join('').replaceAll(/\s+/g, ' ').trim();
      for (const layer of layers) expect(text, 'a layer of a diagram').to.include(layer.replaceAll(/\s+/g, ' '));
      expect(frameOf(figure).textContent.replaceAll(/\s+/g, ' ')).to.include(text);
      expect(button(figure, 'Save figure'), 'nothing is drawn').to.equal(undefined);
      expect(frameOf(figure).textContent).to.include(`Stored on ${new Date().toISOString().slice(0, 10)}`);
    });
  }

  it('goes on live when the reader wants, with its settings', async () => {
    const kind = DRAWN.find(({ tag }) => tag === 'cnn-saliency')!;
    const live = await drawn(kind);
    Object.assign(live, { method: 'gradient' });
    await live.updateComplete;
    await settled(live, 'gradient');
    const [file, pixels] = [await live.store(), pixelsOf(live)];
    live.remove();
    const figure = await shown(kind.tag, { result: address(file) });
    expect(figure).to.have.property('method', 'gradient');
    button(figure, 'Compute it here')!.click();
    await begun(figure, 'live');
    expect(figure.phase).to.equal('result');
    expect(pixelsOf(figure)).to.deep.equal(pixels);
    expect(figure.shadowRoot!.querySelector('.stored')).to.equal(null);
  });

  for (const tag of ['cnn-training', 'cnn-trainer']) {
    it(`begins anew when the reader wants, though it is of no single network: ${tag}`, async () => {
      const kind = DRAWN.find((each) => each.tag === tag)!;
      const live = await drawn(kind);
      if (tag === 'cnn-trainer') await (live as unknown as { start: (steps: number) => Promise<void> }).start(2);
      const file = await live.store();
      const { numbers, attributes } = await unpacked(file);
      live.remove();
      expect(JSON.stringify(numbers)).to.include(tag === 'cnn-trainer' ? '"rate":0.02' : '"checkpoints":[');
      const figure = await shown(tag, { result: address(file) });
      const before = frameOf(figure).textContent;
      if (tag === 'cnn-trainer')
        expect(before.replaceAll(/\s+/g, ' ')).to.include('Step 2,').and.include('from seed 1');
      else expect(figure.getAttribute('recording')).to.equal(attributes['recording']);
      expect(figure.shadowRoot!.querySelectorAll('.stored :is(button, input, select, .hint)')).to.have.length(0);
      button(figure, 'Compute it here')!.click();
      await begun(figure, 'live');
      expect(figure.phase, frameOf(figure).textContent).to.equal('result');
      expect(figure.shadowRoot!.querySelector('.stored')).to.equal(null);
      expect(button(figure, 'Save figure')).not.to.equal(undefined);
      if (tag === 'cnn-trainer') expect(frameOf(figure).textContent.replaceAll(/\s+/g, ' ')).to.include('Step 0,');
    });
  }

  it('is refused where it is none, or of another element', async () => {
    const wrong = [
      [address(new Blob(['<!doctype html>'])), 'not a stored figure'],
      [packed({ unpool: 2 }), 'not a stored figure'],
      [packed({ unpool: 1, tag: 'cnn-occlusion', attributes: {}, content: [], images: [] }), '<cnn-occlusion>'],
      ['blob:nothing', 'did not come'],
    ] as const;
    for (const [result, words] of wrong) {
      const figure = await shown('cnn-saliency', { result });
      expect(frameOf(figure).textContent, result).to.include(words);
      figure.remove();
    }
  });

  it('brings nothing that runs, loads or links', async () => {
    const evil: StoredNode[][] = [
      [['script', {}, 'globalThis.hurt = true']],
      [['iframe', { srcdoc: '<script>parent.hurt = true</script>' }]],
      [['a', { href: 'javascript:hurt' }, 'here']],
    ];
    const file = { unpool: 1, tag: 'cnn-saliency', attributes: {}, images: [] };
    for (const content of evil) {
      const figure = await shown('cnn-saliency', { result: packed({ ...file, content }) });
      expect(figure.phase, JSON.stringify(content)).to.equal('error');
      figure.remove();
    }
    const content: StoredNode[] = [
      ['p', { onclick: 'hurt', style: 'background: url(https://example.com/seen.png)', class: 'kept' }, 'words'],
      ['img', { src: 'https://example.com/seen.png', alt: '' }],
    ];
    const provenance = { version: '', model: '', adapter: '', date: '' };
    const figure = await shown('cnn-saliency', { result: packed({ ...file, provenance, content }) });
    const [p, img] = figure.shadowRoot!.querySelectorAll('.stored > *');
    expect([...p!.attributes].map(({ name }) => name)).to.deep.equal(['class']);
    expect([...img!.attributes].map(({ name }) => name)).to.deep.equal(['alt']);
    expect(globalThis).not.to.have.property('hurt');
    const attributes = {
      onclick: 'hurt = true',
      style: 'position: fixed',
      id: 'other',
      result: 'x',
      method: 'gradient',
    };
    const named = await shown('cnn-saliency', { result: packed({ ...file, provenance, attributes, content: [] }) });
    expect(named.getAttribute('method'), 'what the element knows').to.equal('gradient');
    for (const name of ['onclick', 'id']) expect(named.hasAttribute(name), name).to.equal(false);
    expect(named.style.position).to.equal('absolute');
  });

  it('gives way to another, with its settings', async () => {
    const file = {
      unpool: 1,
      tag: 'cnn-saliency',
      images: [],
      provenance: { version: '', model: '', adapter: '', date: '' },
    };
    const of = (method: string): string => packed({ ...file, attributes: { method }, content: [method] });
    const figure = await shown('cnn-saliency', { result: of('gradient') });
    expect(figure).to.have.property('method', 'gradient');
    figure.setAttribute('result', of('deconvnet'));
    while (!frameOf(figure).textContent.includes('deconvnet')) await task(5);
    expect(figure).to.have.property('method', 'deconvnet');
    figure.removeAttribute('result');
    while (figure.shadowRoot!.querySelector('.stored')) await task(5);
    expect(figure).to.have.property('method', 'saliency');
  });

  it('and a figure that starts on a click wait to be asked, and one that never starts waits forever', async () => {
    const kind = DRAWN.find(({ tag }) => tag === 'cnn-saliency')!;
    const figure = create(kind, { ...small, start: 'click', poster: small['src']! });
    figure.setAttribute('start', 'click');
    figure.setAttribute('poster', small['src']!);
    document.body.append(figure);
    await task(300);
    expect(figure.phase).to.equal('poster');
    expect(figure.shadowRoot!.querySelector<HTMLImageElement>('[part=poster]')!.naturalWidth).to.equal(32);
    const wide = Object.assign(document.createElement('canvas'), { width: 40, height: 10 }).toDataURL();
    figure.setAttribute('poster', wide);
    await figure.updateComplete;
    const poster = figure.shadowRoot!.querySelector<HTMLImageElement>('figure > [part=poster]')!;
    await poster.decode();
    const box = poster.getBoundingClientRect();
    expect(box.width / box.height, 'nothing is cut off').to.be.closeTo(4, 0.1);
    expect(box.width).to.be.above(400);
    const never = create(kind, small);
    never.setAttribute('start', 'never');
    document.body.append(never);
    await task(300);
    expect(never.phase).to.equal('poster');
    expect(button(never, 'Compute it here')).to.equal(undefined);
    button(figure, 'Compute it here')!.click();
    await begun(figure, 'clicked');
    expect(figure.phase).to.equal('result');
    expect(figure.shadowRoot!.querySelector('[part=poster]')).to.equal(null);
  });
});
