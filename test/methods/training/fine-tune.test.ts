import { expect } from 'chai';
import { examplesOf } from '../../../src/corpus/examples.ts';
import { Corpus } from '../../../src/corpus/feed.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import { Model } from '../../../src/engine/model.ts';
import { ArgumentError } from '../../../src/errors.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { fineTune } from '../../../src/methods/training/fine-tune.ts';
import { conv, flatten, globalAveragePool, relu } from '../../../src/methods/training/layers.ts';
import { adam } from '../../../src/methods/training/optimisers.ts';
import { Trainer } from '../../../src/methods/training/trainer.ts';
import { pictureFromRgb, type Picture } from '../../../src/models/picture.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { rejection } from '../../rejection.ts';
import { openBackend } from '../../support/backends.ts';
import { Random } from '../../support/random.ts';
import { TINY_INPUT, tinyNet } from '../../support/tiny.ts';

const HEAD = [conv(3, 1), globalAveragePool(), flatten()];
const COLOURS = ['red', 'green', 'blue'];

/** Noise in which a colour is brighter. */
function coloured(count: number): Corpus {
  const random = new Random(2);
  const entries = Array.from({ length: count }, (_, i) => {
    const rgb = Array.from({ length: 32 * 32 * 3 }, (_, at) =>
      Math.floor(100 * random.next() + (at % 3 === i % 3 ? 90 : 0)),
    );
    const open = (): Promise<Picture> => Promise.resolve(pictureFromRgb(rgb, 32, 32));
    return { id: `${COLOURS[i % 3]!}/${String(i)}`, open };
  });
  return new Corpus(entries, 'coloured');
}

describe('fine-tuning', () => {
  let backend: Backend;
  let graph: Graph;
  before(async () => {
    backend = await openBackend({ poison: true });
    graph = await importOnnx(tinyNet());
  });
  after(() => {
    backend.dispose();
  });

  it('learns new layers on pictures of a corpus, and freezes what it is told to', async () => {
    const model = new Model({ name: 'tiny', graph, backend, preprocessing: TINY_INPUT });
    const classOf = (id: string): string => id.split('/')[0]!;
    const data = await examplesOf(coloured(48), model, { classes: COLOURS, classOf });
    expect([data.count, data.outputs, ...data.shape]).to.deep.equal([48, 3, 3, 32, 32]);
    const network = await fineTune(model.graph, { at: 'pooled', head: HEAD, train: ['first'] });
    expect(Object.keys(network.parameters)).to.deep.equal(['first.weight', 'head.conv1.weight', 'head.conv1.bias']);
    const trainer = await Trainer.create({ network, examples: data, backend, batch: 16, optimiser: adam(0.02) });
    const { weights } = await trainer.steps(60, { weights: true });
    expect((await trainer.evaluate(data)).accuracy).to.be.above(0.95);
    expect(weights!['first.weight']!.data[0]).not.to.equal(graph.constants.get('w1')!.data[0]);
    trainer.dispose();

    const frozen = await fineTune(model.graph, { at: 'pooled', head: HEAD });
    expect(Object.keys(frozen.parameters)).to.deep.equal(['head.conv1.weight', 'head.conv1.bias']);
    const all = await fineTune(model.graph, { at: 'second', head: [relu(), ...HEAD], train: 'all' });
    expect(Object.keys(all.parameters)).to.have.length(4);
    await rejection(ArgumentError, () => examplesOf(coloured(3), model, { classes: ['red'], classOf }));
    await rejection(ArgumentError, () =>
      examplesOf(coloured(3), model, { classes: COLOURS, classOf: () => undefined }),
    );
  });

  it('says which layers are not there', async () => {
    const refused = async (options: Partial<Parameters<typeof fineTune>[1]>, says: string): Promise<void> => {
      const error = await rejection(ArgumentError, () => fineTune(graph, { at: 'pooled', head: HEAD, ...options }));
      expect(error.message).to.contain(says);
    };
    await refused({ at: 'magic' }, '"magic"');
    await refused({ train: ['magic'] }, '"magic"');
    await refused({ train: ['active'] }, 'no weights');
    await refused({ train: ['second'] }, 'does not lead');
    await refused({ train: 'some' as 'all' }, '"some"');
  });
});
