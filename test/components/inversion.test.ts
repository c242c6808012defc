import { expect } from 'chai';
import type { CnnInversion, CnnResultEvent } from '../../components/index.ts';
import { layersToInvert } from '../../components/cnn-inversion/layers.ts';
import { loadModel } from '../../src/engine/load.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { invert } from '../../src/methods/invert.ts';
import { codeOf } from '../../src/methods/parts/codes.ts';
import { type Picture } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { onnxFile } from '../onnx/file.ts';
import { expectNoBarriers, mount, next, noise, pixels, says, slide, textOf, urlOf } from '../support/harness.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

const LAYERS = ['active', 'pooled', 'second'];
let photo: string;
let picture: Picture;

/** A figure of few steps. */
const small = (attributes: Readonly<Record<string, string>> = {}): CnnInversion =>
  mount('cnn-inversion', { src: photo, alt: 'noise', layers: LAYERS.join(', '), steps: '8', ...attributes });

function imagesOf({ result }: CnnResultEvent): readonly { readonly title: string; readonly image: Tensor }[] {
  if (!('images' in result)) throw new Error('no images');
  return result.images.map(({ title, snapshot: { image } }) => ({ title, image }));
}

const sliderOf = (figure: CnnInversion): HTMLInputElement =>
  figure.shadowRoot!.querySelector<HTMLInputElement>('input[part=layers]')!;

const choose = (figure: CnnInversion, index: number): Promise<void> =>
  slide(figure, String(index), 'input[part=layers]');

/** The layers with their errors, as they are listed. */
const rowsOf = (figure: CnnInversion): string[] =>
  [...figure.shadowRoot!.querySelectorAll('[part=errors] li')].map((row) =>
    [...row.children].map(({ textContent }) => textContent.trim()).join(' '),
  );

