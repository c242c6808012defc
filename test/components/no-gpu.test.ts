import { expect } from 'chai';
import '../../components/index.ts';
import type { CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

const TAGS = ['cnn-saliency', 'cnn-occlusion'] as const;

function next(figure: Element, type: 'cnn-error' | 'cnn-result'): Promise<Event> {
  return new Promise((resolve) => {
    figure.addEventListener(type, resolve, { once: true });
  });
}

// A file of its own: no figure of the page may have opened a GPU before.
describe('figures where there is no WebGPU', () => {
  const { gpu } = navigator;
  let figures: (CnnSaliency | CnnOcclusion)[];

  before(async () => {
    Object.defineProperty(navigator, 'gpu', { value: undefined, configurable: true });
    const model = URL.createObjectURL(new Blob([tinyNet()]));
    const src = URL.createObjectURL(await toPng(blankPicture(32, 32)));
    figures = TAGS.map((tag) => {
      const figure = document.createElement(tag);
      // On top of each other: a figure below the viewport would wait.
      figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 500px';
      figure.innerHTML = '<p>A still picture instead.</p>';
      return Object.assign(figure, { model, src, preprocessing: JSON.stringify(TINY_INPUT) });
    });
  });
  after(() => {
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    document.body.replaceChildren();
  });

  it('say so and show what their authors put into them', async () => {
    const failed = Promise.all(figures.map((figure) => next(figure, 'cnn-error')));
    document.body.append(...figures);
    await failed;
    for (const figure of figures) {
      await figure.updateComplete;
      expect(figure.shadowRoot!.textContent).to.contain('unsupported-environment').and.to.contain('WebGPU');
      expect(figure.shadowRoot!.querySelector('canvas')).to.equal(null);
      expect(figure.children[0]!.getBoundingClientRect().height, 'the words are seen').to.be.above(0);
    }
  });

  it('are drawn when tried again with a GPU', async () => {
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    for (const figure of figures) {
      const drawn = next(figure, 'cnn-result');
      [...figure.shadowRoot!.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Try again')!.click();
      await drawn;
      await figure.updateComplete;
      expect(figure.shadowRoot!.querySelector('canvas')).to.be.instanceOf(HTMLCanvasElement);
      expect(figure.children[0]!.getBoundingClientRect().height, 'the words are hidden').to.equal(0);
    }
  });
});
