import { expect } from 'chai';
import { tsne } from '../../src/corpus/tsne.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { openBackend } from '../support/backends.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

describe('t-SNE that goes on', () => {
  let backend: Backend;
  let codes: Tensor;
  before(async () => {
    backend = await openBackend();
    const random = new Random(8);
    const middles = Array.from({ length: 3 }, () => random.tensor([6]).data);
    const rows = Array.from({ length: 60 }, (_, i) => Array.from(middles[i % 3]!, (at) => 3 * at + random.normal()));
    codes = float32([60, 6], rows.flat());
  });
  after(() => {
    backend.dispose();
  });

  const last = async (options: Parameters<typeof tsne>[2]): Promise<Float32Array> => {
    let found = new Float32Array();
    for await (const { positions } of tsne(backend, codes, { perplexity: 8, ...options }))
      found = new Float32Array(positions);
    return found;
  };

  it('leaves points that have found their places where they are, but for exaggeration', async () => {
    const settled = await last({ iterations: 1500 });
    const start = float32([60, 2], settled);
    const on = await last({ start, iterations: 1, exaggerate: false });
    const exaggerated = await last({ start, iterations: 1 });
    expect(relativeError(on, settled)).to.be.below(0.01);
    expect(relativeError(exaggerated, settled)).to.be.above(10 * relativeError(on, settled));
  });
});
