import { expect } from 'chai';
import type { CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import type { Model } from '../../src/engine/model.ts';
import { blankPicture, toImageData } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { onGpu } from '../support/backends.ts';
import { mount, next, wait } from '../support/harness.ts';

/** How long a network is kept after the last figure left, and some more. */
const GONE_MS = 3500;

let photo: Blob;

function small<K extends 'cnn-saliency' | 'cnn-occlusion'>(tag: K): HTMLElementTagNameMap[K] {
  const figure = mount(tag, { size: '16', stride: '16' });
  figure.image = photo;
  return figure;
}

// A file of its own: nobody else holds the GPU of this page.
describe('the figures of a page', () => {
  let adapters = 0;

  before(async () => {
    photo = await toPng({ ...blankPicture(32, 32), data: new Uint8ClampedArray(32 * 32 * 4).map((_, i) => i * 7) });
    if (!onGpu) return;
    const requestAdapter = navigator.gpu.requestAdapter.bind(navigator.gpu);
    Object.defineProperty(navigator.gpu, 'requestAdapter', {
      configurable: true,
      value: (options: GPURequestAdapterOptions) => {
        adapters++;
        return requestAdapter(options);
      },
    });
  });
  after(() => {
    if (onGpu) Reflect.deleteProperty(navigator.gpu, 'requestAdapter');
  });

  it('share one GPU and one copy of the network; both are freed shortly after the last figure left', async () => {
    const figures = [small('cnn-saliency'), small('cnn-saliency'), small('cnn-occlusion')];
    const loads = figures.map((figure) => next(figure, 'cnn-load'));
    await Promise.all(figures.map((figure) => next(figure, 'cnn-result')));
    const models = new Set((await Promise.all(loads)).map((event) => event.model));
    expect(models.size).to.equal(1);
    expect(adapters).to.equal(onGpu ? 1 : 0);
    const { backend } = [...models][0]!;
    expect(backend.counters.buffers).to.be.above(0);

    document.body.replaceChildren();
    await wait(GONE_MS);
    expect(backend.counters).to.include({ buffers: 0, bytes: 0, pipelines: 0 });

    await next(small('cnn-saliency'), 'cnn-result');
    expect(adapters, 'the next figure opens the GPU again').to.equal(onGpu ? 2 : 0);
  });

  it('keep what they hold when a figure is moved in the page', async () => {
    const figure = small('cnn-saliency');
    const before = (await next(figure, 'cnn-load')).model;
    await next(figure, 'cnn-result');
    const loads: Model[] = [];
    figure.addEventListener('cnn-load', (event) => loads.push(event.model));
    const box = document.createElement('div');
    document.body.append(box);
    box.append(figure);
    figure.method = 'gradient';
    const { result } = await next(figure, 'cnn-result');
    expect('method' in result && result.method).to.equal('gradient');
    expect(loads, 'no other network').to.deep.equal([]);
    before.resolve('second'); // not disposed of
  });

  it('leave in the middle of their work without a sound', async () => {
    const events: string[] = [];
    const figures = (['cnn-saliency', 'cnn-occlusion'] as const).map((tag) => small(tag));
    for (const figure of figures) {
      for (const type of ['cnn-result', 'cnn-error'] as const) figure.addEventListener(type, () => events.push(type));
    }
    await next(figures[0]!, 'cnn-load');
    for (const figure of figures) figure.remove();
    await wait(500);
    expect(events).to.deep.equal([]);
    expect(figures.map(({ phase }) => phase)).to.deep.equal(['poster', 'poster']);
  });

  it('begin when they come near the viewport', async () => {
    const figure = small('cnn-saliency');
    figure.style.top = '5000px';
    await wait(400);
    expect(figure.phase).to.equal('poster');
    expect(figure.shadowRoot!.textContent).to.contain('Starts when it comes into view');
    const drawn = next(figure, 'cnn-result');
    figure.style.top = '0';
    await drawn;
  });

  it('take turns', async () => {
    const running = new Set<CnnSaliency | CnnOcclusion>();
    let most = 0;
    const figures = Array.from({ length: 4 }, () => small('cnn-saliency'));
    for (const figure of figures) {
      figure.addEventListener('cnn-progress', ({ phase, done }) => {
        if (phase !== 'running') return;
        if (done === 1) running.delete(figure);
        else running.add(figure);
        most = Math.max(most, running.size);
      });
    }
    await Promise.all(figures.map((figure) => next(figure, 'cnn-result')));
    expect(most).to.equal(1);
  });

  it('take a picture of any kind, again when its pixels changed', async () => {
    const figure = small('cnn-saliency');
    const first = await next(figure, 'cnn-result');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [32, 32];
    canvas.getContext('2d')!.putImageData(toImageData({ ...blankPicture(32, 32) }), 0, 0);
    figure.image = canvas;
    const second = await next(figure, 'cnn-result');
    expect(scoreOf(second.result)).to.not.equal(scoreOf(first.result));
    const third = next(figure, 'cnn-result');
    canvas.getContext('2d')!.fillRect(0, 0, 32, 32);
    await figure.restart();
    expect(scoreOf((await third).result)).to.not.equal(scoreOf(second.result));
  });

  it('fill the occlusion maps from coarse to fine, and can be read meanwhile', async () => {
    const figure = small('cnn-occlusion');
    await next(figure, 'cnn-result');
    figure.stride = 4;
    const shares: number[] = [];
    let read = '';
    figure.addEventListener('cnn-progress', ({ phase, done }) => {
      if (phase !== 'running') return;
      shares.push(done!);
      if (shares.length !== 1) return;
      void figure.updateComplete.then(async () => {
        const map = figure.shadowRoot!.querySelector('.probe')!;
        map.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
        await figure.updateComplete;
        read = figure.shadowRoot!.querySelector('.readout')!.textContent;
      });
    });
    await next(figure, 'cnn-result');
    expect(shares.length).to.be.above(1);
    expect(shares.at(-1)).to.equal(1);
    expect(shares).to.deep.equal([...shares].sort((a, b) => a - b));
    expect(read).to.match(/row 2, column 2: /);
  });
});

function scoreOf(result: object): number {
  return (result as { goal: { score: number } }).goal.score;
}
