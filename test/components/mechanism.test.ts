import { expect } from 'chai';
import type { Mechanism } from '../../src/mechanism.ts';
import { onnxFile } from '../onnx/file.ts';
import { Random } from '../support/random.ts';
import {
  all,
  button,
  expectNoBarriers,
  find,
  mount,
  next,
  noise,
  press,
  says,
  slide,
  textOf,
  urlOf,
  wait,
} from '../support/harness.ts';

const src = await urlOf(noise(3));
/** Of the tiny network: convolution, ReLU, max-pool and convolution, there and back. */
const STEPS = 8;

/** Two convolutions with a ReLU between them: many signals pass each place. */
function withoutPool(): string {
  const random = new Random(2);
  const weights = (name: string, dims: number[]): { name: string; dims: number[]; values: number[] } => ({
    name,
    dims,
    values: Array.from({ length: dims.reduce((a, b) => a * b) }, () => random.normal()),
  });
  const first = weights('w1', [4, 3, 3, 3]);
  // Numbers of pictures are 0 to 1: half of the units are on
  const half = (filter: number): number =>
    first.values.slice(27 * filter, 27 * (filter + 1)).reduce((a, b) => a + b) / 2;
  const bias = { name: 'b1', dims: [4], values: [0, 1, 2, 3].map((filter) => -half(filter)) };
  const file = onnxFile({
    inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
    outputs: [{ name: 'c' }],
    initializers: [first, bias, weights('w2', [2, 4, 5, 5])],
    nodes: [
      { type: 'Conv', name: 'first', inputs: ['image', 'w1', 'b1'], outputs: ['a'] },
      { type: 'Relu', name: 'active', inputs: ['a'], outputs: ['b'] },
      { type: 'Conv', name: 'second', inputs: ['b', 'w2'], outputs: ['c'] },
    ],
  });
  return URL.createObjectURL(new Blob([file as Uint8Array<ArrayBuffer>]));
}

type Figure = HTMLElementTagNameMap['cnn-mechanism'];

async function drawn(attributes: Readonly<Record<string, string>> = {}): Promise<{ figure: Figure; walk: Mechanism }> {
  const figure = mount('cnn-mechanism', { src, ...attributes });
  const { result } = await next(figure, 'cnn-result');
  await figure.updateComplete;
  return { figure, walk: result as Mechanism };
}

const announced = (): string => document.querySelector('[role=status]')!.textContent;

/** Numbers of a table, row by row; NaN where there is none. */
function read(table: Element): number[][] {
  return [...table.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map(({ textContent }) => Number(textContent.trim().replace('−', '-') || NaN)),
  );
}

const tables = (figure: Figure, part: string): HTMLElement[] => all(figure, `table[part~=${part}]`);
const close = (a: number, b: number): void => void expect(a).to.be.closeTo(b, 0.006 * Math.abs(b) + 1e-9);

