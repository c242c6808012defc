import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError } from '../../src/errors.ts';
import { RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { activations, type Activations, type ActivationsOptions } from '../../src/methods/activations.ts';
import { guidedBackprop } from '../../src/methods/attribution/guided-backprop.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { colormap } from '../../src/paint/colormaps.ts';
import { mosaicLayout, tileCorner, unitAt } from '../../src/paint/mosaic.ts';
import { mapIn } from '../../src/paint/patch.ts';
import { rangeOf } from '../../src/paint/range.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

const crop = (seed: number): ReturnType<typeof pictureFromRgb> => {
  const random = new Random(seed);
  return pictureFromRgb(
    Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next())),
    32,
    32,
  );
};
const placement = { scaleX: 1, scaleY: 1, x: 0, y: 0 };
const input = toInput(crop(11), TINY_INPUT);

/** A network whose one layer is the ReLU of its input, to be fed any numbers. */
function transparentModel(backend: Backend, shape: readonly number[]): Model {
  const builder = graphBuilder();
  const image = builder.input('image', 'float32', shape);
  const layer = builder.add('mul', [image, builder.scalar(1)], {}, { name: 'layer', outputs: ['layer'] });
  const graph = builder.build('transparent', [layer]);
  const { channels, mean, std, height, width, resize } = TINY_INPUT;
  return new Model({
    name: 'transparent',
    graph,
    backend,
    preprocessing: { channels, mean, std, height, width, resize },
    logits: 'layer',
  });
}

/** What the mosaic must be, worked out number by number: RGBA [height, width, 4]. */
function expectedMosaic({ data, shape }: Tensor, scale: 'tile' | 'layer', name: 'viridis' | 'rdbu'): Uint8ClampedArray {
  const { channels, columns, tile, height, width } = mosaicLayout(shape);
  const plane = tile.height * tile.width;
  const colour = colormap(name);
  const pixels = new Uint8ClampedArray(height * width * 4);
  for (let i = 0; i < channels * plane; i++) {
    const channel = Math.floor(i / plane);
    const numbers = scale === 'layer' ? data : data.subarray(channel * plane, (channel + 1) * plane);
    const [low, high] = rangeOf(numbers, { symmetric: name === 'rdbu' });
    const value = data[i]!;
    if (!Number.isFinite(value)) continue;
    const y = Math.floor(channel / columns) * (tile.height + 1) + (Math.floor(i / tile.width) % tile.height);
    const x = (channel % columns) * (tile.width + 1) + (i % tile.width);
    pixels.set([...colour(high > low ? (value - low) / (high - low) : 0.5), 255], (y * width + x) * 4);
  }
  return pixels;
}

