import { expect } from 'chai';
import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { halveWeights } from '../../src/graph/halve-weights.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const PLAIN = { alpha: 1, beta: 1, transA: false, transB: true };
const [K, N, M] = [256, 64, 2];

/** Two fully connected layers; `scale` makes the weights of the second larger. */
function network(scale = 1): Graph {
  const random = new Random(11);
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [M, K]);
  const weights = (name: string, n: number, k: number, factor = 1): string =>
    builder.constant(
      name,
      float32(
        [n, k],
        Array.from(random.tensor([n, k]).data, (value) => factor * value),
      ),
    );
  const hidden = builder.add('gemm', [x, weights('w', N, K), builder.constant('b', random.tensor([N]))], PLAIN);
  const y = builder.add('gemm', [builder.add('relu', [hidden]), weights('v', 8, N, scale)], PLAIN);
  return builder.build('two layers', [y]);
}

const input = new Random(12).tensor([M, K]);
const outputOf = (graph: Graph): ArrayLike<number> => evaluate(graph, { x: input })[graph.outputs[0]!]!.data;

describe('halveWeights', () => {
  it('rounds each weight by at most 2⁻¹¹ of itself, and the numbers by some 10⁻⁴', () => {
    const graph = network();
    const halved = halveWeights(graph);
    expect(halved.nodes.map(({ op }) => op)).to.deep.equal(['gemm-halves', 'relu', 'gemm-halves']);
    expect([...halved.constants.values()].map(({ dtype }) => dtype).toSorted()).to.deep.equal([
      'float32',
      'uint32',
      'uint32',
    ]);
    const error = relativeError(outputOf(halved), outputOf(graph));
    expect(error).to.be.within(2e-5, 2 ** -11);
  });

  it('leaves a matrix with a number beyond float16 as it is', () => {
    const halved = halveWeights(network(1e5));
    expect(halved.nodes.map(({ op }) => op)).to.deep.equal(['gemm-halves', 'relu', 'gemm']);
  });

  it('is what a backend does that is told to, in less memory', async () => {
    const graph = network();
    const [plain, halving] = [await createWebGpuBackend(), await createWebGpuBackend({ transform: halveWeights })];
    try {
      const bytes: number[] = [];
      for (const backend of [plain, halving]) {
        const executable = await backend.compile(graph);
        const expected = outputOf(backend === plain ? graph : halveWeights(graph));
        const { data } = (await executable.run({ x: input }))[graph.outputs[0]!]!;
        expect(relativeError(data, expected)).to.be.below(1e-6);
        bytes.push(backend.counters.bytes);
        executable.dispose();
      }
      expect(bytes[0]! - bytes[1]!).to.be.within(2 * (K * N + N * 8) - 1024, 2 * (K * N + N * 8) + 1024);
    } finally {
      plain.dispose();
      halving.dispose();
    }
  });
});
