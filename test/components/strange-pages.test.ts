import { expect } from 'chai';
import type { ImageSource } from '../../src/models/image.ts';
import { ABSURD_TEXTS, ABSURD_VALUES, expectWords, nameOf } from '../support/absurd.ts';
import {
  begun,
  create,
  DRAWN,
  KINDS,
  settled,
  smallFigure,
  task,
  uncaught,
  type Figure,
  type Kind,
} from '../support/figures.ts';
import { Random } from '../support/random.ts';

/** A figure of the network, with what a reader's click calls. */
type Follower = Figure & { htmlFor: string; layer: string; select(layer: string): void };

let small: Readonly<Record<string, string>>;
let faults: string[];

const kindOf = (tag: string): Kind => KINDS.find((kind) => kind.tag === tag)!;
const errorsOf = (figure: Figure): Error[] => {
  const errors: Error[] = [];
  figure.addEventListener('cnn-error', ({ error }) => errors.push(error));
  return errors;
};

/** Firefox gives what another page adopts the prototype of an element of that page, which is no figure. */
async function throughAnotherPage(figure: Figure): Promise<void> {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  frame.contentDocument!.body.append(figure);
  await task(20);
  document.body.append(document.adoptNode(figure));
}

/** What else happens to a figure of a page while it works. */
const EVENTS: readonly ((figure: Figure) => void | Promise<void>)[] = [
  () => undefined,
  () => task(20),
  (figure) => {
    document.body.append(Object.assign(document.createElement('div'), { id: 'elsewhere' }));
    document.getElementById('elsewhere')!.append(figure);
  },
  async (figure) => {
    figure.remove();
    await task();
    document.body.append(figure);
  },
  (figure) => {
    document.body.append(figure.cloneNode(true));
  },
  (figure) => {
    figure.innerHTML = '<p>in its place</p><b slot="caption">below</b>';
  },
  (figure) => figure.restart(),
  (figure) => {
    figure.stop();
  },
  ...(/Firefox/.test(navigator.userAgent) ? [] : [throughAnotherPage]),
];

