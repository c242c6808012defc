import { expect } from 'chai';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { filters } from '../../src/methods/filters.ts';
import { saliency } from '../../src/methods/attribution/saliency.ts';
import { unitIn } from '../../src/methods/parts/target.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { kerasFile } from '../support/keras.ts';

async function load(name: string): Promise<Model> {
  return loadModel(await kerasFile(name), { backend: createReferenceBackend() });
}

const INSIDE = /^the file itself prepares numbers of 0 to 255$/;

describe('networks of Keras', () => {
  const GUESSES = {
    mobilenet: ['RGB', 96, 127.5, 127.5, /−1 to 1, as for most networks of Keras; the file does not say/],
    efficientnet: ['RGB', 96, 0, 1, INSIDE],
    functional: ['RGB', 64, 0, 1, INSIDE],
    uint8: ['RGB', 64, 0, 1, INSIDE],
    int32: ['RGB', 64, 0, 1, INSIDE],
    float16: ['RGB', 64, 0, 1, INSIDE],
    double: ['RGB', 64, 0, 1, INSIDE],
    caffe: ['RGB', 64, 0, 1, INSIDE],
    'blue-first': ['BGR', 64, 0, 1, /0 to 255, and blue first, by the means/],
    'any-size': ['RGB', 224, 0, 1, INSIDE],
    digits: ['gray', 28, 0, 1, INSIDE],
  } as const;
  for (const [name, [channels, px, mean, std, reason]] of Object.entries(GUESSES)) {
    it(`says how pictures are prepared, and has maps as the picture lies: ${name}`, async () => {
      const model = await load(name);
      expect(model.preprocessing).to.include({ channels, height: px, width: px });
      expect(model.preprocessing.mean[0]).to.equal(mean);
      expect(model.preprocessing.std[0]).to.equal(std);
      expect(model.guess).to.match(reason);
      const maps = model.layers.map(({ shape }) => shape).filter((shape) => shape.length === 4);
      const turned = maps.filter(([, a, b, c]) => a! > 1 && a === b && b !== c);
      expect(turned).to.deep.equal([]);
      // What makes a list of maps wants them as the file has them.
      const turns = model.graph.nodes.filter(({ op }) => op === 'transpose');
      expect(turns).to.have.length(name === 'functional' ? 1 : 0);
    });
  }

  it('have maps without a head that are explained like those of others', async () => {
    const model = await load('features');
    expect(model.resolve('mobilenetv2_0.35_96_1/out_relu_1/Relu6:0').shape).to.deep.equal([1, 1280, 3, 3]);
    expect(model.head.classes).to.equal(1280);
  });

  it('have first filters in colour, also behind what scales the picture', async () => {
    const seen = filters(await load('efficientnet'));
    expect(seen.planes?.order).to.equal('RGB');
    expect(seen.scaled).to.equal(true);
    // These divide each colour by another number.
    expect(filters(await load('uint8')).planes).to.equal(undefined);
    expect(filters(await load('mobilenet'))).to.deep.include({ scaled: false });
  });

  it('have layers with colons and slashes in their names', async () => {
    const model = await load('functional');
    const tensor = 'StatefulPartitionedCall/net/branch:b/separable_conv2d:0';
    const node = tensor.slice(0, -2);
    for (const name of [tensor, node]) {
      expect(model.resolve(name).shape).to.deep.equal([1, 8, 32, 32]);
      expect(unitIn(model, name)).to.deep.equal({ layer: name });
      expect(unitIn(model, `${name}:3`)).to.deep.equal({ layer: name, channel: 3 });
    }
    const input = toInput(blankPicture(64, 64), model.preprocessing);
    const { goal } = await saliency(model, { input }, { target: `${tensor}:3` });
    expect(goal.description).to.include(`${tensor}, channel 3`);
  });
});
