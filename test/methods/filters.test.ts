import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { Model } from '../../src/engine/model.ts';
import { fold } from '../../src/graph/fold.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import { filterLayers, filters } from '../../src/methods/filters.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { Preprocessing } from '../../src/models/manifest.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { repositoryFile } from '../goldens.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const BGR: Preprocessing = { height: 8, width: 8, channels: 'BGR', mean: [1, 2, 3], std: [2, 4, 5], resize: 8 };

function conv(builder: GraphBuilder, x: string, weights: Tensor, name: string, group = 1): string {
  const pads = [1, 1, 1, 1];
  const attributes = { strides: [1, 1], pads, dilations: [1, 1], autoPad: 'NOTSET', group };
  return builder.add('conv2d', [x, builder.constant(`${name}/w`, weights)], attributes, { name });
}

function model(draw: (builder: GraphBuilder, image: string) => string, preprocessing = BGR): Model {
  const builder = graphBuilder();
  const image = builder.input('image', 'float32', [1, preprocessing.mean.length, 8, 8]);
  const graph = builder.build('net', [draw(builder, image)]);
  return new Model({ name: 'net', graph: fold(graph), backend: createReferenceBackend(), preprocessing });
}

describe('filters', () => {
  const random = new Random(7);
  const first = random.tensor([6, 3, 3, 3]);
  const second = random.tensor([6, 2, 3, 3]);

  it('are those of the first convolution, with their norms, and look at the picture', () => {
    const net = model((b, x) => conv(b, b.add('relu', [conv(b, x, first, 'a')]), second, 'b', 3), BGR);
    const found = filters(net);
    expect(found.layer).to.equal('a');
    expect(found.weights).to.equal(first);
    expect(found.planes).to.deep.equal({ order: 'BGR', std: [2, 4, 5] });
    const norms = Array.from({ length: 6 }, (_, k) => Math.hypot(...first.data.subarray(27 * k, 27 * (k + 1))));
    expect(relativeError(found.norms, norms)).to.be.below(1e-15);
    expect(found.normalised).to.equal(false);
    expect(filterLayers(net).map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });

  it('of a deeper layer have a tile for each channel of their group', () => {
    const net = model((b, x) => conv(b, conv(b, x, first, 'a'), second, 'b', 3));
    const found = filters(net, 'b');
    expect(found.planes).to.equal(undefined);
    expect(found.group).to.equal(3);
    expect(found.weights).to.equal(second);
  });

  it('of groups of planes of the picture, and of pictures without colour', () => {
    const each = filters(model((b, x) => conv(b, x, random.tensor([6, 1, 3, 3]), 'a', 3)));
    expect(each.planes, 'a filter for one plane has no colour').to.equal(undefined);
    const grey: Preprocessing = { ...BGR, channels: 'gray', mean: [0], std: [255] };
    const plain = filters(model((b, x) => conv(b, x, random.tensor([6, 1, 3, 3]), 'a'), grey));
    expect(plain.planes).to.deep.equal({ order: 'gray', std: [255] });
  });

  it('are those of the file, though a batch normalisation was folded into what runs', () => {
    const parameters = [2, 0, 0, 1].map((value) => float32([6], new Float32Array(6).fill(value)));
    const net = model((b, x) => {
      const inputs = parameters.map((value, i) => b.constant(`p${String(i)}`, value));
      return b.add('batch-norm', [conv(b, x, first, 'a'), ...inputs], { epsilon: 0 }, { name: 'norm' });
    });
    // The mean over places makes scores of its maps
    expect(net.graph.nodes.map(({ op }) => op)).to.deep.equal(['conv2d', 'reduce']);
    const running = net.graph.constants.get(net.graph.nodes[0]!.inputs[1]!)!;
    expect(running.data[0]).to.equal(2 * first.data[0]!);
    const found = filters(net);
    expect(found.weights).to.equal(first);
    expect(found.normalised).to.equal(true);
  });

  it('of a layer that is no convolution are those of the nearest before it', () => {
    const net = model((b, x) => {
      const parts = [conv(b, x, first, 'a'), conv(b, x, first, 'b')].map((part) => b.add('relu', [part]));
      const joined = b.add('concat', parts, { axis: 1 }, { name: 'joined' });
      const flat = b.add('reshape', [joined], { shape: [1, -1], allowZero: false }, { name: 'flat' });
      const weights = b.constant('fc/w', random.tensor([5, 12 * 64]));
      return b.add('gemm', [flat, weights], { alpha: 1, beta: 1, transA: false, transB: true }, { name: 'fc' });
    });
    for (const layer of ['joined', 'flat']) {
      const found = filters(net, layer);
      expect(found.layer).to.equal('a');
      expect(found.notes).to.deep.equal([`${layer} is made by b too.`]);
    }
    expect(() => filters(net, 'fc')).to.throw(/layer "fc" is not made by a convolution.*such as "a"/s);
    expect(() => filters(net, 'nowhere')).to.throw(/no layer "nowhere"/);
  });

  it('are not there without convolutions', () => {
    const net = model((b, x) => b.add('relu', [x]));
    expect(() => filters(net)).to.throw(/the network has no convolution/);
  });

  it('of a file with batch normalisation are bit for bit its initializers', async () => {
    const file = await fetch(repositoryFile('test/fixtures/nets/resnet18-div4-bn.onnx'));
    const graph = await importOnnx(new Uint8Array(await file.arrayBuffer()));
    const original = graph.nodes.find(({ op }) => op === 'conv2d')!;
    const net = new Model({
      name: 'resnet18',
      graph: fold(graph),
      backend: createReferenceBackend(),
      preprocessing: { ...BGR, channels: 'RGB' },
    });
    const found = filters(net);
    expect(found.weights).to.equal(graph.constants.get(original.inputs[1]!));
    expect(found.planes?.order).to.equal('RGB');
  });
});
