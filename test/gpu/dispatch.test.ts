import { expect } from 'chai';
import { ShaderError } from '../../src/errors.ts';
import { BufferSet, upload, type BufferRange } from '../../src/gpu/buffers.ts';
import { openDevice, type Gpu } from '../../src/gpu/device.ts';
import { bind, countWorkgroups, encode, type Dispatch } from '../../src/gpu/dispatch.ts';
import { Pipelines } from '../../src/gpu/pipelines.ts';
import { Profiler } from '../../src/gpu/profiler.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { rejection } from '../rejection.ts';

describe('countWorkgroups', () => {
  const kernel = { id: 'nn/x', workgroupSize: [64, 1, 1] as const, foldable: true };

  it('rounds up', () => {
    expect(countWorkgroups(kernel, [65, 3, 2], 100)).to.deep.equal([2, 3, 2]);
    expect(countWorkgroups(kernel, [0, 1, 1], 100)).to.deep.equal([0, 1, 1]);
  });

  it('folds long one-dimensional launches into y, with less than a row to spare', () => {
    expect(countWorkgroups(kernel, [6400, 1, 1], 100)).to.deep.equal([100, 1, 1]);
    expect(countWorkgroups(kernel, [6401, 1, 1], 100)).to.deep.equal([51, 2, 1]);
    expect(countWorkgroups(kernel, [64 * 9999, 1, 1], 100)).to.deep.equal([100, 100, 1]);
  });

  it('refuses what does not fit', () => {
    const refuse = (threads: Dispatch['threads'], foldable = true): void => {
      expect(() => countWorkgroups({ ...kernel, foldable }, threads, 100)).to.throw(ShaderError, 'too many workgroups');
    };
    refuse([6401, 2, 1]);
    refuse([1, 101, 1]);
    refuse([64 * 10001, 1, 1]);
    refuse([6401, 1, 1], false);
  });
});

describe('dispatch', () => {
  let gpu: Gpu;
  let pipelines: Pipelines;
  let set: BufferSet;
  before(async () => {
    gpu = await openDevice();
    pipelines = new Pipelines(gpu);
  });
  beforeEach(() => {
    set = new BufferSet(gpu);
  });
  afterEach(() => {
    set.destroy();
    expect(gpu.counters).to.include({ buffers: 0, bytes: 0 });
    gpu.throwUncaptured();
  });
  after(() => {
    gpu.close();
  });

  const range = (size: number): BufferRange => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: set.create('t', size, usage), offset: 0, size };
  };

  const prepare = async (dispatches: readonly Dispatch[]): ReturnType<typeof bind> => {
    const kernels = await Promise.all(dispatches.map(({ shader, constants }) => pipelines.get(shader, constants)));
    return bind(gpu, set, kernels, dispatches);
  };

  const run = async (dispatches: readonly Dispatch[], read: BufferRange): Promise<Float32Array> => {
    const commands = await prepare(dispatches);
    const readback = new Readback(gpu, [read]);
    await readback.ready();
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, commands);
    pass.end();
    readback.encode(encoder);
    gpu.submit(encoder);
    const [bytes] = await readback.read();
    readback.destroy();
    return new Float32Array(bytes!);
  };

  const relu = (n: number, x: BufferRange, y: BufferRange): Dispatch => ({
    shader: 'pointwise/relu',
    params: { size: n },
    bindings: { x, y },
    threads: [n, 1, 1],
  });

  it('gives each launch its own parameters and memory', async () => {
    const [x, y] = [range(16), range(16)];
    upload(gpu, x, new Float32Array([-1, 2, 3, 4]));
    upload(gpu, y, new Float32Array([9, 9, 9, 9]));
    const z = range(16);
    upload(gpu, z, new Float32Array([8, 8, 8, 8]));
    expect([...(await run([relu(3, x, y), relu(2, y, z)], z))]).to.deep.equal([0, 2, 8, 8]);
    expect([...(await run([relu(3, x, y)], y))]).to.deep.equal([0, 2, 3, 9]);
  });

  it('skips empty launches', async () => {
    const [x, y] = [range(16), range(16)];
    upload(gpu, y, new Float32Array([1, 2, 3, 4]));
    expect([...(await run([relu(0, x, y)], y))]).to.deep.equal([1, 2, 3, 4]);
  });

  it('reaches every element beyond 65,535 workgroups', async () => {
    const n = 65_535 * 64 + 77;
    const [x, y] = [range(4 * n), range(4 * n)];
    upload(gpu, x, new Float32Array(n).fill(3));
    upload(gpu, y, new Float32Array(n).fill(-1));
    const result = await run([relu(n, x, y)], y);
    expect(result.findIndex((value) => value !== 3)).to.equal(-1);
  });

  it('wants exactly the tensors and parameters of the shader', async () => {
    const [x, y] = [range(16), range(16)];
    const launch = relu(4, x, y);
    const refuse = async (dispatch: Dispatch, message: string): Promise<void> => {
      expect((await rejection(ShaderError, () => prepare([dispatch]))).message).to.contain(message);
    };
    await refuse({ ...launch, bindings: { x } }, 'expected x, y; got x');
    await refuse({ ...launch, bindings: { x, y, b: x } }, 'expected x, y; got x, y, b');
    await refuse({ ...launch, params: {} }, 'pointwise/relu: Params.size');
    await refuse({ ...launch, params: { size: 4, lo: 0 } }, 'no field "lo"');
    await refuse({ ...launch, bindings: { x, y: { ...y, offset: 4, size: 8 } } }, 'the GPU refused a command');
  });

  it('refuses to read what it writes', async () => {
    const x = range(512);
    const [front, back] = [0, 256].map((offset) => ({ ...x, offset, size: 16 }));
    const message = '"x" and "y" lie in one buffer and one of them is written';
    for (const launch of [relu(4, x, x), relu(4, front!, back!)]) {
      expect((await rejection(ShaderError, () => prepare([launch]))).message).to.contain(message);
    }
  });

  it('times launches', async () => {
    const [x, y] = [range(4096), range(4096)];
    const commands = await prepare([relu(1024, x, y), relu(1024, x, y)]);
    const profiler = new Profiler(gpu, 2);
    await profiler.ready();
    const encoder = gpu.device.createCommandEncoder();
    for (const [i, command] of commands.entries()) {
      const pass = encoder.beginComputePass({ timestampWrites: profiler.writes(i) });
      encode(pass, [command]);
      pass.end();
    }
    profiler.encode(encoder);
    gpu.submit(encoder);
    const times = await profiler.read();
    profiler.destroy();
    expect(times.length).to.equal(2);
    for (const ms of times) expect(ms).to.be.within(0, 1000);
  });
});
