import { expect } from 'chai';
import { shaderOf } from '../../shaders/table.ts';
import { createWebGpuBackend, type WebGpuBackend, type WebGpuOptions } from '../../src/engine/webgpu.ts';
import {
  ArgumentError,
  GpuOutOfMemoryError,
  ShaderError,
  UnsupportedEnvironmentError,
  UseAfterDisposeError,
} from '../../src/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { defineOp } from '../../src/ir/op.ts';
import { registerOps } from '../../src/ops/registry.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { withoutMemory, withProperty } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';
import { Random } from '../support/random.ts';

/** y = relu(x) of n numbers, `depth` times. */
function reluGraph(n: number, depth = 1): Graph {
  const builder = graphBuilder();
  let y = builder.input('x', 'float32', [n]);
  for (let i = 1; i <= depth; i++) y = builder.add('relu', [y], {}, { outputs: [i === depth ? 'y' : `y${String(i)}`] });
  return builder.build('relu', [y]);
}

/** The library with another text for one shader. */
function withShader(id: string, edit: (source: string) => string): WebGpuOptions {
  return {
    shaders: async (wanted) => {
      const shader = await shaderOf(wanted);
      return shader && wanted === id ? { ...shader, source: edit(shader.source) } : shader;
    },
  };
}

const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
const numbers = ({ data }: Tensor): number[] => [...data];

