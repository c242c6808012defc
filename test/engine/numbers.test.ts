import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { expectFinite, expectFiniteWeights } from '../../src/engine/numbers.ts';
import { ModelFormatError, NonFiniteError } from '../../src/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { graphBuilder } from '../support/ops.ts';

/** x [1, 2] times weights, plus a constant, and the square root of that. */
function network(weights: readonly number[], offset: readonly number[] = [0, 0]): Graph {
  const b = graphBuilder();
  const x = b.input('x', 'float32', [1, 2]);
  const attributes = { alpha: 1, beta: 1, transA: false, transB: true };
  const product = b.add('gemm', [x, b.constant('weights', float32([2, 2], weights))], attributes, { name: 'product' });
  const sum = b.add('add', [product, b.constant('offset', float32([1, 2], offset))], {}, { name: 'sum' });
  return b.build('net', [b.add('sqrt', [sum], {}, { name: 'root' })]);
}

describe('numbers', () => {
  it('are looked for in the weights, layer by layer', async () => {
    await expectFiniteWeights(network([1, 2, 3, 4]));
    await expectFiniteWeights(network([3.4e38, -3.4e38, 1e-45, -0]));
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const message = `layer "product" (gemm): the weights of the network are no numbers; got ${String(wrong)} in "weights"`;
      await expectRejection(ModelFormatError, message, () => expectFiniteWeights(network([1, 2, 3, wrong])));
    }
    await expectRejection(ModelFormatError, 'layer "sum"', () => expectFiniteWeights(network([1, 2, 3, 4], [0, NaN])));
    // A mask that is added to scores.
    await expectFiniteWeights(network([1, 2, 3, 4], [0, -Infinity]));
  });

  it('leave the page its turn, and stop when they are not wanted any more', async () => {
    const b = graphBuilder();
    const large = Array.from({ length: 3 }, (_, i) =>
      b.constant(`large ${String(i)}`, float32([9e6], new Float32Array(9e6))),
    );
    let sum = b.input('x', 'float32', [9e6]);
    for (const name of large) sum = b.add('add', [sum, name]);
    const abort = new AbortController();
    setTimeout(() => {
      abort.abort();
    });
    const looked = expectFiniteWeights(b.build('large', [sum]), abort.signal);
    expect(await looked.catch((error: unknown) => (error as Error).name)).to.equal('AbortError');
  });

  it('are looked for in results, and the first layer that has others is named', async () => {
    const [graph, backend] = [network([1, 0, 0, 1]), createReferenceBackend()];
    const shown = (input: number[]): Parameters<typeof expectFinite>[1] => ({
      graph,
      backend,
      input: float32([input.length / 2, 2], input),
    });
    await expectFinite([float32([2], [1, -1]), tensor('int32', [1], [5])], shown([1, 1]));
    await expectRejection(NonFiniteError, 'layer "root": the network computes what is no number; got NaN', () =>
      expectFinite([float32([2], [1, NaN])], shown([1, -1])),
    );
    // The second picture of a batch.
    await expectRejection(NonFiniteError, 'layer "root"', () =>
      expectFinite([float32([1], [Infinity])], shown([1, 1, -1, 1])),
    );
    await expectRejection(NonFiniteError, /^the network computes.*on the way back/, () =>
      expectFinite([tensor('float64', [1], [-Infinity])], shown([1, 1])),
    );
  });
});
