import { expect } from 'chai';
import type { CnnTopPatches } from '../../components/index.ts';
import { TOP_CACHE_NAME } from '../../src/corpus/cache.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { all, expectNoBarriers, mount, next, textOf } from '../support/harness.ts';
import { Random } from '../support/random.ts';
import { savedBy } from '../support/saved.ts';

let photos: File[];

const small = (attributes: Readonly<Record<string, string>> = {}, images: readonly File[] = photos): CnnTopPatches =>
  mount('cnn-top-patches', { layer: 'active', channels: '0,2', count: '4', ...attributes }, { images });

describe('cnn-top-patches', () => {
  before(async () => {
    const random = new Random(4);
    photos = await Promise.all(
      Array.from({ length: 7 }, async (_, i) => {
        const rgb = Array.from({ length: 40 * 36 * 3 }, () => 256 * random.next());
        return new File([await toPng(pictureFromRgb(rgb, 40, 36))], `photo ${String(i)}.png`);
      }),
    );
  });
  afterEach(async () => {
    await caches.delete(TOP_CACHE_NAME);
  });

  it('shows the patches of each channel beside their reconstructions, with values, boxes and places', async () => {
    const figure = small();
    const { result } = await next(figure, 'cnn-result');
    const text = await textOf(figure);
    expect(all(figure, '[part=channel]').map((section) => section.ariaLabel)).to.deep.equal([
      'active, channel 0',
      'active, channel 2',
    ]);
    expect(all(figure, '[part=patch]').length).to.equal(8);
    expect(all(figure, 'canvas[part=reconstruction]').length).to.equal(8);
    expect(all(figure, '[part=box]').length).to.equal(1);
    expect(text).to.contain('7 of 7 pictures').and.to.contain('Zeiler').and.to.contain('It sees x');
    expect('index' in result && result.index.complete).to.equal(true);
    expect(document.querySelector('[role=status]')!.textContent).to.contain('channels 0, 2');
  });

  it('shows the picture of the patch that is chosen, and keeps to it while channels change', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const [first, second] = all(figure, '[part=patch]');
    expect(first!.ariaPressed).to.equal('true');
    second!.click();
    expect(await textOf(figure)).to.contain(`${/photo \d\.png/.exec(second!.ariaLabel!)![0]}: active, channel 0`);
    expect(
      all(figure, '[part=patch]')
        .map(({ ariaPressed }) => ariaPressed)
        .indexOf('true'),
    ).to.equal(1);
    figure.channels = '1';
    await next(figure, 'cnn-result');
    expect(all(figure, '[part=channel]').length).to.equal(1);
    expect(all(figure, '[aria-pressed=true]').length).to.equal(1);
  });

  it('shows the strongest channels where none are named, and patches of another layer and method', async () => {
    const figure = small({ channels: '', layer: 'second', method: 'guided-backprop', each: 'unit' });
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('Springenberg');
    expect(all(figure, '[part=channel]').length).to.equal(3);
  });

  it('names pictures that cannot be read', async () => {
    const figure = small({}, [...photos.slice(0, 2), new File(['no'], 'notes.txt')]);
    await next(figure, 'cnn-result');
    expect(await textOf(figure))
      .to.contain('2 of 3 pictures')
      .and.to.contain('notes.txt');
    expect(all(figure, '[part=patch]').length).to.equal(4);
  });

  it('saves its lists, and shows saved ones without a search', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    const saved = await savedBy(figure, 'Save the lists');
    const lists = JSON.parse(await saved.text()) as { network: { hash: string }; complete: boolean; images: string[] };
    expect(lists.complete).to.equal(true);
    await caches.delete(TOP_CACHE_NAME);

    const entries = { images: photos.map((file) => ({ file: URL.createObjectURL(file) })) };
    const corpus = URL.createObjectURL(new Blob([JSON.stringify(entries)]));
    const renamed = { ...lists, images: entries.images.map(({ file }) => file) };
    const address = (content: unknown): string => URL.createObjectURL(new Blob([JSON.stringify(content)]));
    const shipped = small({ corpus, index: address(renamed) });
    shipped.images = undefined;
    const phases: string[] = [];
    shipped.addEventListener('cnn-progress', ({ phase }) => phases.push(phase));
    const { result } = await next(shipped, 'cnn-result');
    expect('index' in result && result.index.images).to.deep.equal(renamed.images);
    expect(all(shipped, '[part=patch]').length).to.equal(8);

    const wrong = next(shipped, 'cnn-error');
    shipped.index = address({ ...renamed, network: { ...lists.network, hash: 'f'.repeat(64) } });
    expect((await wrong).error.message).to.contain('of another network');
  });

  it('stops when told to, frees what it held, and starts again', async () => {
    const backend = await sharedBackend();
    const figure = small();
    await next(figure, 'cnn-result');
    const { buffers } = backend.counters;
    await new Promise((resolve) => {
      const stop = ({ phase }: GlobalEventHandlersEventMap['cnn-progress']): void => {
        if (phase !== 'running') return;
        figure.removeEventListener('cnn-progress', stop);
        figure.stop();
        resolve(undefined);
      };
      figure.addEventListener('cnn-progress', stop);
      figure.count = 5;
    });
    expect(figure.phase).to.equal('stopped');
    expect(await textOf(figure)).to.contain('Stopped');
    void figure.restart();
    await next(figure, 'cnn-result');
    expect(all(figure, '[part=patch]').length).to.equal(10);
    expect(backend.counters.buffers).to.equal(buffers);
  });

  it('says in words what makes no sense', async () => {
    const cases: readonly (readonly [Readonly<Record<string, string>>, readonly File[], RegExp])[] = [
      [{ channels: 'three' }, photos, /channels make no sense/],
      [{ channels: '4' }, photos, /no such channel.*0 to 3/],
      [{ layer: 'nowhere' }, photos, /no layer "nowhere"/],
      [{ count: '0' }, photos, /count makes no sense/],
      [{ each: 'other' }, photos, /no each "other"/],
      [{}, [new File(['no'], 'no.png')], /no picture of the corpus/],
      [{}, [new File(['no'], 'no.zip')], /not a zip/],
    ];
    for (const [attributes, images, message] of cases) {
      const figure = small(attributes, images);
      const { error } = await next(figure, 'cnn-error');
      expect(error.message).to.match(message);
      expect(await textOf(figure)).to.match(message);
      figure.remove();
    }
  });

  it('passes axe in light and dark', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    await figure.updateComplete;
    await expectNoBarriers(figure);
  });
});