describe('strange pages', () => {
  before(async () => {
    faults = uncaught();
    small = await smallFigure();
  });
  afterEach(async () => {
    document.body.replaceChildren();
    await task();
    expect(faults.splice(0)).to.deep.equal([]);
  });

  it('change several attributes at once while a figure works, move it, stop it, take it away', async function () {
    this.timeout(300_000);
    const random = new Random(7);
    const any = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
    for (let i = 0; i < 60; i++) {
      const kind = KINDS[i % KINDS.length]!;
      const figure = create(kind, small);
      const errors = errorsOf(figure);
      document.body.append(figure);
      const done: string[] = [kind.tag];
      for (let step = 0; step < 3; step++) {
        const attribute = any([...kind.attributes.keys()].filter((name) => name !== 'manifest'));
        const property = any(kind.properties.filter((name) => name !== 'manifest'));
        const [text, value] = [any(ABSURD_TEXTS), any(ABSURD_VALUES)];
        done.push(`${attribute}=${nameOf(text)}`, `.${property}=${nameOf(value)}`);
        figure.setAttribute(attribute, text);
        Object.assign(figure, { [property]: value });
        await any(EVENTS)(figure);
        if (step === 1) figure.removeAttribute(attribute);
      }
      await settled(figure, done.join(' '));
      for (const error of errors) expectWords(error, done.join(' '));
      expect(faults, done.join(' ')).to.deep.equal([]);
      document.body.replaceChildren();
    }
  });

  for (const kind of DRAWN) {
    it(`make a ${kind.tag} before they know what it is to show`, async function () {
      this.timeout(60_000);
      const figure = document.createElement(kind.tag) as Figure;
      figure.stop();
      await figure.restart();
      expect(figure.phase).to.equal('poster');
      const { style, attributes } = create(kind, small);
      figure.style.cssText = style.cssText;
      figure.setAttribute('manifest', small['manifest']!);
      document.body.append(figure);
      figure.stop();
      await task(50);
      for (const { name, value } of attributes) figure.setAttribute(name, value);
      await begun(figure, kind.tag);
      if (figure.phase === 'stopped') await figure.restart();
      await settled(figure, kind.tag);
      expect(figure.phase).to.equal('result');
    });
  }

  it('have fifty figures', async function () {
    this.timeout(120_000);
    const figures = Array.from({ length: 50 }, () => create(kindOf('cnn-saliency'), small));
    document.body.append(...figures);
    for (const figure of figures) await begun(figure, 'one of fifty');
    expect(new Set(figures.map(({ phase }) => phase))).to.deep.equal(new Set(['result']));
  });

  it('set numbers and names as a framework does: as texts, null and undefined', async () => {
    const figure = create(kindOf('cnn-occlusion'), small) as Figure & Record<string, unknown>;
    Object.assign(figure, { size: ' 8 ', stride: '16', fill: null, target: 2, layer: undefined, range: null });
    expect(figure).to.include({ size: 8, stride: 16, fill: 'gray', target: '2', layer: undefined, range: undefined });
    figure.setAttribute('size', '');
    expect(figure['size'], 'an empty number is not given').to.equal(32);
    figure['alt'] = '';
    expect(figure['alt'], 'a picture may have no description').to.equal('');
    document.body.append(figure);
    const errors = errorsOf(figure);
    Object.assign(figure, { size: 'large' });
    await begun(figure, 'size');
    expect(errors[0]?.message).to.contain('size makes no sense; expected a number; got "large"');
  });

  it('have listeners that throw, and followers that are not there or follow themselves', async () => {
    const figure = create(kindOf('cnn-filters'), small) as Follower;
    const other = create(kindOf('cnn-filters'), small) as Follower;
    [figure.id, other.id] = ['one', 'other'];
    [figure.htmlFor, other.htmlFor] = ['one other nobody', 'one'];
    const errors = errorsOf(figure);
    // Listeners of another window: what they throw is reported there, and not taken for a fault of this test
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script>function listener() { throw new Error("of the page"); }</script>';
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    const { listener } = frame.contentWindow as unknown as { readonly listener: () => void };
    let thrown = 0;
    frame.contentWindow!.addEventListener('error', () => thrown++);
    for (const type of ['cnn-result', 'cnn-load', 'cnn-select', 'cnn-error'] as const)
      figure.addEventListener(type, listener);
    document.body.append(figure, other);
    await begun(figure, 'a figure with listeners');
    await begun(other, 'its follower');
    expect(figure.phase).to.equal('result');
    figure.select('second');
    await settled(figure, 'the choice');
    expect([figure.layer, other.layer]).to.deep.equal(['second', 'second']);
    expect(errors.map(({ message }) => message).join()).to.match(/no such element to follow.*"nobody"/);
    expect(thrown).to.be.at.least(4);
  });

  it('give pictures that have no pixels', async () => {
    const figure = create(kindOf('cnn-saliency'), small) as Figure & { image: ImageSource | undefined };
    const errors = errorsOf(figure);
    document.body.append(figure);
    await begun(figure, 'a picture');
    const closed = await createImageBitmap(new ImageData(2, 2));
    closed.close();
    const empty = new OffscreenCanvas(0, 5);
    const pictures = [closed, empty, document.createElement('video'), new Image(), new Blob(), new Blob(['x'])];
    for (const picture of pictures) {
      errors.length = 0;
      figure.image = picture;
      await settled(figure, nameOf(picture));
      expect(errors.length, nameOf(picture)).to.equal(1);
      expectWords(errors[0], nameOf(picture));
    }
    figure.image = undefined;
    await settled(figure, 'a picture again');
    expect(figure.phase).to.equal('result');
  });
});
