import { expect } from 'chai';
import type { CnnOcclusion, CnnSaliency } from '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { button, expectNoBarriers, mount, next, noise, pixels, textOf, urlOf } from '../support/harness.ts';
import { fixture } from '../goldens.ts';
import { FAULTS_INPUT } from '../support/faults.ts';

type Figure = CnnSaliency | CnnOcclusion;
const TAGS = ['cnn-saliency', 'cnn-occlusion'] as const;

let photo: string;
let other: string;

/** A figure of few positions. */
const small = (tag: (typeof TAGS)[number], attributes: Readonly<Record<string, string>> = {}): Figure =>
  mount(tag, { src: photo, size: '16', stride: '16', ...attributes });

describe('figures', () => {
  before(async () => {
    photo = await urlOf(noise(1));
    other = await urlOf(noise(2));
  });

  it('say what the network ends with, and name what it says by that', async () => {
    const attributes = {
      model: fixture('faults/binary_sigmoid.onnx').href,
      preprocessing: JSON.stringify(FAULTS_INPUT),
    };
    const saliency = small('cnn-saliency', attributes);
    await next(saliency, 'cnn-result');
    expect(await textOf(saliency)).to.match(
      /for positive, probability \d+\.\d %, score .*; one sigmoid output: yes or no\./,
    );
    const occlusion = small('cnn-occlusion', { ...attributes, head: 'values', target: '0' });
    await next(occlusion, 'cnn-result');
    expect(await textOf(occlusion)).to.match(/Value of value.*the value falls.*; a value\./);
    occlusion.setAttribute('head', 'several');
    const { error } = await next(occlusion, 'cnn-error');
    expect(error.message).to.contain('one-of-many, several-of-many, yes-or-no, values');
    occlusion.removeAttribute('head');
    occlusion.setAttribute('logits', 'nowhere');
    expect((await next(occlusion, 'cnn-error')).error.message).to.contain('there is no layer "nowhere"');
  });

  for (const tag of TAGS) {
    it(`${tag}: draws, names the adapter, the source and the numbers`, async () => {
      const figure = small(tag);
      const phases: string[] = [];
      figure.addEventListener('cnn-progress', ({ phase }) => phases.push(phase));
      await next(figure, 'cnn-result');
      const text = await textOf(figure);
      const { adapter } = await sharedBackend();
      expect(text).to.contain(adapter.name).and.to.contain('201'); // years of the sources
      expect(text).to.contain(adapter.backend === 'cpu' ? 'on the processor' : 'software adapter');
      expect(phases).to.include('running');
      expect(new Set(pixels(figure, tag === 'cnn-saliency' ? 'map' : 'probability')).size).to.be.above(3);
      expect(document.querySelectorAll('[role=status]').length).to.equal(1);
    });

    it(`${tag}: passes axe in light and dark`, async () => {
      const figure = small(tag, { alt: 'noise' });
      await next(figure, 'cnn-result');
      await figure.updateComplete;
      await expectNoBarriers(figure);
    });

    it(`${tag}: says what went wrong, loses nothing, and works again`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-result');
      const notOnnx = URL.createObjectURL(new Blob(['<!doctype html><title>no</title>']));
      const cases: readonly (readonly [string, string, RegExp])[] = [
        ['target', '77', /there is no such class.*0 to 4/],
        ['src', 'no-such-picture.jpg', /404/],
        ['src', notOnnx, /not a picture/],
        ['model', notOnnx, /web page/],
        ['model', 'no-such-model', /squeezenet1\.1/],
        ['preprocessing', '{', /not JSON/],
        ...(tag === 'cnn-saliency'
          ? ([
              ['layer', 'thrid', /"pooled"/],
              ['method', 'magic', /guided-backprop/],
            ] as const)
          : ([
              ['layer', 'thrid', /"pooled"/],
              ['size', '99', /patch does not fit.*1 to 32/],
              ['fill', 'pink', /#rrggbb/],
            ] as const)),
      ];
      for (const [name, value, message] of cases) {
        const before = figure.getAttribute(name);
        const failed = next(figure, 'cnn-error');
        figure.setAttribute(name, value);
        const { error } = await failed;
        expect(error.message, name).to.match(message);
        expect(await textOf(figure)).to.contain(error.message.replace(/\s+/g, ' '));
        expect(button(figure, 'Try again'), 'a retry').to.be.instanceOf(HTMLButtonElement);
        const drawn = next(figure, 'cnn-result');
        if (before === null) figure.removeAttribute(name);
        else figure.setAttribute(name, before);
        await drawn;
      }
    });

    it(`${tag}: a change supersedes what runs`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-load');
      let results = 0;
      figure.addEventListener('cnn-result', () => results++);
      figure.setAttribute('target', '1');
      await figure.updateComplete;
      figure.setAttribute('target', '2');
      await next(figure, 'cnn-result');
      expect(await textOf(figure)).to.contain('class 2');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(results).to.equal(1);
    });

    it(`${tag}: can be stopped and run again`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-load');
      await figure.updateComplete;
      figure.stop();
      expect(await textOf(figure)).to.contain('Stopped.');
      const drawn = next(figure, 'cnn-result');
      button(figure, 'Start again').click();
      await drawn;
    });

    it(`${tag}: 200 times in and out of the page, and 200 runs, leave no memory behind`, async function () {
      this.timeout(180_000);
      const backend = await sharedBackend();
      const first = small(tag);
      await next(first, 'cnn-result');
      // Networks of the figures before are kept for 3 s
      await new Promise((resolve) => setTimeout(resolve, 3500));
      const { buffers, bytes } = backend.counters;
      for (let i = 0; i < 200; i++) {
        const figure = small(tag);
        if (i % 10 === 0) await next(figure, 'cnn-result');
        figure.remove();
      }
      for (let i = 0; i < 200; i++) {
        const drawn = next(first, 'cnn-result');
        first.src = i % 2 === 0 ? other : photo;
        await drawn;
      }
      expect(backend.counters).to.include({ buffers, bytes });
    });
  }

  it('share one network; it is freed shortly after the last has gone', async () => {
    const backend = await sharedBackend();
    const figures = [small('cnn-saliency'), small('cnn-saliency'), small('cnn-occlusion')];
    const drawn = Promise.all(figures.map((figure) => next(figure, 'cnn-result')));
    const loads = await Promise.all(figures.map((figure) => next(figure, 'cnn-load')));
    expect(new Set(loads.map((event) => event.model)).size).to.equal(1);
    await drawn;
    expect(backend.counters.bytes).to.be.above(0);
    document.body.replaceChildren();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('cnn-saliency: the controls change the figure, the map can be read by keyboard', async () => {
    const figure = small('cnn-saliency') as CnnSaliency;
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const [method, explain] = figure.shadowRoot!.querySelectorAll('select');
    method!.value = 'deconvnet';
    method!.dispatchEvent(new Event('change'));
    await next(figure, 'cnn-result');
    expect(figure.method).to.equal('deconvnet');
    expect(await textOf(figure)).to.contain('Zeiler');

    explain!.value = 'second';
    explain!.dispatchEvent(new Event('change'));
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('second, channel');

    const map = figure.shadowRoot!.querySelector<HTMLElement>('[tabindex]')!;
    for (const key of ['ArrowRight', 'ArrowDown']) {
      map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await figure.updateComplete;
    }
    expect(await textOf(figure)).to.match(/x 16, y 17: R .+, G .+, B /);

    figure.view = 'overlay';
    figure.opacity = 0;
    await figure.updateComplete;
    const picture = pixels(figure, 'map').slice();
    figure.opacity = 1;
    await figure.updateComplete;
    expect(pixels(figure, 'map')).to.not.deep.equal(picture);
  });

  it('cnn-occlusion: a cell shows the patch and its five best classes', async () => {
    const figure = small('cnn-occlusion', { stride: '8' });
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const map = figure.shadowRoot!.querySelector<HTMLElement>('.probe')!;
    map.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    const text = await textOf(figure);
    expect(text).to.contain('With the patch');
    expect(text).to.match(/with the same result: at best \d\.\d times .*; here \d+\.\d times, \d+\.\d % of that/);
    const best = [...figure.shadowRoot!.querySelectorAll('.predictions li')].map((row) => row.textContent);
    expect(best.filter((row) => /class \d\s*\d+\.\d %/.test(row))).to.have.length(5);
    expect([...pixels(figure, 'picture')].filter((v) => v === 128).length).to.be.above(16 * 16 * 3 - 1);
    map.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(await textOf(figure)).to.not.contain('With the patch');
  });
});
