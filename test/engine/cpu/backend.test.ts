import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { createCpuBackend } from '../../../src/engine/cpu/backend.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { ArgumentError, ShapeError, UseAfterDisposeError } from '../../../src/errors.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { rejection } from '../../rejection.ts';
import { graphBuilder } from '../../support/ops.ts';

const BACKENDS: Readonly<Record<string, () => Promise<Backend>>> = {
  'CPU backend in a Worker': () => createCpuBackend(),
  'CPU backend on the page': () => createCpuBackend({ worker: false }),
  'CPU backend on the page without WebAssembly': () => createCpuBackend({ worker: false, instructions: [] }),
  'reference backend': () => Promise.resolve(createReferenceBackend()),
};

for (const [name, open] of Object.entries(BACKENDS)) {
  describe(name, () => {
    const builder = graphBuilder();
    const y = builder.add('relu', [builder.input('x', 'float32', [3])], {}, { outputs: ['y'] });
    const graph = builder.build('relu', [y]);
    const input = { x: float32([3], [-1, 0, 2]) };

    it('runs a graph as the WebGPU backend does', async () => {
      const backend = await open();
      const executable = await backend.compile(graph);
      const progress: number[] = [];
      const result = await executable.run(input, { onProgress: (done) => progress.push(done) });
      expect(result).to.deep.equal({ y: float32([3], [0, 0, 2]) });
      expect(progress).to.deep.equal([1]);
      expect(backend.adapter).to.include({ backend: 'cpu', software: true });
      backend.dispose();
    });

    it('refuses the same', async () => {
      const backend = await open();
      const executable = await backend.compile(graph);
      await rejection(ArgumentError, () => executable.run({ z: input.x }));
      await rejection(ArgumentError, () => executable.run(input, { read: ['x'] }));
      await rejection(ShapeError, () => executable.run({ x: float32([2], [1, 2]) }));
      const signal = AbortSignal.abort();
      for (const aborted of [() => executable.run(input, { signal }), () => backend.compile(graph, { signal })]) {
        expect((await rejection(DOMException, aborted)).name).to.equal('AbortError');
      }
      executable.dispose();
      await rejection(UseAfterDisposeError, () => executable.run(input));
      const other = await backend.compile(graph);
      backend.dispose();
      await rejection(UseAfterDisposeError, () => other.run(input));
      await rejection(UseAfterDisposeError, () => backend.compile(graph));
    });
  });
}
