import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { Model } from '../../src/engine/model.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { diagram } from '../../src/methods/diagram.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { repositoryFile } from '../goldens.ts';
import { NETS } from '../support/nets.ts';

const preprocessing = {
  height: 224,
  width: 224,
  channels: 'RGB',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 224,
} as const;

function modelOf(graph: Graph): Model {
  // Without numbers the weights of a net are inputs too
  const single = { ...graph, inputs: graph.inputs.slice(0, 1) };
  return new Model({ name: graph.name, graph: single, backend: createReferenceBackend(), preprocessing });
}

describe('diagram', () => {
  // As torchvision states them for its weights: 0.714, 15.47 and 1.814 GMAC.
  const MACS = { alexnet: 714_188_480, vgg16: 15_470_264_320, resnet18: 1_814_073_344 };
  for (const [net, macs] of Object.entries(MACS)) {
    it(`counts the multiplications of ${net}`, () => {
      expect(diagram(modelOf(NETS[net as keyof typeof MACS]({ weights: 'none' }))).macs).to.equal(macs);
    });
  }

  it('of SqueezeNet has its branches, and all of its numbers', async () => {
    const file = await fetch(repositoryFile('models/squeezenet1.1.onnx'));
    const graph = await importOnnx(new Uint8Array(await file.arrayBuffer()));
    const { steps, parameters, macs, input } = diagram(modelOf(graph));
    expect(input).to.deep.equal([1, 3, 224, 224]);
    expect(parameters).to.equal(1_235_496); // torchvision, squeezenet1_1
    expect(macs).to.equal(349_151_936);
    expect(steps.reduce((sum, step) => sum + step.parameters, 0)).to.equal(parameters);
    const at = steps.findIndex(({ layers }) => layers.some(({ name }) => name.includes('fire2/squeeze')));
    const [squeeze, ...branches] = steps.slice(at, at + 4);
    expect(squeeze!.reads).to.deep.equal([at - 1]);
    expect(squeeze!.layers.map(({ op }) => op)).to.deep.equal(['conv2d', 'relu']);
    expect(branches.map(({ reads }) => reads)).to.deep.equal([[at], [at], [at + 1, at + 2]]);
    expect(branches.map((step) => [step.parameters, step.macs])).to.deep.equal([
      [64 * 16 + 64, 64 * 16 * 55 * 55],
      [64 * 16 * 9 + 64, 64 * 16 * 9 * 55 * 55],
      [0, undefined],
    ]);
  });

  it('of a residual network joins the way round with the way through', () => {
    const { steps } = diagram(modelOf(NETS.resnet18({ weights: 'none' })));
    const sums = steps.filter(({ layers }) => layers[0]!.op === 'add');
    expect(sums.length).to.equal(8);
    expect(sums.every(({ reads }) => reads.length === 2)).to.equal(true);
    // What is read by two is the end of its box
    expect(sums[0]!.layers.map(({ op }) => op)).to.deep.equal(['add', 'relu']);
  });
});