describe('cnn-inversion', () => {
  before(async () => {
    picture = noise(1);
    photo = await urlOf(picture);
  });

  it('makes images whose codes come near those of the picture, and says how near', async () => {
    const figure = small({ steps: '60' });
    const images = imagesOf(await next(figure, 'cnn-result'));
    expect(images.map(({ title }) => title)).to.deep.equal(LAYERS.map((layer) => `From ${layer}`));
    await figure.updateComplete;
    const own = await loadModel(new Blob([tinyNet()]), { backend: await sharedBackend(), preprocessing: TINY_INPUT });
    try {
      for (const [i, layer] of LAYERS.entries()) {
        const code = await codeOf(own, { input: toInput(picture, TINY_INPUT) }, layer);
        const error = relativeError((await codeOf(own, { input: images[i]!.image }, layer)).data, code.data);
        expect(error, layer).to.be.below(0.5);
        const [, said, step] = new RegExp(`^${layer} ([\\d.]+), step (\\d+)$`).exec(rowsOf(figure)[i]!) ?? [];
        expect(Number(step)).to.equal(60);
        // Said is what it was before the last step
        expect(Number(said)).to.be.closeTo(error, 0.1 * error);
      }
    } finally {
      own.dispose();
    }
  });

  it('says the error of exactly the image before the last step', async () => {
    const figure = small({ layers: 'second', steps: '1' });
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const [said] = rowsOf(figure);
    const scrubber = figure.shadowRoot!.querySelector<HTMLInputElement>('input.scrubber')!;
    scrubber.value = '0';
    scrubber.dispatchEvent(new Event('input'));
    expect(await textOf(figure)).to.contain('step 0 of 1');
    expect(rowsOf(figure)).to.deep.equal(['second noise']);
    const own = await loadModel(new Blob([tinyNet()]), { backend: await sharedBackend(), preprocessing: TINY_INPUT });
    try {
      const sample = await own.prepare(photo);
      const code = await codeOf(own, sample, 'second');
      const { value: noise } = await invert(own, sample, { layer: 'second', steps: 1, seed: 1 }).next();
      const error = relativeError((await codeOf(own, { input: noise!.image }, 'second')).data, code.data);
      expect(said).to.equal(`second ${Number(error.toPrecision(3))}, step 1`);
    } finally {
      own.dispose();
    }
  });

  it('passes axe in light and dark, names source and adapter', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    expect(await textOf(figure))
      .to.contain((await sharedBackend()).adapter.name)
      .and.to.contain('Mahendran & Vedaldi 2015');
    await expectNoBarriers(figure);
  });

  it('the slider moves through the layers, and nothing is computed again', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    let results = 0;
    figure.addEventListener('cnn-result', () => results++);
    const shown = new Set<string>();
    for (const [i, layer] of LAYERS.entries()) {
      await choose(figure, i);
      expect(figure.layer).to.equal(layer);
      expect(await textOf(figure))
        .to.contain(`From ${layer}`)
        .and.to.contain(`Layer: ${layer}`);
      expect(sliderOf(figure).ariaValueText).to.match(new RegExp(`^${layer}, [\\d.]+, step 8$`));
      const current = figure.shadowRoot!.querySelectorAll('[aria-current]');
      expect([...current].map((row) => row.textContent)).to.have.length(1);
      expect(current[0]!.textContent).to.contain(layer);
      shown.add(pixels(figure, 'image').join());
    }
    expect(shown.size).to.equal(3);
    figure.layer = undefined;
    expect(await textOf(figure)).to.contain('From active');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(results).to.equal(0);
    expect(figure.phase).to.equal('result');
  });

  it('the layer that is looked at comes first, also when the reader moves on', async () => {
    const figure = small({ layer: 'pooled', steps: '100000' });
    await says(figure, /pooled ?[\d.]+, step [1-9]/);
    expect(rowsOf(figure)[0]).to.equal('active not begun');
    await choose(figure, 2);
    await says(figure, /second ?[\d.]+, step [1-9]/);
    const [active, pooled] = rowsOf(figure);
    expect(active).to.equal('active not begun');
    await says(figure, /second ?[\d.]+, step [1-9]\d/);
    expect(rowsOf(figure)[1], 'rests').to.equal(pooled);
    figure.stop();
    expect(await textOf(figure)).to.contain('Stopped.');
    expect(new Set(pixels(figure, 'image')).size).to.be.above(3);
  });

  it('goes on for more steps', async () => {
    const figure = small({ layers: 'active, second', steps: '20' });
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const again = next(figure, 'cnn-result');
    [...figure.shadowRoot!.querySelectorAll('button')].find((b) => b.textContent.trim() === 'More steps')!.click();
    await again;
    await figure.updateComplete;
    expect(rowsOf(figure).every((row) => row.endsWith('step 40'))).to.equal(true);
  });

  it('takes a further layer, such as one that another figure chose', async () => {
    const figure = small({ layers: 'active, second', steps: '2' });
    await next(figure, 'cnn-result');
    const again = next(figure, 'cnn-result');
    figure.layer = 'pooled';
    const images = imagesOf(await again);
    expect(images.map(({ title }) => title)).to.deep.equal(LAYERS.map((layer) => `From ${layer}`));
    await figure.updateComplete;
    expect(sliderOf(figure).value).to.equal('1');
  });

  it('says what went wrong, and works again', async () => {
    const figure = small({ steps: '2' });
    await next(figure, 'cnn-result');
    const notPicture = URL.createObjectURL(new Blob(['<!doctype html><title>no</title>']));
    for (const [name, value, message] of [
      ['layers', 'active, secnod', /there is no layer "secnod"; expected "second"/],
      ['layer', 'thrid', /there is no layer "thrid".*"pooled"/],
      ['smoothness', '-1', /smoothness makes no sense; expected a number of at least 0; got -1/],
      ['smoothness', 'much', /smoothness makes no sense/],
      ['steps', '0', /steps makes no sense/],
      ['src', notPicture, /not a picture/],
    ] as const) {
      const before = figure.getAttribute(name);
      const failed = next(figure, 'cnn-error');
      figure.setAttribute(name, value);
      expect((await failed).error.message, name).to.match(message);
      expect(await textOf(figure)).to.contain('Try again');
      const drawn = next(figure, 'cnn-result');
      if (before === null) figure.removeAttribute(name);
      else figure.setAttribute(name, before);
      await drawn;
    }
  });

  it('says where no gradient flows back from a layer', async () => {
    const random = new Random(3);
    const values = Array.from({ length: 2 * 3 * 9 }, () => random.normal());
    const rounding = onnxFile({
      inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
      outputs: [{ name: 'scores' }],
      initializers: [{ name: 'w', dims: [2, 3, 3, 3], values }],
      nodes: [
        { type: 'Conv', name: 'first', inputs: ['image', 'w'], outputs: ['a'] },
        { type: 'Floor', name: 'rounded', inputs: ['a'], outputs: ['b'] },
        { type: 'GlobalAveragePool', name: 'average', inputs: ['b'], outputs: ['c'] },
        { type: 'Flatten', name: 'flat', inputs: ['c'], outputs: ['scores'] },
      ],
    });
    const url = URL.createObjectURL(new Blob([rounding as Uint8Array<ArrayBuffer>]));
    const figure = small({ model: url, layers: 'rounded', steps: '2' });
    expect((await next(figure, 'cnn-error')).error.message).to.match(/no gradient flows from/);
    const drawn = next(figure, 'cnn-result');
    figure.layers = 'first';
    await drawn;
  });

  it('leaves nothing behind', async () => {
    const backend = await sharedBackend();
    const first = small({ steps: '2' });
    await next(first, 'cnn-result');
    await first.updateComplete;
    const { buffers, bytes } = backend.counters;
    for (let i = 0; i < 10; i++) {
      const figure = small({ steps: '100000' });
      await says(figure, /step [1-9]/);
      await choose(figure, 2);
      if (i % 2 === 0) await says(figure, /second ?[\d.]+, step [1-9]/);
      figure.remove();
      expect(figure.phase).to.equal('poster');
    }
    const again = next(first, 'cnn-result');
    first.seed = 2;
    await again;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(backend.counters).to.include({ buffers, bytes });
  });
});

describe('cnn-inversion/layers', () => {
  it('spreads over the network, where all that is known later passes through', async () => {
    const squeezenet = await loadModel('squeezenet1.1-fp16');
    try {
      expect(layersToInvert(squeezenet, undefined, undefined)).to.deep.equal([
        'relu_conv1',
        'fire3',
        'fire5',
        'fire7',
        'fire9',
      ]);
      expect(layersToInvert(squeezenet, ' fire9,conv1 ,, fire2', 'fire5')).to.deep.equal([
        'conv1',
        'fire2',
        'fire5',
        'fire9',
      ]);
    } finally {
      squeezenet.dispose();
    }
    const tiny = await loadModel(new Blob([tinyNet()]), { preprocessing: TINY_INPUT });
    expect(layersToInvert(tiny, undefined, undefined)).to.deep.equal(['active', 'pooled']);
    tiny.dispose();
  });
});
