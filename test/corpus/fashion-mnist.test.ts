import { expect } from 'chai';
import { fetchExamples } from '../../src/bundled-examples.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readCheckpoints } from '../../src/onnx/checkpoints.ts';
import '../support/ops.ts';
import { repositoryFile } from '../goldens.ts';
import { oracleAccuracy } from '../goldens/labelled.ts';

/** Of a share near 0.8 of 800 pictures, three and a half standard deviations. */
const MAX_DIFFERENCE = 0.05;

describe('the recording of Fashion-MNIST', () => {
  it('is of a network that is as good as it says, on the pictures that come with it', async () => {
    const bytes = await (await fetch(repositoryFile('models/fashion-mnist.checkpoints'))).arrayBuffer();
    const { checkpoints, curves, about } = await readCheckpoints(new Uint8Array(bytes));
    const { classes, heldOut } = await fetchExamples('fashion-mnist');
    expect(about.labels).to.deep.equal(classes);
    const epochs = checkpoints.map(({ epoch }) => epoch);
    for (const epoch of [0, 1, 2, 5, 10, 20, 30, 40, 64]) expect(epochs).to.include(epoch);
    expect(curves.loss!.at(-1)![0]).to.equal(checkpoints.at(-1)!.step);

    for (const epoch of [0, 1, 10, 64]) {
      const checkpoint = checkpoints[epochs.indexOf(epoch)]!;
      const found = await oracleAccuracy(checkpoint.onnx(), heldOut);
      expect(found, `epoch ${epoch}`).to.be.closeTo(checkpoint.heldOutAccuracy!, MAX_DIFFERENCE);
    }
    expect(checkpoints[0]!.heldOutAccuracy).to.be.below(0.2);
    expect(checkpoints.at(-1)!.heldOutAccuracy).to.be.above(0.89);

    const { nodes } = await importOnnx(checkpoints.at(-1)!.onnx());
    expect(nodes.map(({ op }) => op).filter((op) => op === 'max-pool')).to.have.length(3);
  });
});
