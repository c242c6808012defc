import { expect } from 'chai';
import type { CnnDream, CnnStyle } from '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { DivergedError, type Snapshot } from '../../src/methods/synthesize.ts';
import { codeOf, gramsOf } from '../../src/methods/parts/codes.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { onnxFile } from '../onnx/file.ts';
import { toPng } from '../../src/paint/png.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import {
  button,
  expectNoBarriers,
  mount,
  next,
  noise,
  pixels,
  says,
  slide,
  textOf,
  urlOf,
} from '../support/harness.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT } from '../support/tiny.ts';

type Figure = CnnDream | CnnStyle;
const TAGS = ['cnn-dream', 'cnn-style'] as const;
const SIZE = 32;

let photo: string;
let painting: string;

/** A figure of few steps and small moves. */
function small<Tag extends (typeof TAGS)[number]>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Tag] {
  const own = {
    'cnn-dream': { layer: 'first', octaves: '2', scale: '1.3', steps: '4', jitter: '2' },
    'cnn-style': { painting, 'style-layers': 'first, active', 'content-layer': 'second', steps: '12' },
  }[tag];
  return mount(tag, { src: photo, alt: 'noise', ...own, ...attributes });
}

/** The finished image. */
async function grown(figure: Figure): Promise<Snapshot> {
  const { result } = await next(figure, 'cnn-result');
  if (!('images' in result)) throw new Error('no images');
  return result.images[0]!.snapshot;
}

const lookAt = (figure: Figure, step: number): Promise<void> => slide(figure, String(step), '.scrubber');

/** Breaks an attribute, expects the message, and expects the figure to work again. */
async function expectWords(figure: Figure, name: string, value: string, message: RegExp): Promise<void> {
  const before = figure.getAttribute(name);
  const failed = next(figure, 'cnn-error');
  figure.setAttribute(name, value);
  const { error } = await failed;
  expect(error.message, name).to.match(message);
  expect(await textOf(figure)).to.contain(error.message.replace(/\s+/g, ' '));
  const drawn = next(figure, 'cnn-result');
  if (before === null) figure.removeAttribute(name);
  else figure.setAttribute(name, before);
  await drawn;
}

const meanSquare = ({ data }: Tensor): number => [...data].reduce((sum, value) => sum + value ** 2, 0) / data.length;

const distance = (a: Tensor, b: Tensor): number =>
  [...a.data].reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0);

/** An ONNX file of a network one of whose layers has no gradient. */
function steppedNet(): Blob {
  const random = new Random(5);
  const bytes = onnxFile({
    inputs: [{ name: 'image', dims: ['batch', 3, SIZE, SIZE] }],
    outputs: [{ name: 'scores' }],
    initializers: [{ name: 'w', dims: [4, 3, 3, 3], values: Array.from({ length: 108 }, () => random.normal()) }],
    nodes: [
      { type: 'Conv', name: 'smooth', inputs: ['image', 'w'], outputs: ['a'] },
      { type: 'Floor', name: 'stepped', inputs: ['a'], outputs: ['b'] },
      { type: 'GlobalAveragePool', name: 'average', inputs: ['b'], outputs: ['c'] },
      { type: 'Flatten', name: 'flat', inputs: ['c'], outputs: ['scores'] },
    ],
  });
  return new Blob([bytes as Uint8Array<ArrayBuffer>]);
}