describe('cnn-mechanism', () => {
  it('begins at the strongest unit of the first convolution behind a pool, and walks there and back', async () => {
    const { figure, walk } = await drawn();
    expect(walk.layer).to.equal('second');
    expect(walk.value).to.equal(Math.max(...walk.map.data));
    const titles: string[] = [];
    for (let step = 1; step <= STEPS; step++) {
      titles.push(find(figure, '.walk h3').textContent.trim());
      button(figure, 'Next').click();
      await figure.updateComplete;
    }
    expect(titles).to.deep.equal([
      'Forward, 1 of 4: conv, first',
      'Forward, 2 of 4: ReLU, active',
      'Forward, 3 of 4: max-pool, pooled',
      'Forward, 4 of 4: conv, second',
      'Back, 1 of 4: conv, second',
      'Back, 2 of 4: max-pool, pooled',
      'Back, 3 of 4: ReLU, active',
      'Back, 4 of 4: conv, first',
    ]);
    expect(button(figure, 'Next').disabled).to.equal(true);
  });

  it('shows patch × filter = products, whose sum is the number', async () => {
    const { figure, walk } = await drawn({ step: '4', count: '9' });
    const [patches, filters, products] = ['numbers', 'weights', 'products'].map((part) =>
      tables(figure, part).map(read),
    );
    // A channel without any number but 0 adds nothing
    expect(patches!.length).to.be.within(2, 4);
    patches!.forEach((patch, i) => {
      patch.flat().forEach((value, at) => {
        expect(products![i]!.flat()[at]!).to.be.closeTo(value * filters![i]!.flat()[at]!, 0.02 * Math.abs(value));
      });
    });
    const sum = read(tables(figure, 'sum')[0]!).flat();
    close(sum.at(-1)!, walk.value);
    expect(sum.slice(0, -1).reduce((a, b) => a + b)).to.be.closeTo(walk.value, 0.05);
    expect(await textOf(figure)).to.contain('3×3 numbers under the window in each of 4 channels');
  });

  it('says how many channels are not shown, and what they add', async () => {
    const { figure, walk } = await drawn({ step: '4', count: '1' });
    expect(tables(figure, 'weights').length).to.equal(1);
    const { forward } = walk.stages.at(-1)!;
    if (forward.kind !== 'products') throw new Error(forward.kind);
    const [first, rest] = read(tables(figure, 'sum')[0]!).flat() as [number, number];
    close(first, forward.shares[0]!.sum);
    close(
      rest,
      forward.shares.slice(1).reduce((sum, share) => sum + share.sum, 0),
    );
    expect(await textOf(figure)).to.contain('and 3 more');
  });

  it('puts the signal at the switch that the pool recorded', async () => {
    const { figure, walk } = await drawn({ step: '3' });
    const forward = find(figure, 'table[part=numbers]');
    const marked = forward.querySelector('.marked')!;
    expect(Number(marked.textContent.trim())).to.equal(Math.max(...read(forward).flat()));
    const at = (table: Element): number =>
      [...table.querySelectorAll('tbody td')].findIndex((td) => td.matches('.marked'));
    const place = at(forward);
    await slide(figure, '6');
    const unpooled = find(figure, 'table[part=products]');
    expect(at(unpooled)).to.equal(place);
    close(read(unpooled).flat()[place]!, walk.returns[1]!.leaves.gradient);
    expect(find(figure, 'table[part=switches]').textContent).to.match(/\d+, \d+/);
  });

  it('shows what the three rules make of the same signals', async () => {
    const { figure } = await drawn({ model: withoutPool(), layer: 'second', step: '5', rule: 'deconvnet' });
    expect(find(figure, '.walk h3').textContent.trim()).to.equal('Back, 2 of 3: ReLU, active');
    const [output, signals] = tables(figure, 'numbers').map((table) => read(table).flat()) as [number[], number[]];
    const [gradient, guided, deconvnet] = tables(figure, 'rule').map((table) => read(table).flat());
    expect(signals.some((signal, i) => signal > 0 && output[i] === 0)).to.equal(true);
    expect(signals.some((signal, i) => signal < 0 && output[i]! > 0)).to.equal(true);
    for (const [i, signal] of signals.entries()) {
      if (Number.isNaN(signal)) continue;
      expect(gradient![i]).to.equal(output[i]! > 0 ? signal : 0);
      expect(guided![i]).to.equal(output[i]! > 0 ? Math.max(signal, 0) : 0);
      expect(deconvnet![i]).to.equal(Math.max(signal, 0));
    }
    expect(find(figure, 'table[part~=chosen] caption').textContent).to.contain('Deconvnet');
  });

  it('says each step to screen readers, and is a table to them', async () => {
    const { figure } = await drawn();
    expect(announced()).to.match(
      /^The arithmetic of second, channel \d at row \d, column \d: [\d.]+ is drawn, in 8 steps\.$/,
    );
    button(figure, 'Next').click();
    await figure.updateComplete;
    expect(announced()).to.match(
      /^Forward, 2 of 4: ReLU, active\. ReLU lets [\d.]+ pass, since it is above 0\. \(active, channel/,
    );
    const range = find<HTMLInputElement>(figure, 'input[type=range]');
    expect(range.getAttribute('aria-valuetext')).to.equal('Forward, 2 of 4: ReLU, active');
    for (const table of all(figure, '.walk table')) {
      expect(table.querySelector('caption')!.textContent.trim()).not.to.equal('');
      for (const row of table.querySelectorAll('tbody tr'))
        expect(row.querySelector('th[scope=row]')).not.to.equal(null);
    }
  });

  it('has no barriers at any step', async () => {
    const { figure } = await drawn();
    for (let step = 1; step <= STEPS; step++) {
      figure.step = step;
      await figure.updateComplete;
      await expectNoBarriers(figure);
    }
  });

  it('goes to another unit by the keyboard, at the same step', async () => {
    const { figure, walk } = await drawn({ step: '6' });
    const map = find(figure, '.probe');
    press(map, 'ArrowRight', 'ArrowLeft', 'ArrowUp');
    await figure.updateComplete;
    expect(announced()).to.match(/^Row \d, column \d: −?[\d.]+$/);
    const again = next(figure, 'cnn-result');
    press(map, 'Enter');
    const { at, channel, value, map: same } = (await again).result as Mechanism;
    expect([channel, figure.step]).to.deep.equal([walk.channel, 6]);
    expect(figure.at).to.equal(at.join(','));
    expect(value).to.equal(same.data[at[0] * same.shape[1]! + at[1]]);
  });

  it('goes to the unit that is pointed at in the picture', async () => {
    const { figure } = await drawn({ channel: '2' });
    const picture = find(figure, '.choose');
    const { right, bottom } = picture.getBoundingClientRect();
    const again = next(figure, 'cnn-result');
    picture.dispatchEvent(new PointerEvent('pointerup', { clientX: right - 2, clientY: bottom - 2, bubbles: true }));
    const { at, channel, map } = (await again).result as Mechanism;
    expect([channel, ...at]).to.deep.equal([2, map.shape[0]! - 1, map.shape[1]! - 1]);
  });

  it('plays until the end, and stops when asked to, or when it leaves the page', async () => {
    const { setTimeout } = globalThis;
    const due: (() => void)[] = [];
    const { figure } = await drawn({ step: '7' });
    // Steps that would come seconds later
    globalThis.setTimeout = ((run: () => void, ms?: number) =>
      ms! > 1000 ? due.push(run) : setTimeout(run, ms)) as unknown as typeof setTimeout;
    try {
      button(figure, 'Play').click();
      await figure.updateComplete;
      expect(button(figure, 'Pause')).to.not.equal(undefined);
      button(figure, 'Pause').click();
      await figure.updateComplete;
      expect(figure.step).to.equal(7);
      button(figure, 'Play').click();
      due.at(-1)!();
      await figure.updateComplete;
      expect(figure.step).to.equal(8);
      expect(announced()).to.contain('Back, 4 of 4');
      expect(button(figure, 'Play'), 'at the end').to.not.equal(undefined);
      button(figure, 'Play').click();
      await figure.updateComplete;
      expect(figure.step, 'from the beginning').to.equal(1);
      figure.remove();
      document.body.append(figure);
      await figure.updateComplete;
      expect(button(figure, 'Play')).to.not.equal(undefined);
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  });

  it('is of the unit that its author names, and says what there is not', async () => {
    const { figure, walk } = await drawn({ layer: 'active', channel: '1', at: '3,4' });
    expect([walk.layer, walk.channel, ...walk.at]).to.deep.equal(['active', 1, 3, 4]);
    for (const [name, value, pattern] of [
      ['at', 'all', /the position makes no sense.*max or y,x/],
      ['rule', 'other', /there is no rule "other"/],
      ['step', '0', /step makes no sense/],
      ['count', '1.5', /count makes no sense/],
      ['channel', '9', /there is no such channel/],
    ] as const) {
      const before = figure.getAttribute(name);
      figure.setAttribute(name, value);
      await says(figure, pattern);
      if (before === null) figure.removeAttribute(name);
      else figure.setAttribute(name, before);
      await wait(0);
      if (figure.phase !== 'result') await next(figure, 'cnn-result');
    }
  });

  it('shows the numbers of a layer without places, and where no signal passes', async () => {
    const { figure, walk } = await drawn({ layer: 'average' });
    expect(walk.map.shape).to.deep.equal([1, 1]);
    await slide(figure, '5');
    expect(await textOf(figure)).to.match(/The sum of 25 numbers, times 0\.04, gives/);
  });
});
