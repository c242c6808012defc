import { expect } from 'chai';
import { layOut } from '../../components/cnn-graph/layout.ts';
import type { CnnSelectEvent } from '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { ArgumentError } from '../../src/errors.ts';
import type { Filters } from '../../src/methods/filters.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { onnxFile } from '../onnx/file.ts';
import { expectNoBarriers, find, mount, next, press, textOf } from '../support/harness.ts';
import { savedBy } from '../support/saved.ts';

function withoutConvolution(): string {
  const file = onnxFile({
    inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
    outputs: [{ name: 'scores' }],
    nodes: [
      { type: 'GlobalAveragePool', name: 'average', inputs: ['image'], outputs: ['a'] },
      { type: 'Flatten', name: 'flat', inputs: ['a'], outputs: ['scores'] },
    ],
  });
  return URL.createObjectURL(new Blob([file as Uint8Array<ArrayBuffer>]));
}

describe('figures of a network', () => {
  describe('cnn-filters', () => {
    it('shows the filters of the first convolution, and reads their numbers', async () => {
      const figure = mount('cnn-filters');
      const { weights, norms } = (await next(figure, 'cnn-result')).result as Filters;
      expect(await textOf(figure))
        .to.contain('Filters of first, 4×3×3×3')
        .and.to.contain('The weights that the file of');
      find(figure, 'summary').click();
      await new Promise((resolve) => find(figure, 'details').addEventListener('toggle', resolve, { once: true }));
      await figure.updateComplete;
      const tables = [...figure.shadowRoot!.querySelectorAll('table')];
      expect(tables.map(({ caption }) => caption!.textContent.trim())).to.deep.equal([
        'Filter 0, red',
        'Filter 0, green',
        'Filter 0, blue',
      ]);
      const cells = tables.flatMap((table) => [...table.querySelectorAll('tbody td')]);
      const read = cells.map(({ textContent }) => Number(textContent.replace('−', '-')));
      read.forEach((value, i) => {
        expect(value).to.be.closeTo(weights.data[i]!, 0.005 * Math.abs(weights.data[i]!) + 1e-12);
      });
      expect(read.length).to.equal(27);

      const selected = next(figure, 'cnn-select');
      press(find(figure, '.probe'), 'ArrowRight');
      const { layer, unit } = await selected;
      expect([layer, unit]).to.deep.equal(['first', { channel: 1 }]);
      expect(await textOf(figure)).to.contain('Filter 1, red');
      const said = Number(/Filter 1: norm ([\d.]+)\.$/.exec(document.querySelector('[role=status]')!.textContent)![1]);
      expect(said).to.be.closeTo(norms[1]!, 0.01);
    });

    it('sorts by norm, turns pages, and shows a deeper layer by the channels it looks at', async () => {
      const figure = mount('cnn-filters', { layer: 'average', order: 'norm', count: '2', scale: 'filter' });
      const { weights, norms, layer } = (await next(figure, 'cnn-result')).result as Filters;
      expect(layer).to.equal('second');
      expect(weights.shape).to.deep.equal([5, 4, 3, 3]);
      const ranked = [...norms.keys()].sort((a, b) => norms[b]! - norms[a]!);
      expect(await textOf(figure))
        .to.contain('1 to 2 of 5')
        .and.to.contain(`Filter ${String(ranked[0]!)}, channel 0`);
      [...figure.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => /Next/.test(textContent))!.click();
      expect(await textOf(figure))
        .to.contain('3 to 4 of 5')
        .and.to.contain(`Filter ${String(ranked[2]!)}, channel 0`);
      press(find(figure, '.filter .probe'), 'ArrowRight');
      expect(await textOf(figure)).to.contain('channel 1');
    });

    it('saves a picture and the weights', async () => {
      const figure = mount('cnn-filters');
      await next(figure, 'cnn-result');
      await figure.updateComplete;
      const { width } = await createImageBitmap(await savedBy(figure, 'PNG'));
      expect(width).to.be.within(1024, 2048);
      const npy = await savedBy(figure, '.npy');
      expect(npy.size).to.equal(128 + 4 * 4 * 27);
    });

    it('says in words what makes no sense', async () => {
      const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
        [{ layer: 'nowhere' }, /no layer "nowhere"/],
        [{ order: 'size' }, /no order "size".*file, norm/],
        [{ scale: 'all' }, /no scale "all"/],
        [{ count: '0' }, /count makes no sense/],
        [{ model: withoutConvolution() }, /the network has no convolution/],
      ];
      for (const [attributes, message] of cases) {
        const figure = mount('cnn-filters', attributes);
        expect((await next(figure, 'cnn-error')).error.message).to.match(message);
        expect(await textOf(figure)).to.match(message);
        figure.remove();
      }
    });

    it('passes axe', async () => {
      const figure = mount('cnn-filters', { layer: 'second' });
      await next(figure, 'cnn-result');
      find(figure, 'summary').click();
      await textOf(figure);
      await expectNoBarriers(figure);
    });
  });

  describe('cnn-graph', () => {
    it('draws the layers, tells what each costs, and times them', async () => {
      const figure = mount('cnn-graph', { layer: 'second' });
      await next(figure, 'cnn-result');
      const text = await textOf(figure);
      const options = [...figure.shadowRoot!.querySelectorAll('[role=option]')];
      expect(options.map(({ ariaLabel }) => ariaLabel)).to.deep.equal([
        'active, 4×15×15, conv 3×3, stride 2, ReLU',
        'pooled, 4×7×7, max-pool 3×3, stride 2',
        'second, 5×5×5, conv 3×3',
        'flat, 5, mean, reshaped',
      ]);
      // 5·4·9 weights at 5·5 places; (3−1)·4 + (3−1)·2 + 3 px
      expect(text).to.contain('Parameters 180').and.to.contain('Multiply-adds 4,500').and.to.contain('15×15 px');
      expect(find(figure, '[aria-selected=true]').ariaLabel).to.contain('second');

      await figure.measure();
      expect(await textOf(figure)).to.match(/Time [\d.]+ ms/);
      const bars = [...figure.shadowRoot!.querySelectorAll('.time')].map((bar) => Number(bar.getAttribute('width')));
      expect(bars.length).to.be.at.least(3);
      expect(await textOf(figure)).to.contain((await sharedBackend()).adapter.name);
    });

    it('is worked with the keyboard, along the connections', async () => {
      const figure = mount('cnn-graph');
      await next(figure, 'cnn-result');
      await figure.updateComplete;
      const chosen: string[] = [];
      figure.addEventListener('cnn-select', ({ layer }) => chosen.push(layer));
      for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowUp', 'ArrowLeft', 'Home']) {
        press(find(figure, '[role=listbox]'), key);
        await figure.updateComplete;
      }
      expect(chosen).to.deep.equal(['active', 'pooled', 'flat', 'second', 'active']);
      expect(find(figure, '[role=listbox]').getAttribute('aria-activedescendant')).to.equal(
        find(figure, '[aria-selected=true]').id,
      );
    });

    it('drives other figures: they show the layer that is chosen', async () => {
      const photo = await toPng({ ...blankPicture(32, 32), data: new Uint8ClampedArray(4096).map((_, i) => i * 7) });
      const filters = mount('cnn-filters', { id: 'filters' });
      const saliency = mount('cnn-saliency', { id: 'saliency', channel: '3' });
      const patches = mount('cnn-top-patches', { id: 'patches', layer: 'active', channels: '3', count: '1' });
      saliency.image = photo;
      patches.images = [new File([photo], 'photo.png')];
      const figure = mount('cnn-graph', { for: 'filters saliency  patches' });
      await Promise.all([filters, saliency, patches, figure].map((each) => next(each, 'cnn-result')));
      const events: CnnSelectEvent[] = [];
      document.addEventListener('cnn-select', (event) => events.push(event), { once: true });
      const followed = Promise.all([filters, saliency, patches].map((each) => next(each, 'cnn-result')));
      find(figure, '[id=box-2]').dispatchEvent(new PointerEvent('pointerup'));
      await followed;
      expect(events.map(({ layer, unit, target }) => [layer, unit, target])).to.deep.equal([
        ['second', undefined, figure],
      ]);
      expect([filters.layer, saliency.layer, patches.layer]).to.deep.equal(['second', 'second', 'second']);
      expect([saliency.channel, patches.channels], 'of the layer before').to.deep.equal([undefined, undefined]);
      expect(filters.shadowRoot!.textContent).to.contain('Filters of second');
      expect(patches.shadowRoot!.textContent).to.contain('second, channel');
      expect(saliency.shadowRoot!.textContent).to.contain('second, channel');

      filters.htmlFor = 'saliency patches';
      await filters.updateComplete;
      press(find(filters, '.probe'), 'ArrowRight');
      expect([saliency.channel, patches.channels]).to.deep.equal([1, '1']);
      await Promise.all([saliency, patches].map((each) => next(each, 'cnn-result')));
      expect(patches.shadowRoot!.textContent).to.contain('second, channel 1');
    });

    it('says in words what makes no sense', async () => {
      const wrong = mount('cnn-graph', { layer: 'nowhere' });
      expect((await next(wrong, 'cnn-error')).error.message).to.match(/no layer "nowhere"/);
      wrong.remove();
      const figure = mount('cnn-graph', { for: 'nobody' });
      await next(figure, 'cnn-result');
      await figure.updateComplete;
      const failed = next(figure, 'cnn-error');
      press(find(figure, '[role=listbox]'), 'Home');
      expect((await failed).error.message).to.match(/no such element.*"nobody"/);
    });

    it('passes axe', async () => {
      const figure = mount('cnn-graph', { layer: 'active' });
      await next(figure, 'cnn-result');
      await figure.updateComplete;
      await expectNoBarriers(figure);
    });
  });

  describe('layOut', () => {
    const cases: Readonly<Record<string, readonly (readonly number[])[]>> = {
      chain: [[], [0], [1], [2]],
      'a fire module': [[], [0], [0], [1, 2], [3]],
      'an inception module': [[], [0], [0], [0], [0], [2], [3], [4], [1, 5, 6, 7]],
      'residual blocks': [[], [0], [1], [0, 2], [3], [4], [3, 5]],
      'dense blocks': [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]],
      nothing: [],
    };
    it('says where a network is too large for a diagram', () => {
      const chain = (length: number): number[][] => Array.from({ length }, (_, i) => (i === 0 ? [] : [i - 1]));
      expect(layOut(chain(2000)).rows).to.equal(2000);
      expect(() => layOut(chain(200_000))).to.throw(ArgumentError, 'at most 2,000 boxes');
      // Each box reads the first one too
      const dense = chain(1000).map((reads, i) => (i < 2 ? reads : [0, ...reads]));
      expect(() => layOut(dense)).to.throw(ArgumentError, 'got 1,000 and');
    });

    for (const [name, reads] of Object.entries(cases)) {
      it(`puts boxes below what they read, and nothing over anything: ${name}`, () => {
        const { boxes, edges, width, rows } = layOut(reads);
        reads.forEach((sources, i) => {
          for (const source of sources) expect(boxes[source]!.row).to.be.below(boxes[i]!.row);
        });
        for (let row = 0; row < rows; row++) {
          const places = boxes.filter((box) => box.row === row).map(({ x }) => x);
          places.sort((a, b) => a - b);
          places.slice(1).forEach((x, i) => expect(x - places[i]!).to.be.at.least(1 - 1e-9));
          expect(places.every((x) => x > 0.49 && x < width - 0.49)).to.equal(true);
          const passing = edges.flatMap(({ path }) => path.slice(1, -1)).filter((place) => place.row === row);
          for (const { x } of passing) {
            expect(
              places.every((place) => Math.abs(place - x) > 0.5),
              'a line beside the boxes',
            ).to.equal(true);
          }
        }
        expect(edges.length).to.equal(reads.flat().length);
        for (const { from, to, path } of edges) {
          expect([path[0], path.at(-1)]).to.deep.equal([boxes[from], boxes[to]]);
          expect(path.map(({ row }) => row)).to.deep.equal(path.map((_, i) => boxes[from]!.row + i));
        }
      });
    }

    it('keeps what is alike straight', () => {
      const { boxes, width } = layOut(cases['a fire module']!);
      expect(width).to.equal(2);
      expect(boxes.map(({ x }) => Number(x.toFixed(3)))).to.deep.equal([1, 0.5, 1.5, 1, 1]);
    });
  });
});
