import { expect } from 'chai';
import { createCpuBackend } from '../../../src/engine/cpu/backend.ts';
import type { CpuOptions } from '../../../src/engine/cpu/options.ts';
import { ArgumentError, ShapeError, UseAfterDisposeError } from '../../../src/errors.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { rejection } from '../../rejection.ts';
import { graphBuilder } from '../../support/ops.ts';

const HOSTS: Readonly<Record<string, CpuOptions>> = {
  'in a Worker': {},
  'on the page': { worker: false },
  'on the page without WebAssembly': { worker: false, instructions: [] },
};

for (const [where, options] of Object.entries(HOSTS)) {
  describe(`CPU backend ${where}`, () => {
    const builder = graphBuilder();
    const y = builder.add('relu', [builder.input('x', 'float32', [3])], {}, { outputs: ['y'] });
    const graph = builder.build('relu', [y]);
    const input = { x: float32([3], [-1, 0, 2]) };

    it('runs a graph as the WebGPU backend does', async () => {
      const backend = await createCpuBackend(options);
      const executable = await backend.compile(graph);
      const progress: number[] = [];
      const result = await executable.run(input, { onProgress: (done) => progress.push(done) });
      expect(result).to.deep.equal({ y: float32([3], [0, 0, 2]) });
      expect(progress).to.deep.equal([1]);
      expect(backend.adapter).to.include({ backend: 'cpu', software: true });
      backend.dispose();
    });

    it('refuses the same', async () => {
      const backend = await createCpuBackend(options);
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
