import { expect } from 'chai';
import { loadModel } from '../../src/engine/load.ts';
import { styleTransfer } from '../../src/methods/style-transfer.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { openBackend } from '../support/backends.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

// A file of its own, since each is a page of its own: no other synthesis has fetched anything yet.
describe('methods/style-transfer', () => {
  it('begins in a page where no other image was grown', async () => {
    const model = await loadModel(new Blob([tinyNet()]), { backend: await openBackend(), preprocessing: TINY_INPUT });
    const plain = (value: number) => pictureFromRgb(new Uint8Array(32 * 32 * 3).fill(value), 32, 32);
    const options = { styleLayers: ['first'], contentLayer: 'second', steps: 2 };
    let step = 0;
    for await (const snapshot of styleTransfer(model, plain(90), plain(160), options)) step = snapshot.step;
    expect(step).to.equal(2);
    model.dispose();
  });
});
