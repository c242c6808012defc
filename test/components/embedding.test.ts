import { expect } from 'chai';
import type { CnnEmbedding } from '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { expectNoBarriers, find, mount, next, press, textOf } from '../support/harness.ts';
import { Random } from '../support/random.ts';

const COUNT = 24;

const jsonUrl = (json: unknown): string => URL.createObjectURL(new Blob([JSON.stringify(json)]));

const small = (attributes: Readonly<Record<string, string>>): CnnEmbedding =>
  mount('cnn-embedding', { iterations: '120', perplexity: '5', ...attributes }, { width: 760 });

async function walk(figure: CnnEmbedding, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    press(find(figure, '.map'), key);
    await figure.updateComplete;
  }
}

function coloursOf(figure: CnnEmbedding): number {
  const map = find<HTMLCanvasElement>(figure, 'canvas[part=map]');
  const { data } = map.getContext('2d')!.getImageData(0, 0, map.width, map.height);
  return new Set(new Uint32Array(data.buffer)).size;
}

const frames = (): Promise<unknown> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

describe('cnn-embedding', () => {
  let pictures: string[];
  let corpus: string;
  before(async () => {
    const random = new Random(8);
    pictures = await Promise.all(
      Array.from({ length: COUNT }, async (_, i) => {
        const tint = [i % 3, (i + 1) % 3, 1];
        const rgb = Array.from({ length: 32 * 32 * 3 }, (_, at) => Math.floor(80 * tint[at % 3]! + 90 * random.next()));
        return URL.createObjectURL(await toPng(pictureFromRgb(rgb, 32, 32)));
      }),
    );
    corpus = jsonUrl(pictures.map((file, i) => ({ file, label: ['red', 'green', 'blue'][i % 3] })));
  });

  it('draws a map, and says of what, by whom and how', async () => {
    const figure = small({ corpus });
    await next(figure, 'cnn-result');
    const text = await textOf(figure);
    const { adapter } = await sharedBackend();
    for (const part of [
      `${COUNT} pictures`,
      adapter.name,
      'Maaten',
      'pooled, 4 numbers',
      'Iteration 120 of 120',
      'nats',
    ])
      expect(text).to.contain(part);
    await frames();
    expect(coloursOf(figure)).to.be.above(50);
    expect(
      [...find(figure, '[part=legend]').querySelectorAll('button')].map((b) => b.textContent.trim()),
    ).to.deep.equal(['red', 'green', 'blue']);
  });

  it('passes axe in light and dark', async () => {
    const figure = small({ corpus });
    await next(figure, 'cnn-result');
    await walk(figure, 'ArrowRight');
    await expectNoBarriers(figure);
  });

  it('is read by keyboard: from picture to picture, closer, and away again', async () => {
    const figure = small({ corpus });
    await next(figure, 'cnn-result');
    await frames();
    await walk(figure, 'ArrowRight');
    const status = document.querySelector('[role=status]')!;
    expect(status.textContent).to.match(/^(red|green|blue)\. Most like it: (\w+, ){5}\w+\.$/);
    expect(find(figure, '[part=detail] ol').childElementCount).to.equal(6);
    const first = find(figure, '[part=detail] .name').textContent;
    await walk(figure, 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowDown');
    expect(find(figure, '[part=detail] .name').textContent).not.to.equal(first);
    const before = find<HTMLCanvasElement>(figure, 'canvas[part=map]').toDataURL();
    await walk(figure, '+', '+');
    expect(find<HTMLCanvasElement>(figure, 'canvas[part=map]').toDataURL()).not.to.equal(before);
    await walk(figure, '0', 'Escape');
    expect(find(figure, '[part=detail] ol')).to.equal(null);
    find<HTMLButtonElement>(figure, '[part=legend] button').click();
    await figure.updateComplete;
    expect(find(figure, '[part=legend] button').getAttribute('aria-pressed')).to.equal('true');
  });

  it('other settings begin with the codes there are; the grid and dots need no new map', async () => {
    const figure = small({ corpus });
    const first = (await next(figure, 'cnn-result')).result as { positions: Float32Array };
    const took = /codes took [^.]+/.exec(await textOf(figure))![0];
    figure.layout = 'grid';
    figure.marks = 'dots';
    await frames();
    expect(figure.phase).to.equal('result');
    figure.seed = 5;
    const second = (await next(figure, 'cnn-result')).result as { positions: Float32Array };
    expect(second.positions).not.to.deep.equal(first.positions);
    figure.algorithm = 'umap';
    await next(figure, 'cnn-result');
    const text = await textOf(figure);
    expect(text).to.contain('McInnes').and.to.contain(took).and.to.contain('own thread');
  });

  it('bad pictures are named, few pictures are enough, and none are said to be none', async () => {
    const broken = URL.createObjectURL(new Blob(['words'], { type: 'text/plain' }));
    const figure = small({ corpus: jsonUrl([...pictures.slice(0, 7), broken]) });
    await next(figure, 'cnn-result');
    const text = await textOf(figure);
    expect(text).to.contain('1 picture could not be read').and.to.contain('not a picture');
    expect(text).to.contain('perplexity of 5 is too much for 7 pictures');
    figure.corpus = jsonUrl([broken]);
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('There are no pictures');
    const file = await (await fetch(pictures[0]!)).blob();
    figure.images = [new File([file], 'mine.png')];
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('A single picture has no neighbours');
  });

  it('says what went wrong, and works again', async () => {
    const figure = small({ corpus });
    await next(figure, 'cnn-result');
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['corpus', 'no-such-list.json', /404/],
      ['corpus', jsonUrl({ pictures: [] }), /not the index of a corpus/],
      ['algorithm', 'pca', /t-sne, umap/],
      ['perplexity', '0', /at least 1/],
      ['layer', 'poled', /"pooled"/],
      ['layout', 'circle', /map, grid/],
    ];
    for (const [name, value, message] of cases) {
      const before = figure.getAttribute(name);
      const failed = next(figure, 'cnn-error');
      figure.setAttribute(name, value);
      const { error } = await failed;
      expect(error.message, name).to.match(message);
      expect(await textOf(figure)).to.contain(error.message.replace(/\s+/g, ' '));
      const drawn = name === 'layout' ? undefined : next(figure, 'cnn-result');
      if (before === null) figure.removeAttribute(name);
      else figure.setAttribute(name, before);
      await drawn;
      await figure.updateComplete;
      expect(figure.phase).to.equal('result');
    }
  });

  it('can be stopped, begins again with a new perplexity, and leaves no memory behind', async () => {
    const backend = await sharedBackend();
    const figure = small({ corpus, iterations: '100000' });
    await new Promise<void>((resolve) => {
      figure.addEventListener('cnn-progress', function listen({ phase, done }) {
        if (phase === 'running' && (done ?? 1) < 0.5 && figure.shadowRoot!.textContent.includes('Iteration')) {
          figure.removeEventListener('cnn-progress', listen);
          resolve();
        }
      });
    });
    figure.stop();
    expect(figure.phase).to.equal('stopped');
    figure.iterations = 60;
    await next(figure, 'cnn-result');
    const held = backend.counters;
    for (const perplexity of [3, 4, 6]) {
      figure.perplexity = perplexity;
      await next(figure, 'cnn-result');
    }
    expect(backend.counters.bytes).to.equal(held.bytes);
    expect(backend.counters.buffers).to.equal(held.buffers);
  });
});