describe('figures of dreams and styles', () => {
  before(async () => {
    [photo, painting] = await Promise.all([urlOf(noise(1)), urlOf(noise(2))]);
  });

  for (const tag of TAGS) {
    it(`${tag}: draws, names source and adapter, and passes axe in light and dark`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-result');
      const { adapter } = await sharedBackend();
      expect(await textOf(figure))
        .to.contain(adapter.name)
        .and.to.contain('201'); // years of the sources
      expect(figure.shadowRoot!.querySelectorAll('svg[part=curve] polyline').length).to.equal(1);
      await expectNoBarriers(figure);
    });

    it(`${tag}: pauses, resumes and stops`, async () => {
      const figure = small(tag, { steps: '20000' });
      await says(figure, /[1-9]\d* of \d+ steps/);
      button(figure, 'Pause').click();
      await says(figure, /Paused\./);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const held = await textOf(figure);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await textOf(figure)).to.equal(held);
      const scrubber = figure.shadowRoot!.querySelector<HTMLInputElement>('.scrubber')!;
      expect(scrubber.disabled, 'a paused figure can be looked back over').to.equal(false);
      button(figure, 'Resume').click();
      for (let i = 0; i < 200 && (await textOf(figure)) === held; i++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      expect(await textOf(figure)).not.to.contain('Paused');
      button(figure, 'Stop').click();
      await figure.updateComplete;
      expect(figure.phase).to.equal('stopped');
      expect(new Set(pixels(figure, 'image')).size).to.be.above(3);
    });

    it(`${tag}: more steps go on from what is there`, async () => {
      const figure = small(tag);
      const first = await grown(figure);
      await figure.updateComplete;
      const again = grown(figure);
      button(figure, 'More steps').click();
      const second = await again;
      expect(second.step).to.equal(2 * first.step);
      expect([...second.trace.subarray(0, first.step)]).to.deep.equal([...first.trace]);
      expect(second.image.data).not.to.deep.equal(first.image.data);
    });

    it(`${tag}: says what is wrong with pictures, layers and steps, and works again`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-result');
      const notPicture = URL.createObjectURL(new Blob(['not a picture']));
      const other = tag === 'cnn-dream' ? 'guide' : 'painting';
      const layer = tag === 'cnn-dream' ? 'layer' : 'content-layer';
      for (const [name, value, message] of [
        ['src', notPicture, /not a picture/],
        [other, notPicture, /not a picture/],
        [other, 'no-such-picture.jpg', /404/],
        [layer, 'secnod', /no layer "secnod".*"second"/],
        ['steps', '0', /steps makes no sense; expected a whole number from 1 to \d+; got 0/],
        ['steps', 'many', /steps makes no sense; expected a number; got "many"/],
      ] as const)
        await expectWords(figure, name, value, message);
    });

    it(`${tag}: what is started and left in the middle, 20 times, leaves no memory behind`, async function () {
      this.timeout(120_000);
      const backend = await sharedBackend();
      const first = small(tag);
      await next(first, 'cnn-result');
      const { buffers, bytes } = backend.counters;
      for (let i = 0; i < 20; i++) {
        const figure = small(tag, { steps: '20000' });
        if (i % 2 === 0) await says(figure, /[1-9]\d* of \d+ steps/);
        figure.remove();
      }
      for (let i = 0; i < 3; i++) {
        const drawn = next(first, 'cnn-result');
        void first.restart();
        await drawn;
      }
      expect(backend.counters).to.include({ buffers, bytes });
    });
  }

  it('say of a layer without a gradient that nothing flows back from it', async () => {
    const stepped = { model: URL.createObjectURL(steppedNet()) };
    const dream = small('cnn-dream', { ...stepped, layer: 'smooth' });
    await next(dream, 'cnn-result');
    await expectWords(dream, 'layer', 'stepped', /no gradient flows from "stepped, mean square" back to the image/);
    const style = small('cnn-style', { ...stepped, 'content-layer': 'smooth', 'style-layers': 'smooth' });
    await next(style, 'cnn-result');
    await expectWords(style, 'style-layers', 'smooth, stepped', /no gradient .*style of stepped.*another layer/);
  });

  describe('cnn-dream', () => {
    it('makes more of what the layer sees, more than noise of the same size would', async () => {
      const figure = small('cnn-dream');
      const drawn = grown(figure);
      const { model: loaded } = await next(figure, 'cnn-load');
      const { image } = await drawn;
      const before = toInput(noise(1), TINY_INPUT);
      const random = new Random(3);
      const moved = { ...before, data: Float32Array.from(before.data) };
      // The same changes at other places
      const order = Array.from(before.data, (_, i) => [random.next(), i] as const).sort((a, b) => a[0] - b[0]);
      for (const [i, [, from]] of order.entries()) moved.data[i]! += image.data[from]! - before.data[from]!;
      const [start, end, chance] = await Promise.all(
        [before, image, moved].map(async (input) => meanSquare(await codeOf(loaded, { input }, 'first'))),
      );
      expect(end).to.be.above(1.2 * start!);
      expect(end).to.be.above(1.1 * chance!);
    });

    it('counts steps through its octaves, which are shown at one size', async () => {
      const figure = small('cnn-dream');
      const { step, steps, trace } = await grown(figure);
      expect([step, steps, trace.length]).to.deep.equal([8, 8, 8]);
      for (const octave of [0, 1]) expect(trace[4 * octave + 3]!).to.be.above(trace[4 * octave]!);
      expect(await textOf(figure)).to.contain('Octave 2 of 2: 32×32 pixels.');
      const newest = pixels(figure, 'image');
      const room = figure.getBoundingClientRect().height;
      await lookAt(figure, 0);
      expect(await textOf(figure)).to.contain('Octave 1 of 2: 25×25 pixels, shown as large as the last.');
      expect(pixels(figure, 'image')).to.have.length(newest.length);
      expect(pixels(figure, 'image')).not.to.deep.equal(newest);
      expect(figure.getBoundingClientRect().height).to.equal(room);
    });

    it('takes up what a guide has', async () => {
      const guide = await urlOf(noise(7));
      const figure = small('cnn-dream', { guide, 'guide-alt': 'other noise' });
      const guided = await grown(figure);
      expect(await textOf(figure)).to.contain('Dream of first, guided');
      expect(guided.trace.at(-1)!).to.be.above(guided.trace[4]!);
      expect(pixels(figure, 'guide')).to.deep.equal([...noise(7).data]);
      const plain = grown(figure);
      figure.guide = undefined;
      expect((await plain).image.data).not.to.deep.equal(guided.image.data);
      expect(figure.shadowRoot!.querySelector('[part=guide]')).to.equal(null);
    });

    it('zooms: frames follow each other until the reader holds them', async () => {
      const figure = small('cnn-dream', { frames: '3' });
      const { step } = await grown(figure);
      expect(step).to.equal(3 * 2 * 4);
      expect(await textOf(figure)).to.contain('frame 3 of 3: 32×32');
      const frames = new Set<string>();
      for (let i = 0; i < 60 && frames.size < 3; i++) {
        frames.add(pixels(figure, 'film').join());
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      expect(frames.size).to.equal(3);
      button(figure, 'Hold the zoom').click();
      await figure.updateComplete;
      const held = pixels(figure, 'film');
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(pixels(figure, 'film')).to.deep.equal(held);
      button(figure, 'Play the zoom').click();
      for (let i = 0; i < 60 && pixels(figure, 'film').join() === held.join(); i++)
        await new Promise((resolve) => setTimeout(resolve, 40));
      expect(pixels(figure, 'film')).not.to.deep.equal(held);
    });

    it('says which sizes make no sense, and which the network refuses', async () => {
      const figure = small('cnn-dream');
      await next(figure, 'cnn-result');
      for (const [name, value, message] of [
        ['octaves', '0', /octaves makes no sense; expected a whole number from 1 to 32; got 0/],
        ['octaves', '12', /octave 1 of 12 does not fit the network.*2×2 pixels.*fewer octaves/],
        ['scale', '1', /scale makes no sense; expected a number above 1; got 1/],
        ['frames', '1.5', /frames makes no sense.*got 1\.5/],
        ['jitter', '-1', /jitter makes no sense.*a whole number from 0 to 1024; got -1/],
      ] as const)
        await expectWords(figure, name, value, message);
    });
  });

  describe('cnn-style', () => {
    it('comes closer to the painting’s Gram matrices, and stays closer to the content than the painting is', async () => {
      const figure = small('cnn-style', { steps: '40' });
      const drawn = grown(figure);
      const { model: loaded } = await next(figure, 'cnn-load');
      const { image, terms } = await drawn;
      const [before, other] = [1, 2].map((seed) => ({ input: toInput(noise(seed), TINY_INPUT) })) as [
        { input: Tensor },
        { input: Tensor },
      ];
      const grams = (input: { input: Tensor }): Promise<readonly Tensor[]> =>
        gramsOf(loaded, input, ['first', 'active']);
      const [wanted, start, end] = await Promise.all([other, before, { input: image }].map(grams));
      for (const i of [0, 1])
        expect(distance(end![i]!, wanted![i]!)).to.be.below(distance(start![i]!, wanted![i]!) / 4);
      const codes = await Promise.all(
        [before, { input: image }, other].map((input) => codeOf(loaded, input, 'second')),
      );
      expect(distance(codes[1]!, codes[0]!)).to.be.below(distance(codes[2]!, codes[0]!) / 2);
      expect(terms.map(({ says: name }) => name)).to.have.length(4);
      expect(await textOf(figure)).to.match(/style of first [\d.e−]+ → [\d.e−]+; style of active/);
      expect(pixels(figure, 'painting')).to.deep.equal([...noise(2).data]);
    });

    it('takes other weights on the way, from the step where they change', async () => {
      const plain = await grown(small('cnn-style', { steps: '800' }));
      const figure = small('cnn-style', { steps: '800' });
      const drawn = grown(figure);
      await says(figure, /[1-9]\d* of 800 steps/);
      button(figure, 'Pause').click();
      await says(figure, /Paused\./);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const at = Number(/(\d+) of 800 steps/.exec(await textOf(figure))![1]);
      expect(at).to.be.below(800);
      figure.contentWeight = 30;
      await figure.updateComplete;
      expect(figure.phase, 'it is not begun anew').to.equal('running');
      button(figure, 'Resume').click();
      const { trace, terms, step } = await drawn;
      expect(step).to.equal(800);
      expect([...trace.subarray(0, at)]).to.deep.equal([...plain.trace.subarray(0, at)]);
      expect(trace[at]!).to.be.below(plain.trace[at]!);
      // The content weighs more: it ends nearer to the picture, the style farther from the painting
      expect(terms[0]!.value).to.be.below(plain.terms[0]!.value / 2);
      expect(terms[1]!.value).to.be.above(plain.terms[1]!.value);

      const anew = grown(figure);
      figure.contentWeight = undefined;
      expect([...(await anew).trace.subarray(0, 1)], 'a finished figure begins anew').to.deep.equal([plain.trace[0]]);
    });

    it('keeps the last good picture where the numbers leave all bounds, and says in which step', async () => {
      const figure = small('cnn-style', { steps: '20000' });
      await says(figure, /[1-9]\d* of 20000 steps/);
      const failed = next(figure, 'cnn-error');
      figure.styleWeight = 1e39;
      const { error } = await failed;
      if (!(error instanceof DivergedError)) throw error;
      const text = await textOf(figure);
      expect(error.last.step).to.be.above(0);
      expect(text).to.match(new RegExp(`no number any more in step ${error.step}`));
      expect(text).to.contain(`the last good image is of step ${error.last.step}`);
      expect(text).to.contain(`${error.last.step} of 20000 steps`);
      expect(new Set(pixels(figure, 'image')).size).to.be.above(3);
    });

    it('chooses layers that suit the network', async () => {
      const figure = small('cnn-style');
      figure.removeAttribute('style-layers');
      figure.removeAttribute('content-layer');
      const { terms } = await grown(figure);
      expect(terms.map(({ says: name }) => name.split(' ').at(-1))).to.deep.equal(['active', 'active', 'neighbours']);
    });

    it('says what is wrong with weights and layers', async () => {
      const figure = small('cnn-style');
      await next(figure, 'cnn-result');
      for (const [name, value, message] of [
        ['style-layers', 'first, fist', /no layer "fist".*"first"/],
        ['content-weight', '-1', /weight of the content makes no sense.*of at least 0.*-1/],
        ['style-weight', 'much', /weight of the style makes no sense.*NaN/],
        ['smoothness', '-1', /weight of the smoothness/],
      ] as const)
        await expectWords(figure, name, value, message);
      figure.smoothness = 0;
      await next(figure, 'cnn-result');
      await expectWords(figure, 'style-weight', '0', /would stay as it is.*above 0/);
    });

    it('goes on with a small painting, and says of which layers a unit sees more than there is', async () => {
      const figure = small('cnn-style', { painting: await urlOf(noise(2, 12)), 'style-layers': 'first, second' });
      const { notes } = await grown(figure);
      expect(notes).to.have.length(1);
      const text = await textOf(figure);
      expect(text).to.contain(notes[0]!);
      expect(notes[0]).to.contain('12×12 pixels of the painting, fewer than a unit of second (15×15)');
      expect(notes[0]).to.contain('enlarged to 32×32').and.to.contain('larger painting');
      const large = grown(figure);
      figure.painting = painting;
      expect((await large).notes).to.deep.equal([]);
    });

    it('waits for both pictures', async () => {
      const figure = small('cnn-style', { painting });
      figure.removeAttribute('painting');
      await figure.updateComplete;
      await says(figure, /A picture and a painting are needed/);
      const drawn = grown(figure);
      figure.paintingImage = await toPng(noise(2));
      await drawn;
    });
  });
});