describe('WebGPU backend', () => {
  let backend: WebGpuBackend;
  const open = async (options: WebGpuOptions = { poison: true }): Promise<void> => {
    backend = await createWebGpuBackend(options);
  };
  beforeEach(() => open());
  afterEach(() => {
    backend.dispose();
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('runs a graph', async () => {
    const executable = await backend.compile(reluGraph(3));
    const { y } = await executable.run({ x: float32([3], [-1, 0, 2]) });
    expect(y).to.deep.equal(float32([3], [0, 0, 2]));
    expect(backend.adapter.backend).to.equal('webgpu');
  });

  it('runs operations that a page has defined, by launches of their own', async () => {
    registerOps([
      defineOp({
        type: 'relu-for-a-test',
        infer: ({ inputs: [x] }) => [x!],
        launches: ({ inputs: [x], outputs: [y] }) => [
          {
            shader: 'pointwise/relu',
            constants: { EACH: 1 },
            params: { size: x!.shape[0]! },
            bindings: { x: x!.name, y: y!.name },
            threads: [x!.shape[0]!, 1, 1],
          },
        ],
      }),
    ]);
    const builder = graphBuilder();
    const y = builder.add('relu-for-a-test', [builder.input('x', 'float32', [3])], {}, { outputs: ['y'] });
    const executable = await backend.compile(builder.build('own', [y]));
    expect(await executable.run({ x: float32([3], [-1, 0, 2]) })).to.deep.equal({ y: float32([3], [0, 0, 2]) });
  });

  it('counts what goes to the GPU and back', async () => {
    const executable = await backend.compile(reluGraph(4));
    const before = backend.counters;
    await executable.run({ x: float32([4], [1, 2, 3, 4]) });
    const { submits, readbackBytes, pipelines } = backend.counters;
    expect([submits - before.submits, readbackBytes - before.readbackBytes, pipelines]).to.deep.equal([1, 16, 1]);
  });

  it('poisons memory, so that an element nobody writes is NaN', async () => {
    backend.dispose();
    await open({ poison: true, ...withShader('pointwise/relu', (text) => text.replace('params.size - 1u', '1u')) });
    const executable = await backend.compile(reluGraph(3));
    const { y } = await executable.run({ x: float32([3], [1, 2, 3]) });
    expect(numbers(y!)).to.deep.equal([1, 2, NaN]);
  });

  describe('tensors', () => {
    it('come back with their type', async () => {
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [1, 1, 2, 2]);
      const attributes = {
        ...{ kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1] },
        ...{ autoPad: 'NOTSET', ceilMode: false, global: false },
      };
      const outputs = builder.addAll('max-pool', [x], attributes, { outputs: ['y', 'switches'] });
      const executable = await backend.compile(builder.build('pool', outputs));
      const { y, switches } = await executable.run({ x: float32([1, 1, 2, 2], [1, 5, 7, 3]) });
      expect(y).to.deep.equal(float32([1, 1, 1, 1], [7]));
      expect(switches).to.deep.equal(tensor('uint32', [1, 1, 1, 1], [2]));
    });

    it('may be of other types in the graph and as inputs', async () => {
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [2]);
      const terms = [tensor('bool', [2], [0, 1]), tensor('float64', [2], [0.5, 0.25]), tensor('int64', [2], [10, 20])];
      const sum = terms.reduce(
        (total, term, i) => builder.add('add', [total, builder.constant(`c${String(i)}`, term)]),
        x,
      );
      const executable = await backend.compile(builder.build('sum', [sum]));
      const result = await executable.run({ x: tensor('float64', [2], [100, 200]) });
      expect(result[sum]).to.deep.equal(float32([2], [110.5, 221.25]));
    });

    it('may be outputs as inputs, constants and views', async () => {
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [2, 2]);
      const c = builder.constant('c', float32([1], [4]));
      const y = builder.add('relu', [x]);
      const [flatX, flatY] = [x, y].map((t) => builder.add('reshape', [t], { shape: [4], allowZero: false }));
      const outputs = [x, c, y, flatX!, flatY!];
      const executable = await backend.compile(builder.build('given', outputs));
      const result = await executable.run({ x: float32([2, 2], [-1, 2, -3, 4]) });
      expect(outputs.map((name) => result[name])).to.deep.equal([
        float32([2, 2], [-1, 2, -3, 4]),
        float32([1], [4]),
        float32([2, 2], [0, 2, 0, 4]),
        float32([4], [-1, 2, -3, 4]),
        float32([4], [0, 2, 0, 4]),
      ]);
    });

    it('are read only when asked for', async () => {
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [4]);
      const [a, b] = [builder.add('relu', [x]), builder.add('neg', [x])];
      const executable = await backend.compile(builder.build('two', [a, b]));
      const input = { x: float32([4], [1, 2, 3, 4]) };
      const before = backend.counters.readbackBytes;
      expect(await executable.run(input, { read: [] })).to.deep.equal({});
      expect(await executable.run(input, { read: [b, b] })).to.deep.equal({ [b]: float32([4], [-1, -2, -3, -4]) });
      expect(Object.keys(await executable.run(input, { read: [b, a] }))).to.have.members([a, b]);
      expect(backend.counters.readbackBytes - before).to.equal(16 + 32);
      const error = await rejection(ArgumentError, () => executable.run(input, { read: [a, 'x'] }));
      expect(error.message).to.match(/"x" cannot be read.*Name it among the outputs/);
    });

    it('may be empty', async () => {
      const executable = await backend.compile(reluGraph(0));
      expect(await executable.run({ x: float32([0], []) })).to.deep.equal({ y: float32([0], []) });
    });

    it('keep their names when weights are split', async () => {
      const random = new Random(4);
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [1, 64]);
      const w = builder.constant('w', random.tensor([64, 64]));
      const attributes = { alpha: 1, beta: 1, transA: false, transB: false };
      const outputs = [
        builder.add('gemm', [x, w], attributes),
        builder.add('slice', [x], { starts: [0, 0], sizes: [1, 3], steps: [1, 1] }),
      ];
      const graph = builder.build('split', outputs);
      const input = { x: random.tensor([1, 64]) };
      const whole = await (await backend.compile(graph)).run(input);
      const limits = {
        maxBufferSize: 2 ** 30,
        maxStorageBufferBindingSize: 8192,
        maxComputeWorkgroupsPerDimension: 65_535,
      };
      const split = await withProperty(backend.device, 'limits', limits, async () =>
        (await backend.compile(graph)).run(input),
      );
      expect(Object.keys(split)).to.deep.equal(outputs);
      expect(split[outputs[1]!]).to.deep.equal(whole[outputs[1]!]);
      for (const [i, y] of numbers(whole[outputs[0]!]!).entries()) {
        expect(split[outputs[0]!]!.data[i]).to.be.closeTo(y, 1e-4);
      }
    });
  });

  describe('runs', () => {
    it('of one executable wait for each other, and a failed one does not stop the next', async () => {
      const executable = await backend.compile(reluGraph(2));
      const [first, failed, last] = await Promise.allSettled([
        executable.run({ x: float32([2], [1, 2]) }),
        executable.run({ z: float32([2], [1, 2]) }),
        executable.run({ x: float32([2], [3, 4]) }),
      ]);
      expect(first).to.deep.equal({ status: 'fulfilled', value: { y: float32([2], [1, 2]) } });
      expect(failed.status).to.equal('rejected');
      expect(last).to.deep.equal({ status: 'fulfilled', value: { y: float32([2], [3, 4]) } });
    });

    it('of several executables may overlap', async () => {
      const sizes = [5, 50, 500];
      const results = await Promise.all(
        sizes.map(async (n) => {
          const executable = await backend.compile(reluGraph(n, 3));
          return executable.run({ x: float32([n], new Array<number>(n).fill(n)) });
        }),
      );
      for (const [i, { y }] of results.entries()) expect(new Set(y!.data)).to.deep.equal(new Set([sizes[i]]));
    });

    it('reject with an error that no error scope caught, once', async () => {
      const executable = await backend.compile(reluGraph(2));
      const input = { x: float32([2], [1, 2]) };
      backend.device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
      await rejection(ShaderError, () => executable.run(input));
      await executable.run(input);
    });

    it('become faster once they have run for long, and give the same bits', async () => {
      const random = new Random(1);
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', [1, 64, 28, 28]);
      const w = builder.constant(
        'w',
        random.tensor([64, 64, 3, 3], () => 0.05 * random.normal()),
      );
      const attributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1, autoPad: 'NOTSET' };
      const [y] = builder.addAll('conv2d', [x, w], attributes, { outputs: ['y'] });
      const executable = await backend.compile(builder.build('layer', [y!]), { state: { x: 'y' } });
      const inputs = { x: random.tensor([1, 64, 28, 28]) };
      const first = await executable.run(inputs);
      const { buffers, pipelines } = backend.counters;
      await executable.run({}, { steps: 720, read: [] });
      // It compiles meanwhile. Adapters without subgroups have one kernel only.
      if (backend.capabilities.subgroups) while (backend.counters.pipelines === pipelines) await frame();
      await executable.tierUp();
      expect(await executable.run(inputs)).to.deep.equal(first);
      expect(backend.counters.buffers).to.equal(buffers);
    });

    it('can be timed launch by launch', async () => {
      const executable = await backend.compile(reluGraph(1000, 3));
      const { buffers } = backend.counters;
      const times = await executable.profile({ x: float32([1000], new Float32Array(1000)) });
      expect(times.map(({ shader, flops }) => [shader, flops])).to.deep.equal(
        new Array(3).fill(['pointwise/relu', 1000]),
      );
      for (const { ms } of times) expect(ms).to.be.within(0, 1000);
      expect(backend.counters.buffers).to.equal(buffers);
    });
  });

  describe('compile', () => {
    it('names the line of a shader that does not compile, and leaves nothing behind', async () => {
      backend.dispose();
      await open(withShader('pointwise/relu', (text) => text.replace('select(x_j, 0.0, ', 'select(x_j, nought, ')));
      const error = await rejection(ShaderError, () => backend.compile(reluGraph(2)));
      expect(error.details.where).to.match(/^shaders\/pointwise\/relu\.wgsl:\d+$/);
      expect(error.message).to.contain('nought');
      expect(backend.counters).to.include({ buffers: 0, bytes: 0, pipelines: 0 });
    });

    it('says when memory is short, and leaves nothing behind', async () => {
      await withoutMemory(backend.device, () => rejection(GpuOutOfMemoryError, () => backend.compile(reluGraph(2))));
      expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
      await (await backend.compile(reluGraph(2))).run({ x: float32([2], [1, 2]) });
    });

    it('refuses tensors that no buffer can hold', async () => {
      const error = await rejection(UnsupportedEnvironmentError, () => backend.compile(reluGraph(2 ** 29)));
      expect(error.message).to.match(/for 536870912\. Use a smaller batch or image/);
      expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
    });

    it('can be aborted', async () => {
      const abort = new AbortController();
      const compiled = backend.compile(reluGraph(2), { signal: abort.signal });
      abort.abort();
      expect((await rejection(DOMException, () => compiled)).name).to.equal('AbortError');
      expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
    });

    it('starts anew when the device is lost meanwhile', async () => {
      const lost = backend.device;
      const graph = reluGraph(2);
      const compiled = [backend.compile(graph), backend.compile(graph)];
      lost.destroy();
      for (const executable of await Promise.all(compiled)) {
        expect(await executable.run({ x: float32([2], [-1, 2]) })).to.deep.equal({ y: float32([2], [0, 2]) });
      }
      expect(backend.device).not.to.equal(lost);
    });

    it('leaves what no output needs out', async () => {
      const graph = reluGraph(2, 5);
      const executable = await backend.compile({ ...graph, outputs: ['y1'] });
      expect((await executable.profile({ x: float32([2], [1, 2]) })).length).to.equal(1);
    });
  });

  describe('dispose', () => {
    it('ends the runs under way and those that wait', async () => {
      const n = 2 ** 20;
      const executable = await backend.compile(reluGraph(n, 12));
      const input = { x: float32([n], new Float32Array(n)) };
      const runs = [
        executable.run(input, {
          onProgress: () => {
            executable.dispose();
            expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
          },
        }),
        executable.run(input),
      ];
      for (const run of runs) await rejection(UseAfterDisposeError, () => run);
      executable.dispose();
    });

    it('ends a run whose numbers are on their way back', async () => {
      const executable = await backend.compile(reluGraph(2));
      const mapAsync = GPUBuffer.prototype.mapAsync;
      const disposeWhenAsked = function (this: GPUBuffer, mode: GPUMapModeFlags): Promise<undefined> {
        const mapped: Promise<undefined> = mapAsync.call(this, mode);
        executable.dispose();
        return mapped;
      };
      await withProperty(GPUBuffer.prototype, 'mapAsync', disposeWhenAsked, () =>
        rejection(UseAfterDisposeError, () => executable.run({ x: float32([2], [1, 2]) })),
      );
      expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
    });

    it('of the backend ends everything', async () => {
      const executable = await backend.compile(reluGraph(2));
      const compiling = rejection(UseAfterDisposeError, () => backend.compile(reluGraph(3)));
      backend.dispose();
      await compiling;
      await rejection(UseAfterDisposeError, () => executable.run({ x: float32([2], [1, 2]) }));
      await rejection(UseAfterDisposeError, () => backend.compile(reluGraph(2)));
      expect(backend.counters).to.include({ buffers: 0, bytes: 0, pipelines: 0 });
    });
  });
});
