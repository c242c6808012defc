import { expect } from 'chai';
import { sharedBackend } from '../../src/engine/shared.ts';
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
import { decodeAnimation } from '../support/animation.ts';
import { savedBy } from '../support/saved.ts';

let photo: string;

/** A figure of few steps, with a preset that fits into 32×32 pixels. */
function small<Tag extends 'cnn-class-model' | 'cnn-feature' | 'cnn-adversarial'>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Tag] {
  const own = {
    'cnn-class-model': { target: '3', preset: 'fooling', steps: '6' },
    'cnn-feature': { layer: 'second', channels: '0, 2', preset: 'fooling', steps: '6' },
    'cnn-adversarial': { src: photo, alt: 'noise', epsilons: '2, 8', steps: '3' },
  }[tag];
  return mount(tag, { ...own, ...attributes });
}

describe('figures of synthesis', () => {
  before(async () => {
    photo = await urlOf(noise(1));
  });

  for (const tag of ['cnn-class-model', 'cnn-feature', 'cnn-adversarial'] as const) {
    it(`${tag}: draws, names source and adapter, and passes axe in light and dark`, async () => {
      const figure = small(tag);
      await next(figure, 'cnn-result');
      const { adapter } = await sharedBackend();
      expect(await textOf(figure))
        .to.contain(adapter.name)
        .and.to.contain('201'); // years of the sources
      expect(figure.shadowRoot!.querySelectorAll('svg[part=curve] polyline').length).to.be.above(0);
      await expectNoBarriers(figure);
    });
  }

  it('cnn-class-model: the network takes its image for the class, and the reader can look back', async () => {
    const figure = small('cnn-class-model', { steps: '24' });
    const { result } = await next(figure, 'cnn-result');
    if (!('images' in result)) throw new Error('no images');
    const [{ snapshot }] = result.images as [(typeof result.images)[number]];
    expect(snapshot.step).to.equal(24);
    expect(snapshot.trace.at(-1)!).to.be.above(snapshot.trace[0]!);
    const text = await textOf(figure);
    expect(text).to.match(/After 24 steps the network itself gives class 3 \d+\.\d %/);
    expect(text).to.match(/24 of 24 steps, [\d.]+ m?s a step/);
    const newest = pixels(figure, 'image');
    await slide(figure, '0');
    expect(await textOf(figure)).to.contain('step 0 of 24');
    expect(pixels(figure, 'image')).not.to.deep.equal(newest);
    await slide(figure, '24');
    expect(pixels(figure, 'image')).to.deep.equal(newest);
  });

  it('cnn-class-model: says while it grows what the network takes it for', async () => {
    const figure = small('cnn-class-model', { steps: '100000' });
    await says(figure, /After 0 steps the network itself gives class 3 \d/);
    await says(figure, /After [1-9]\d* steps the network itself gives class 3 \d/);
    expect(figure.phase).to.equal('running');
    const list = [...figure.shadowRoot!.querySelectorAll('.predictions li')].map((row) => row.textContent);
    expect(list.filter((row) => /class \d/.test(row))).to.have.length(5);
  });

  it('cnn-class-model: saves the snapshots as an animation', async () => {
    const figure = small('cnn-class-model');
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const newest = pixels(figure, 'image');
    await slide(figure, '0');
    const first = pixels(figure, 'image');
    const { frames } = await decodeAnimation(await savedBy(figure, 'Save animation'));
    expect(frames.length).to.be.within(2, 7);
    expect(frames[0]!.pixels).to.deep.equal(first);
    expect(frames.at(-1)!.pixels).to.deep.equal(newest);
  });

  it('cnn-class-model: more steps go on from what is there', async () => {
    const figure = small('cnn-class-model');
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const again = next(figure, 'cnn-result');
    button(figure, 'More steps').click();
    const { result } = await again;
    if (!('images' in result)) throw new Error('no images');
    const [{ snapshot }] = result.images as [(typeof result.images)[number]];
    expect(snapshot.step).to.equal(12);
    expect(snapshot.trace.length).to.equal(12);
    const fresh = next(figure, 'cnn-result');
    figure.seed = 2;
    const anew = (await fresh).result;
    expect('images' in anew && anew.images[0]!.snapshot.step).to.equal(6);
  });

  it('cnn-class-model: pauses, resumes and stops', async () => {
    const figure = small('cnn-class-model', { steps: '100000' });
    await says(figure, /[1-9]\d* of 100000 steps/);
    button(figure, 'Pause').click();
    await says(figure, /Paused\./);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = await textOf(figure);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await textOf(figure)).to.equal(held);
    button(figure, 'Resume').click();
    await says(figure, /objective/);
    for (let i = 0; i < 200 && (await textOf(figure)) === held; i++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(await textOf(figure)).not.to.contain('Paused');
    button(figure, 'Pause').click();
    await says(figure, /Paused\./);
    button(figure, 'Stop').click();
    await figure.updateComplete;
    expect(figure.phase).to.equal('stopped');
    await says(figure, /^(?!.*Paused)/);
    expect(new Set(pixels(figure, 'image')).size).to.be.above(3);
  });

  it('cnn-class-model: says what went wrong, and works again', async () => {
    const figure = small('cnn-class-model');
    await next(figure, 'cnn-result');
    for (const [name, value, message] of [
      ['target', '77', /there is no such class.*0 to 4/],
      ['preset', 'magic', /lucid/],
      ['steps', '0', /steps makes no sense/],
    ] as const) {
      const before = figure.getAttribute(name)!;
      const failed = next(figure, 'cnn-error');
      figure.setAttribute(name, value);
      expect((await failed).error.message).to.match(message);
      const drawn = next(figure, 'cnn-result');
      figure.setAttribute(name, before);
      await drawn;
    }
  });

  it('cnn-feature: an image for each channel, and errors that say what there is', async () => {
    const figure = small('cnn-feature');
    const { result } = await next(figure, 'cnn-result');
    expect('images' in result && result.images.map(({ title }) => title)).to.deep.equal([
      'second, channel 0',
      'second, channel 2',
    ]);
    await figure.updateComplete;
    expect(figure.shadowRoot!.querySelectorAll('canvas[part=image]').length).to.equal(2);
    const unit = next(figure, 'cnn-result');
    figure.units = 'neuron';
    await unit;
    for (const [name, value, message] of [
      ['channels', '99', /no such channel/],
      ['layer', 'secnod', /"second"/],
    ] as const) {
      const before = figure.getAttribute(name)!;
      const failed = next(figure, 'cnn-error');
      figure.setAttribute(name, value);
      expect((await failed).error.message).to.match(message);
      const drawn = next(figure, 'cnn-result');
      figure.setAttribute(name, before);
      await drawn;
    }
  });

  it('cnn-feature: channels of several layers, a row for each', async () => {
    const figure = small('cnn-feature', { channels: 'first: 1, 3; 0, 2; pooled:0,1', steps: '2' });
    const { result } = await next(figure, 'cnn-result');
    expect('images' in result && result.images.map(({ title }) => title)).to.deep.equal([
      'first, channel 1',
      'first, channel 3',
      'second, channel 0',
      'second, channel 2',
      'pooled, channel 0',
      'pooled, channel 1',
    ]);
    await figure.updateComplete;
    const images = figure.shadowRoot!.querySelector('.images')!;
    expect(getComputedStyle(images).gridTemplateColumns.split(' ')).to.have.length(2);
    const shown = [...images.querySelectorAll<HTMLCanvasElement>('canvas')].map((canvas) => canvas.toDataURL());
    expect(new Set(shown).size).to.equal(6);
    for (const [channels, message] of [
      ['first: 1; third: 2', /there is no layer "third"/],
      ['first: 1; pooled: 9', /no such channel/],
      ['first: 1; pooled', /channels make no sense.*got "\s*pooled"/],
      ['first:', /a layer has no channels; expected .*fire2: 3, 17; fire5: 42; got "first:"/],
      [';', /a layer has no channels/],
    ] as const) {
      const failed = next(figure, 'cnn-error');
      figure.channels = channels;
      expect((await failed).error.message, channels).to.match(message);
    }
    const drawn = next(figure, 'cnn-result');
    figure.channels = '4';
    const only = (await drawn).result;
    expect('images' in only && only.images.map(({ title }) => title)).to.deep.equal(['second, channel 4']);
  });

  it('cnn-adversarial: shows the change, the result in 8 bits, and what epsilon does', async () => {
    const figure = small('cnn-adversarial');
    const { result } = await next(figure, 'cnn-result');
    if (!('tried' in result)) throw new Error('no attacks');
    expect(result.tried.map(({ epsilon }) => epsilon)).to.deep.equal([2, 4, 8]);
    const attack = result.tried[1]!;
    expect([...attack.change.data].every((value) => Math.abs(value) <= 4.001)).to.equal(true);
    const text = await textOf(figure);
    expect(text).to.contain('Change, 31 times as large').and.to.contain('Epsilon: 4 of 255');
    expect(pixels(figure, 'changed')).to.deep.equal([...attack.picture.data]);
    expect(attack.saved.probability(attack.label)).to.be.below(attack.before.probability(attack.label));

    await slide(figure, '0');
    expect(await textOf(figure)).to.contain('With epsilon 0 nothing may change');
    expect(new Set(pixels(figure, 'change').filter((_, i) => i % 4 < 3))).to.deep.equal(new Set([128]));
    expect(pixels(figure, 'changed')).to.deep.equal(pixels(figure, 'picture'));
  });

  it('cnn-adversarial: aims at a class, and says where that makes no sense', async () => {
    const figure = small('cnn-adversarial', { epsilon: '0' });
    const { result } = await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('With epsilon 0 nothing may change');
    const label = 'tried' in result ? result.tried[0]!.label : NaN;
    const failed = next(figure, 'cnn-error');
    figure.target = String(label);
    expect((await failed).error.message).to.match(/of the target already/);
    const aimed = next(figure, 'cnn-result');
    figure.target = String((label + 1) % 5);
    const { result: second } = await aimed;
    if (!('tried' in second)) throw new Error('no attacks');
    const last = second.tried.at(-1)!;
    expect(last.target).to.equal((label + 1) % 5);
    expect(last.saved.probability(last.target!)).to.be.above(last.before.probability(last.target!));
    const wrong = next(figure, 'cnn-error');
    figure.epsilon = -1;
    expect((await wrong).error.message).to.match(/0 to 255/);
  });

  it('cnn-adversarial: says of every value that makes no sense what would', async () => {
    const figure = small('cnn-adversarial');
    const { result } = await next(figure, 'cnn-result');
    const label = String('tried' in result && result.tried[0]!.label);
    for (const [attributes, message] of [
      [{ epsilon: 'four' }, /epsilon makes no sense; expected a number; got "four"/],
      [{ epsilon: '256' }, /0 to 255; got 256/],
      [{ epsilons: '2, x' }, /epsilons makes no sense.*from 0 to 255/],
      [{ epsilon: '0', epsilons: '' }, /no epsilon lets anything change; expected one above 0/],
      [{ epsilon: '0', epsilons: '0' }, /no epsilon lets anything change/],
      [{ target: label }, /of the target already; expected another class than class \d/],
      [{ label: '3', target: '3' }, /of the target already/],
      [{ label: '77' }, /there is no such class.*0 to 4/],
      [{ method: 'magic' }, /fgsm, iterative, pgd/],
      [{ steps: '0' }, /steps makes no sense; expected a whole number from 1 to 100000; got 0/],
    ] as const) {
      const before = Object.keys(attributes).map((name) => [name, figure.getAttribute(name)] as const);
      const failed = next(figure, 'cnn-error');
      for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
      expect((await failed).error.message).to.match(message);
      const drawn = next(figure, 'cnn-result');
      for (const [name, value] of before) {
        if (value === null) figure.removeAttribute(name);
        else figure.setAttribute(name, value);
      }
      await drawn;
    }
  });
});
