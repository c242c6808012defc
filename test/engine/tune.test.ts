import { expect } from 'chai';
import { plan } from '../../src/engine/plan.ts';
import { tune } from '../../src/engine/tune.ts';
import { readTuning, signatureOf, writeTuning } from '../../src/engine/tuning.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { Random } from '../support/random.ts';
import { rejection } from '../rejection.ts';
import { graphBuilder, opOf } from '../support/ops.ts';
import { contextOf } from '../../src/ir/builder.ts';

const windows = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };

/** Two convolutions alike, with and without what fusion brings, and a product. */
function small(): Graph {
  const [builder, random] = [graphBuilder(), new Random(1)];
  const w = builder.constant('w', random.tensor([8, 8, 3, 3]));
  const first = builder.add('relu', [
    builder.add('conv2d', [builder.input('x', 'float32', [1, 8, 9, 9]), w], windows, { name: 'first' }),
  ]);
  const second = builder.add('conv2d', [first, w], windows, { name: 'second' });
  const flat = builder.add('reshape', [second], { shape: [1, -1], allowZero: false });
  const m = builder.constant('m', random.tensor([8 * 81, 5]));
  const y = builder.add('gemm', [flat, m], { alpha: 1, beta: 1, transA: false, transB: false }, { name: 'product' });
  return builder.build('small', [y]);
}

describe('tune', () => {
  let backend: WebGpuBackend;
  beforeEach(async () => {
    localStorage.clear();
    backend = await createWebGpuBackend();
  });
  afterEach(() => {
    backend.dispose();
    localStorage.clear();
  });

  it('measures every way to compute each kind of layer, and keeps the fastest', async () => {
    const graph = small();
    const progress: number[] = [];
    const layers = await tune(backend, graph, { runs: 1, onProgress: (done) => progress.push(done) });
    expect(layers.map(({ nodes }) => nodes)).to.deep.equal([['first', 'second'], ['product']]);
    expect(progress).to.deep.equal([0.5, 1]);
    for (const { nodes, variants, signature, flops } of layers) {
      const node = graph.nodes.find(({ name }) => name === nodes[0])!;
      const able = opOf(node.op).variants!(contextOf(node, graph.values), backend.capabilities);
      expect(variants.map(({ variant }) => variant)).to.have.members([...able]);
      expect(variants.map(({ ms }) => ms)).to.deep.equal(variants.map(({ ms }) => ms).sort((a, b) => a - b));
      expect(backend.tuning.get(signature)).to.equal(variants[0]!.variant);
      expect(flops).to.be.above(0);
    }
    expect(readTuning(backend.adapter.name)).to.deep.equal(backend.tuning);
  });

  it('decides how later graphs are computed, where it can', () => {
    const graph = small();
    const [first] = graph.nodes;
    const shaderOf = (tuning: ReadonlyMap<string, string>) =>
      plan(graph, backend.capabilities, new Map(tuning)).launches.find(({ node }) => node === 'first')!.launch.shader;
    const signature = signatureOf(contextOf(first!, graph.values));
    const names = opOf('conv2d').variants!(contextOf(first!, graph.values), backend.capabilities);
    const shaders = names.map((name) => shaderOf(new Map([[signature, name]])));
    expect(new Set(shaders).size).to.be.above(1);
    expect(shaderOf(new Map([[signature, 'no such variant']]))).to.equal(shaderOf(new Map()));
    expect(shaderOf(new Map([['another layer', names.at(-1)!]]))).to.equal(shaderOf(new Map()));
  });

  it('survives storage that holds nonsense, and can be aborted', async () => {
    localStorage.setItem(`unpool tuning: ${backend.adapter.name}`, 'nonsense');
    expect(readTuning(backend.adapter.name).size).to.equal(0);
    writeTuning('another adapter', new Map([['a', 'b']]));
    expect(readTuning('another adapter')).to.deep.equal(new Map([['a', 'b']]));
    const error = await rejection(DOMException, () => tune(backend, small(), { signal: AbortSignal.abort() }));
    expect(error.name).to.equal('AbortError');
  });
});
