import { expect } from 'chai';
import { UnsupportedOpError } from '../../src/errors.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { halveWeights } from '../../src/graph/halve-weights.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import {
  averagePool,
  batchNorm,
  conv,
  dense,
  leakyRelu,
  maxPool,
  prelu,
  relu,
  residual,
  sigmoid,
  tanh,
} from '../../src/methods/training/layers.ts';
import { graphOf } from '../../src/methods/training/network.ts';
import { sequential } from '../../src/methods/training/sequential.ts';
import { toOnnx } from '../../src/onnx/export.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { repositoryFile } from '../goldens.ts';
import { oracle, runOnnx } from '../goldens/oracle.ts';
import { NETS } from '../support/nets.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

async function check(graph: Graph, feeds: Readonly<Record<string, Tensor>>, most = 1e-5): Promise<void> {
  const expected = evaluate(graph, feeds);
  const found = await runOnnx(toOnnx(graph), feeds);
  for (const name of graph.outputs) {
    const { shape, data } = found[name]!;
    expect(shape, name).to.deep.equal([...expected[name]!.shape]);
    expect(relativeError(data, expected[name]!.data), name).to.be.at.most(most);
  }
}

describe('a graph as an ONNX file', () => {
  it('does in onnxruntime what it does here: layers of a training', async () => {
    const layers = [
      conv(6, 3, { stride: 2, groups: 2, padding: 1 }),
      batchNorm(),
      relu(),
      residual([conv(6, 4), leakyRelu(0.2), conv(6, [1, 3], { dilation: [1, 2], bias: false })]),
      maxPool(2, { stride: 1, padding: [0, 1, 1, 0] }),
      prelu(),
      averagePool(3, { stride: 2, padding: 1 }),
      sigmoid(),
      dense(7),
      tanh(),
      dense(4),
    ];
    const network = await sequential(layers, { input: [2, 12, 10], seed: 3 });
    const random = new Random(5);
    const weights = { ...network.parameters, ...network.buffers };
    const drawn = Object.fromEntries(
      Object.entries(weights).map(([name, { shape }]) => [
        name,
        random.tensor(shape, () => 0.5 + 0.2 * random.normal()),
      ]),
    );
    const images = random.tensor([3, 2, 12, 10]);
    await check(graphOf(network, drawn, { batch: 3 }), { images });

    const open = toOnnx(graphOf(network, drawn), { batch: 'open' });
    const [name] = graphOf(network, drawn).outputs as [string];
    const found = await runOnnx(open, { images });
    expect(found[name]!.shape).to.deep.equal([3, 4]);
  });

  it('does in onnxruntime what it does here: backward passes under each rule', async () => {
    const graph = NETS.alexnet({ divisor: 16, side: 67, classes: 5 });
    const image = new Random(3).tensor([1, 3, 67, 67]);
    for (const rules of [...Object.values(RULES), { ...RULES.gradient, overlap: 'overwrite' as const }]) {
      const derivative = differentiate(graph, { of: graph.outputs[0]!, wrt: ['image'], rules });
      const both = prune(derivative.graph, [derivative.gradients.get('image')!]);
      const seed = new Random(4).tensor(graph.values.get(graph.outputs[0]!)!.shape);
      await check(both, { image, [derivative.seed]: seed }, 1e-4);
    }
  });

  it('is the network that was imported', async () => {
    const file = repositoryFile('models/squeezenet1.1.onnx');
    const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer());
    const graph = await importOnnx(bytes);
    const [name] = graph.inputs as [string];
    const random = new Random(8);
    const image = random.tensor(graph.values.get(name)!.shape, () => 50 * random.normal());
    const found = await runOnnx(toOnnx(graph), { [name]: image });
    expect(relativeError(found[graph.outputs[0]!]!.data, await oracle(bytes, image))).to.be.at.most(1e-6);
  });

  it('comes back as it was', async () => {
    const network = await sequential([conv(3, 3), relu({ name: 'active' }), maxPool(2), dense(4)], {
      input: [1, 6, 6],
    });
    const graph = graphOf(network, network.parameters);
    const file = toOnnx(graph);
    const again = await importOnnx(file);
    const images = new Random(1).tensor([1, 1, 6, 6]);
    expect(evaluate(again, { images })[again.outputs[0]!]!.data).to.deep.equal(
      evaluate(graph, { images })[graph.outputs[0]!]!.data,
    );
    const { opsets } = await readOnnx(file);
    expect(opsets.get('')).to.equal(18);
  });

  it('keeps weights that were halved as they are', async () => {
    const network = await sequential([dense(64), relu(), dense(8)], { input: [1, 4, 4] });
    const graph = graphOf(network, network.parameters);
    const halved = halveWeights(graph);
    expect(halved.nodes.map(({ op }) => op)).to.include('gemm-halves');
    const images = new Random(2).tensor([1, 1, 4, 4]);
    await check(halved, { images });
    const weights = 16 * 64 + 64 * 8;
    expect(toOnnx(graph).length - toOnnx(halved).length).to.be.within(2 * weights - 500, 2 * weights);
  });

  it('writes what was fused apart again', async () => {
    const graph = NETS.alexnet({ divisor: 16, side: 67, classes: 5 });
    const derivative = differentiate(graph, { of: graph.outputs[0]!, wrt: ['image'], rules: RULES.guided });
    const fused = fuse(prune(derivative.graph, [derivative.gradients.get('image')!]));
    expect(fused.nodes.some(({ attributes }) => attributes['rule'] !== undefined && attributes['group'])).to.equal(
      true,
    );
    const image = new Random(3).tensor([1, 3, 67, 67]);
    const seed = new Random(4).tensor(graph.values.get(graph.outputs[0]!)!.shape);
    await check(fused, { image, [derivative.seed]: seed }, 1e-4);
  });

  it('says what is no operator of ONNX, all of it', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [1, 2, 4, 4]);
    const step = builder.input('step', 'float32', []);
    const chance = { shape: [1, 2, 4, 4], rate: 0.5, seed: 1, stream: 0 };
    const mask = builder.add('random-keep', [step], chance, { name: 'mask' });
    const masked = builder.add('mul', [x, mask]);
    const extents = builder.add('min-max', [masked], { each: 'channel' });
    const palette = builder.input('palette', 'uint32', [2]);
    const pixels = builder.add('mosaic', [masked, extents, palette], { columns: 1, symmetric: false });
    const graph = builder.build('odd', [pixels]);
    expect(() => toOnnx(graph)).to.throw(UnsupportedOpError, /random-keep.*mosaic/);
  });
});