describe('activations', () => {
  let backend: Backend;
  let model: Model;
  let canvas: HTMLCanvasElement;
  before(async () => {
    backend = await openBackend({ poison: true });
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
  });
  beforeEach(() => {
    canvas = document.createElement('canvas');
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  async function watching<T>(
    options: ActivationsOptions,
    work: (watched: Activations) => Promise<T>,
    of: Model = model,
  ): Promise<T> {
    const watched = await activations(of, options);
    try {
      return await work(watched);
    } finally {
      watched.dispose();
    }
  }

  /** The layer in float64. */
  const exact = (layer: string): Tensor => {
    const { name } = model.resolve(layer);
    return evaluate(model.graph, { [model.input.name]: input }, [name])[name]!;
  };

  for (const scale of ['tile', 'layer'] as const) {
    for (const name of ['viridis', 'rdbu'] as const) {
      it(`paints tiles on the scale of the ${scale} in ${name}, without what is not finite`, async () => {
        const random = new Random(5);
        const x = random.tensor([1, 7, 5, 4], () => 10 * random.normal());
        for (const [at, value] of [NaN, Infinity, -Infinity].entries()) x.data[23 * at + 4] = value;
        x.data.fill(3, 40, 60); // a channel of one number
        x.data.fill(NaN, 60, 80); // and one of none
        const of = transparentModel(backend, x.shape);
        await watching(
          { layer: 'layer', scale, colormap: name },
          async (watched) => {
            await watched.show(x, canvas, { channel: 0 });
            const expected = expectedMosaic(x, scale, name);
            const { width, height } = watched.layout!;
            expect([canvas.width, canvas.height]).to.deep.equal([width, height]);
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
            const saved = await watched.picture(x, { channel: 0 });
            expect([...saved!.data]).to.deep.equal([...data]);
            // A palette of 256 colours is nowhere further than 3 from the colour between its anchors.
            const furthest = data.reduce((most, byte, i) => Math.max(most, Math.abs(byte - expected[i]!)), 0);
            expect(furthest).to.be.at.most(3);
            expect(data.filter((_, i) => i % 4 === 3)).to.deep.equal(expected.filter((_, i) => i % 4 === 3));
          },
          of,
        );
        of.dispose();
      });
    }
  }

  it('gives the numbers of the layer, of a channel, and their extents', async () => {
    const expected = exact('second');
    const plane = 25;
    await watching({ layer: 'second' }, async (watched) => {
      for (const channel of [3, 0]) {
        const frame = await watched.show(input, canvas, { channel, whole: true });
        const numbers = expected.data.subarray(channel * plane, (channel + 1) * plane);
        expect(relativeError(frame.values!.data, expected.data)).to.be.below(1e-5);
        expect(frame.plane.shape).to.deep.equal([5, 5]);
        expect(relativeError(frame.plane.data, numbers)).to.be.below(1e-5);
        const [low, high, place] = frame.extents.data.subarray(3 * channel);
        expect(low).to.be.closeTo(Math.min(...numbers), 1e-4);
        expect(high).to.be.closeTo(Math.max(...numbers), 1e-4);
        expect(place).to.equal(numbers.indexOf(Math.max(...numbers)));
        expect((await watched.show(input, canvas, { channel })).values).to.equal(undefined);
      }
    });
  });

  it('sends a unit back as the methods do, cut to what it sees', async () => {
    const sample = { crop: crop(11), placement, input };
    const origin = { layer: 'second', rules: RULES.guided };
    await watching({ layer: 'active', origin }, async (watched) => {
      for (const at of ['max', [2, 3]] as const) {
        const { map } = await guidedBackprop(model, sample, { target: { layer: 'second', channel: 1, at } });
        const { sentBack } = await watched.show(input, canvas, { channel: 2, origin: { channel: 1, at } });
        const { box } = sentBack!;
        expect(relativeError(sentBack!.map.data, mapIn(map, box).data)).to.be.below(1e-5);
        const outside = Math.hypot(...map.data) - Math.hypot(...sentBack!.map.data);
        expect(outside).to.be.closeTo(0, 1e-6 * Math.hypot(...map.data));
      }
    });
  });

  it('shows layers without spatial extent as numbers, and networks of one channel', async () => {
    await watching({ layer: 'flat', origin: { layer: 'flat', rules: RULES.gradient } }, async (watched) => {
      expect(watched.layout).to.equal(undefined);
      const frame = await watched.show(input, canvas, { channel: 4 });
      expect(relativeError(frame.values!.data, exact('flat').data)).to.be.below(1e-5);
      expect(frame.sentBack!.box, 'without the column that no filter reaches').to.deep.equal([0, 0, 31, 31]);
    });
    const grey = transparentModel(backend, [1, 1, 9, 70]);
    const x = new Random(3).tensor([1, 1, 9, 70]);
    await watching(
      { layer: 'layer' },
      async (watched) => {
        const { plane } = await watched.show(x, canvas, { channel: 0 });
        expect([...plane.data]).to.deep.equal([...x.data]);
        expect([canvas.width, canvas.height]).to.deep.equal([70, 9]);
      },
      grey,
    );
    grey.dispose();
  });

  it('shows the same on another backend', async () => {
    const other = await loadModel(new Blob([tinyNet()]), {
      backend: createReferenceBackend(),
      preprocessing: TINY_INPUT,
    });
    const origin = { layer: 'active', rules: RULES.deconvnet };
    const theirs = document.createElement('canvas');
    const [a, b] = await Promise.all([
      watching({ layer: 'active', origin }, (watched) => watched.show(input, canvas, { channel: 2 })),
      watching({ layer: 'active', origin }, (watched) => watched.show(input, theirs, { channel: 2 }), other),
    ]);
    expect(relativeError(a.sentBack!.map.data, b.sentBack!.map.data)).to.be.below(1e-5);
    const pixels = (of: HTMLCanvasElement): Uint8ClampedArray =>
      of.getContext('2d')!.getImageData(0, 0, of.width, of.height).data;
    const [ours, exactly] = [pixels(canvas), pixels(theirs)];
    expect(ours.filter((byte, i) => Math.abs(byte - exactly[i]!) > 3).length).to.equal(0);
  });

  it('holds nothing more after many frames, and nothing when disposed of', async () => {
    const before = backend.counters;
    await watching({ layer: 'active', origin: { layer: 'second', rules: RULES.guided } }, async (watched) => {
      await watched.show(input, canvas, { channel: 0 });
      const { buffers, bytes } = backend.counters;
      for (let i = 0; i < 20; i++) await watched.show(input, canvas, { channel: i % 4 });
      expect(backend.counters).to.include({ buffers, bytes });
    });
    expect(backend.counters).to.include({ buffers: before.buffers, bytes: before.bytes });
  });

  it('says in words what does not exist', async () => {
    await expectRejection(ArgumentError, /no layer "nowhere"/, () => activations(model, { layer: 'nowhere' }));
    await watching({ layer: 'active', origin: { layer: 'second', rules: RULES.guided } }, async (watched) => {
      const show = (channel: number, at: readonly [number, number] = [0, 0]): Promise<unknown> =>
        watched.show(input, canvas, { channel, origin: { channel: 0, at } });
      await expectRejection(ArgumentError, /no such channel.*0 to 3/, () => show(4));
      await expectRejection(ArgumentError, /no such position.*5×5/, () => show(0, [5, 0]));
    });
    const five = transparentModel(backend, [1, 1, 9, 70]);
    const builder = graphBuilder(five.graph);
    const deep = builder.add('reshape', ['layer'], { shape: [1, 1, 9, 7, 10], allowZero: false }, { name: 'deep' });
    const { name, preprocessing } = five;
    const of = new Model({ name, backend, preprocessing, graph: builder.build(name, [deep]), logits: 'layer' });
    await expectRejection(ArgumentError, /no channels to show.*1×1×9×7×10/, () => activations(of, { layer: 'deep' }));
  });
});

describe('the layout of a mosaic', () => {
  it('finds the unit at a pixel, and none between tiles and beyond the last', () => {
    const layout = mosaicLayout([1, 7, 5, 4]);
    expect(layout).to.deep.include({ columns: 3, rows: 3, height: 17, width: 14 });
    for (let channel = 0; channel < 7; channel++) {
      const [left, top] = tileCorner(layout, channel);
      expect(unitAt(layout, left + 3.9, top + 0.2)).to.deep.equal({ channel, y: 0, x: 3 });
      expect(unitAt(layout, left + 4, top), 'right of it').to.equal(undefined);
      expect(unitAt(layout, left, top + 5), 'below it').to.equal(undefined);
    }
    expect(unitAt(layout, 6, 13), 'beyond the last').to.equal(undefined);
    expect(unitAt(layout, -1, 0)).to.equal(undefined);
  });

  it('is about square', () => {
    for (const shape of [
      [1, 128, 55, 55],
      [1, 512, 7, 7],
      [1, 3, 10, 100],
      [1, 64, 100, 10],
    ]) {
      const { height, width } = mosaicLayout(shape);
      expect(Math.max(height / width, width / height), shape.join('×')).to.be.below(3.5);
    }
  });
});
