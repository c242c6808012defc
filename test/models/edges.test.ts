import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { filters } from '../../src/methods/filters.ts';
import { gaborSummary } from '../../src/methods/gabor-summary.ts';
import { readCheckpoints, type RecordedCheckpoint, type Recording } from '../../src/onnx/checkpoints.ts';
import { repositoryFile } from '../goldens.ts';

describe('models/edges.checkpoints', () => {
  let recording: Recording;
  const open = (checkpoint: RecordedCheckpoint): Promise<Model> =>
    loadModel(new Blob([checkpoint.onnx()]), { backend: createReferenceBackend() });

  before(async () => {
    const bytes = await (await fetch(repositoryFile('models/edges.checkpoints'))).arrayBuffer();
    expect(bytes.byteLength).to.be.below(1e6);
    recording = await readCheckpoints(new Uint8Array(bytes));
  });

  it('begins with noise, and ends with filters of which more than half are Gabor-like', async () => {
    const { checkpoints } = recording;
    const [first, last] = await Promise.all([checkpoints.at(0)!, checkpoints.at(-1)!].map(open));
    const before = await gaborSummary(filters(first!).weights);
    expect([before.count, before.scrambledCount]).to.deep.equal([0, 0]);
    expect(Math.max(...before.fits.map(({ r2 }) => r2))).to.be.below(0.25);
    const after = await gaborSummary(filters(last!).weights);
    expect(after.count).to.be.above(after.fits.length / 2);
    // Another seed than that of the figures, so that the phases are not those that were looked at.
    const again = await gaborSummary(filters(last!).weights, { seed: 77 });
    for (const { count, scrambledCount } of [after, again]) expect(count).to.be.at.least(2.5 * scrambledCount);
  }).timeout(60_000);

  it('is of a network with filters of 11×11 pixels in colour, and three layers that have places', async () => {
    for (const checkpoint of recording.checkpoints) {
      const model = await open(checkpoint);
      const { layer, weights, planes } = filters(model);
      expect([layer, weights.shape, planes?.order]).to.deep.equal(['conv1', [48, 3, 11, 11], 'RGB']);
      const withPlaces = ['conv1', 'conv2', 'features'].map((name) => {
        const { shape } = model.graph.values.get(model.resolve(name).name)!;
        return shape.slice(1);
      });
      expect(withPlaces).to.deep.equal([
        [48, 30, 30],
        [64, 30, 30],
        [128, 30, 30],
      ]);
      model.dispose();
    }
  });

  it('learns: on photos that are held out too, from each checkpoint to the next', () => {
    const losses = recording.checkpoints.map(({ heldOutLoss }) => heldOutLoss!);
    losses.slice(1).forEach((loss, i) => {
      expect(loss).to.be.below(losses[i]!);
    });
    expect(recording.curves.loss!.length).to.be.above(100);
  });
});
