import { expect } from 'chai';
import '../support/ops.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { resolveTensor } from '../../src/graph/layers.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx, type ImportOptions } from '../../src/onnx/import.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { onnxFile, type FileNode } from '../onnx/file.ts';
import { expectOnBackend } from '../ops/importing.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

/** The same network of rows [n, c, l] and of images [n, c, 1, l], with numbers from one seed. */
async function network(images: boolean, outputs: readonly string[] = ['y'], options?: ImportOptions): Promise<Graph> {
  const random = new Random(3);
  const lift = (dims: readonly number[]): number[] =>
    images && dims.length === 3 ? dims.toSpliced(2, 0, 1) : [...dims];
  const across = (list: readonly number[]): number[] =>
    images ? list.flatMap((n) => [list.length === 2 ? 0 : 1, n]) : [...list];
  const weights = (name: string, dims: readonly number[], draw?: () => number) => ({
    name,
    dims: lift(dims),
    values: [...random.tensor(dims, draw).data],
  });
  const pool = { kernel_shape: across([2]), strides: across([2]) };
  const padded = { pads: across([1, 1]) };
  const nodes: readonly FileNode[] = [
    { type: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['c'], attributes: padded },
    { type: 'BatchNormalization', inputs: ['c', 'b', 'b', 'b', 'v'], outputs: ['n'] },
    { type: 'Relu', inputs: ['n'], outputs: ['r'] },
    { type: 'MaxPool', inputs: ['r'], outputs: ['p'], attributes: pool },
    { type: 'Conv', inputs: ['p', 'w2'], outputs: ['d'], attributes: padded },
    { type: 'Mul', inputs: ['d', 'gate'], outputs: ['m'] },
    { type: 'Add', inputs: ['m', 'p'], outputs: ['s'] },
    { type: 'Relu', inputs: ['s'], outputs: ['t'] },
    { type: 'ConvTranspose', inputs: ['t', 'w3'], outputs: ['u'], attributes: { strides: across([2]) } },
    { type: 'AveragePool', inputs: ['u'], outputs: ['a'], attributes: pool },
    { type: 'GlobalAveragePool', inputs: ['a'], outputs: ['g'] },
    { type: 'Flatten', inputs: ['g'], outputs: ['y'] },
  ];
  const file = onnxFile({
    opset: 17,
    inputs: [{ name: 'x', dims: lift([2, 2, 16]) }],
    initializers: [
      weights('w', [4, 2, 3]),
      weights('b', [4]),
      weights('v', [4], () => 0.5 + random.next()),
      weights('w2', [4, 4, 3]),
      weights('gate', [1, 4, 1]),
      weights('w3', [4, 3, 2]),
    ],
    nodes,
    outputs: outputs.map((name) => ({ name })),
  });
  return importOnnx(file, options);
}

const feed = (images: boolean) => ({ x: new Random(5).tensor(images ? [2, 2, 1, 16] : [2, 2, 16]) });

const typesOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);

describe('networks of one spatial axis', () => {
  it('give what the same networks of images give, and the same gradient', async () => {
    const [rows, images] = await Promise.all([network(false), network(true)]);
    const [y, expected] = [evaluate(rows, feed(false)), evaluate(images, feed(true))].map(({ y: result }) => result!);
    expect(relativeError(y!.data, expected!.data)).to.be.at.most(1e-12);
    const signal = new Random(9).tensor([2, 3]);
    const [ours, theirs] = [rows, images].map((graph) => {
      const { graph: both, seed, gradients } = differentiate(graph, { of: 'y', wrt: ['x'] });
      const name = gradients.get('x')!;
      return evaluate(both, { ...feed(graph === images), [seed]: signal }, [name])[name]!;
    });
    expect(ours!.shape).to.deep.equal([2, 2, 16]);
    expect(relativeError(ours!.data, theirs!.data)).to.be.at.most(1e-12);
  });

  it('are computed on images: normalisation is folded and activations are fused', async () => {
    const rows = await network(false);
    const [first, ...rest] = typesOf(rows);
    expect(first).to.equal('reshape');
    const images = typesOf(await network(true));
    const layers = (types: readonly string[]): string[] => types.filter((op) => op !== 'reshape');
    expect(layers(rest)).to.deep.equal(layers(images));
    expect(layers(typesOf(fuse(fold(rows))))).to.deep.equal(layers(typesOf(fuse(fold(await network(true))))));
    expect(
      typesOf(fuse(fold(rows)))
        .slice(0, 6)
        .filter((op) => op === 'reshape').length,
    ).to.equal(1);
  });

  it('are so too where the rows are given as a picture', async () => {
    const graph = await network(false, ['y'], { pictures: { x: 'chw' } });
    const layers = typesOf(graph).slice(2, 8);
    expect(layers).to.deep.equal(typesOf(await network(true)).slice(0, 6));
    const [y, expected] = [graph, await network(false)].map((each) => {
      const { x } = feed(false);
      return evaluate(each, { x: { ...x, shape: each.values.get('x')!.shape } })['y']!;
    });
    expect(relativeError(y!.data, expected!.data)).to.be.at.most(1e-12);
  });

  it('keep the shape of what they give out, and every name', async () => {
    const graph = await network(false, ['n', 's', 'p', 'y']);
    expect(graph.outputs.slice(0, 2)).to.deep.equal(['n', 's']);
    const results = evaluate(graph, feed(false));
    expect(graph.outputs.map((name) => results[name]!.shape)).to.deep.equal([
      [2, 4, 16],
      [2, 4, 8],
      [2, 4, 8],
      [2, 3],
    ]);
    const images = await network(true, ['n', 's', 'p', 'y']);
    const expected = evaluate(images, feed(true));
    for (const [i, name] of graph.outputs.entries())
      expect(relativeError(results[name]!.data, expected[images.outputs[i]!]!.data), name).to.be.at.most(1e-12);
    const alone = await network(false);
    for (const name of ['c', 'n', 'r', 'p', 'd', 's', 't', 'u', 'a', 'g'])
      expect(alone.values.has(resolveTensor(alone, name)), name).to.equal(true);
  });

  it('run on this backend, forwards and backwards', async () => {
    const { graph, seed, gradients } = differentiate(await network(false), { of: 'y', wrt: ['x'] });
    const way = prune(graph, ['y', gradients.get('x')!]);
    const feeds = { ...feed(false), [seed]: float32([2, 3], [1, -1, 0.5, 2, 0.25, -3]) };
    const expected = evaluate(way, feeds);
    await expectOnBackend(way, feeds, expected);
  });
});
