import { expect } from 'chai';
import '../../components/index.ts';
import type { CnnFilters, CnnGraph, CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

type Figure = CnnSaliency | CnnOcclusion;
const TAGS = ['cnn-saliency', 'cnn-occlusion'] as const;
const FALLBACK = '<p>A still picture instead.</p>';

function next(figure: Element, type: 'cnn-error' | 'cnn-result'): Promise<Event> {
  return new Promise((resolve) => {
    figure.addEventListener(type, resolve, { once: true });
  });
}

const part = (figure: HTMLElement, name: string): HTMLElement =>
  figure.shadowRoot!.querySelector<HTMLElement>(`[part~=${name}]`)!;

function retry(figure: HTMLElement): void {
  const buttons = [...figure.shadowRoot!.querySelectorAll('button')];
  buttons.find((b) => b.textContent.trim() === 'Try again')!.click();
}

// A file of its own: no figure of the page may have opened a GPU before.
describe('figures where there is no WebGPU', () => {
  const { gpu } = navigator;
  const { fetch } = globalThis;
  let model: string;
  let src: string;
  const asked: string[] = [];

  function mount<K extends keyof HTMLElementTagNameMap>(tag: K, content: string): HTMLElementTagNameMap[K] {
    const figure = document.createElement(tag);
    // On top of each other: a figure below the viewport would wait.
    figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 500px';
    figure.innerHTML = content;
    const all = { model, src, preprocessing: JSON.stringify(TINY_INPUT), size: '16', stride: '16' };
    for (const [name, value] of Object.entries(all)) figure.setAttribute(name, value);
    document.body.append(figure);
    return figure;
  }

  const offer = (value: unknown): void => {
    Object.defineProperty(navigator, 'gpu', { value, configurable: true });
  };

  before(async () => {
    model = URL.createObjectURL(new Blob([tinyNet()]));
    src = URL.createObjectURL(await toPng(blankPicture(32, 32)));
    globalThis.fetch = (input, init) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return fetch(input, init);
    };
  });
  beforeEach(() => {
    asked.length = 0;
    offer(undefined);
  });
  afterEach(() => {
    document.body.replaceChildren();
  });
  after(() => {
    globalThis.fetch = fetch;
    offer(gpu);
  });

  async function failed(tag: (typeof TAGS)[number], content: string): Promise<Figure> {
    const figure = mount(tag, content);
    await next(figure, 'cnn-error');
    await figure.updateComplete;
    return figure;
  }

  for (const tag of TAGS) {
    it(`are what their authors put into them, with the reason in one quiet line: ${tag}`, async () => {
      const figure = await failed(tag, FALLBACK);
      const reason = part(figure, 'reason') as HTMLDetailsElement;
      const line = reason.querySelector('summary')!;
      expect(line.textContent).to.equal('Not computed here: this browser offers no WebGPU.');
      expect(reason.open, 'what to do is asked for').to.equal(false);
      expect(reason.textContent).to.contain('Use Chrome or Edge');
      expect(part(figure, 'error'), 'no error is shown').to.equal(null);
      expect(figure.shadowRoot!.querySelector('[role=alert]')).to.equal(null);
      expect(figure.shadowRoot!.querySelector('canvas')).to.equal(null);
      const words = figure.children[0]!.getBoundingClientRect();
      expect(words.height, 'the words are seen').to.be.above(0);
      expect(line.getBoundingClientRect().top, 'the reason is below them').to.be.at.least(words.bottom);
      expect(asked, 'nothing was downloaded').to.deep.equal([]);
      expect(document.querySelector('[role=status]')!.textContent, 'nothing is announced').to.equal('');
    });

    it(`are the picture where their authors put nothing into them but line breaks and a caption: ${tag}`, async () => {
      const figure = await failed(tag, '\n  <p slot="caption">A caption</p>\n  <!-- a comment -->\n');
      const picture = part(figure, 'picture') as HTMLImageElement;
      await picture.decode();
      expect(picture.getBoundingClientRect().height).to.be.above(0);
      expect(part(figure, 'reason')).not.to.equal(null);
    });
  }

  const refusals: Readonly<Record<string, [gpu: unknown, reason: string]>> = {
    'the browser finds no adapter': [{ requestAdapter: () => Promise.resolve(null) }, 'found no GPU adapter'],
    'asking for an adapter fails': [
      { requestAdapter: () => Promise.reject(new DOMException('no luck', 'OperationError')) },
      'could not open the GPU',
    ],
    'asking throws at once': [
      {
        requestAdapter: () => {
          throw new TypeError('not here');
        },
      },
      'could not open the GPU',
    ],
    'a device is refused': [
      { requestAdapter: () => withoutDevice(new DOMException('Unable to instantiate a Device', 'OperationError')) },
      'could not open the GPU',
    ],
  };
  for (const [what, [entry, reason]] of Object.entries(refusals)) {
    it(`are the same where ${what}`, async () => {
      offer(entry);
      const figure = await failed('cnn-saliency', FALLBACK);
      expect(part(figure, 'reason').textContent).to.contain(reason);
      expect(part(figure, 'error')).to.equal(null);
      expect(figure.children[0]!.getBoundingClientRect().height).to.be.above(0);
      expect(asked).to.deep.equal([]);
    });
  }

  /** A real adapter whose devices are refused. */
  async function withoutDevice(reason: DOMException): Promise<GPUAdapter> {
    const adapter = (await gpu.requestAdapter())!;
    Object.defineProperty(adapter, 'requestDevice', { value: () => Promise.reject(reason) });
    return adapter;
  }

  it('are drawn where they need none, and say why layers cannot be timed', async () => {
    const figures: readonly (CnnGraph | CnnFilters)[] = [mount('cnn-graph', FALLBACK), mount('cnn-filters', FALLBACK)];
    await Promise.all(figures.map((figure) => next(figure, 'cnn-result')));
    for (const figure of figures) {
      await figure.updateComplete;
      expect(figure.phase).to.equal('result');
      expect(figure.children[0]!.getBoundingClientRect().height, 'the fallback is hidden').to.equal(0);
      expect(part(figure, 'error')).to.equal(null);
    }
    const [graph, filters] = figures;
    expect(part(graph!, 'diagram').querySelectorAll('[role=option]').length).to.be.above(3);
    await (graph as CnnGraph).measure();
    await graph!.updateComplete;
    expect(part(graph!, 'reason').textContent).to.match(/layers cannot be timed here: this browser offers no WebGPU/);
    expect(graph!.shadowRoot!.textContent).not.to.contain('Time the layers');
    expect(part(filters!, 'filters').querySelector('canvas')).to.be.instanceOf(HTMLCanvasElement);
  });

  it('say so once somebody asks for times and no adapter is found', async () => {
    offer({ requestAdapter: () => Promise.resolve(null) });
    const graph = mount('cnn-graph', '');
    await next(graph, 'cnn-result');
    await graph.updateComplete;
    await graph.measure();
    await graph.updateComplete;
    expect(part(graph, 'reason').textContent).to.contain('found no GPU adapter');
    expect(part(graph, 'error')).to.equal(null);
    expect(graph.phase).to.equal('result');
  });

  // Last, since the page keeps what it opened for a while
  it('are the same where every device is lost while the first shaders compile', async () => {
    let opened = 0;
    offer({
      requestAdapter: async () => {
        const adapter = (await gpu.requestAdapter())!;
        const requestDevice = async (description: GPUDeviceDescriptor): Promise<GPUDevice> => {
          const device = await GPUAdapter.prototype.requestDevice.call(adapter, description);
          opened++;
          const createShaderModule = (module: GPUShaderModuleDescriptor): GPUShaderModule => {
            device.destroy();
            return GPUDevice.prototype.createShaderModule.call(device, module);
          };
          Object.defineProperty(device, 'createShaderModule', { value: createShaderModule });
          return device;
        };
        Object.defineProperty(adapter, 'requestDevice', { value: requestDevice });
        return adapter;
      },
    });
    const figure = await failed('cnn-saliency', FALLBACK);
    expect(opened, 'one more device was tried').to.equal(2);
    expect(part(figure, 'reason').textContent).to.contain('the GPU device was lost');
    expect(figure.children[0]!.getBoundingClientRect().height).to.be.above(0);
    expect(part(figure, 'error')).to.equal(null);
  });

  it('are drawn when tried again with a GPU', async () => {
    const figures = await Promise.all(TAGS.map((tag) => failed(tag, FALLBACK)));
    offer(gpu);
    const drawn = Promise.all(figures.map((figure) => next(figure, 'cnn-result')));
    figures.forEach(retry);
    await drawn;
    for (const figure of figures) {
      await figure.updateComplete;
      expect(figure.shadowRoot!.querySelector('canvas')).to.be.instanceOf(HTMLCanvasElement);
      expect(figure.children[0]!.getBoundingClientRect().height, 'the words are hidden').to.equal(0);
      expect(part(figure, 'reason')).to.equal(null);
    }
  });
});
