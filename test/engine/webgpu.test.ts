import { expect } from 'chai';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/table.ts';
import { float32 } from '../../src/tensor/tensor.ts';

function reluGraph(n: number): Graph {
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [n]);
  return builder.build('relu', [builder.add('relu', [x], {}, { outputs: ['y'] })]);
}

describe('WebGPU backend', () => {
  let backend: WebGpuBackend;
  before(async () => {
    backend = await createWebGpuBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });

  it('runs a graph', async () => {
    const executable = await backend.compile(reluGraph(3));
    const { y } = await executable.run({ x: float32([3], [-1, 0, 2]) });
    expect(y).to.deep.equal(float32([3], [0, 0, 2]));
    executable.dispose();
  });
});
