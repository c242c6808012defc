import { expect } from 'chai';
import { GpuOutOfMemoryError, UnsupportedEnvironmentError } from '../../src/errors.ts';
import { BufferSet, roundUp, upload } from '../../src/gpu/buffers.ts';
import { openDevice, type Gpu } from '../../src/gpu/device.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { rejection } from '../rejection.ts';
import { withoutMemory } from './with-property.ts';

describe('buffers', () => {
  let gpu: Gpu;
  before(async () => {
    gpu = await openDevice();
  });
  after(() => {
    gpu.close();
  });

  it('roundUp', () => {
    expect([0, 1, 256, 257].map((n) => roundUp(n, 256))).to.deep.equal([0, 256, 256, 512]);
  });

  it('counts what lives', async () => {
    const set = new BufferSet(gpu);
    set.create('a', 64, GPUBufferUsage.STORAGE);
    set.create('b', 32, GPUBufferUsage.STORAGE);
    await set.ready();
    expect(gpu.counters).to.include({ buffers: 2, bytes: 96 });
    set.destroy();
    set.destroy();
    expect(gpu.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('refuses what the device does not allow', () => {
    const set = new BufferSet(gpu);
    const size = gpu.device.limits.maxBufferSize + 4;
    expect(() => set.create('fc6', size, GPUBufferUsage.STORAGE)).to.throw(UnsupportedEnvironmentError, 'fc6');
    expect(gpu.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('reports failed allocations', async () => {
    const set = new BufferSet(gpu);
    await withoutMemory(gpu.device, () => Promise.resolve(set.create('x', 64, GPUBufferUsage.STORAGE)));
    const error = await rejection(GpuOutOfMemoryError, () => set.ready());
    expect(error.message).to.match(/^x: .*none left.*smaller/);
    set.destroy();
    expect(gpu.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('brings several ranges back, more than once', async () => {
    const set = new BufferSet(gpu);
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const [a, b] = [set.create('a', 64, usage), set.create('b', 64, usage)];
    const ranges = [
      { buffer: a, offset: 16, size: 8 },
      { buffer: b, offset: 0, size: 12 },
    ];
    const readback = new Readback(gpu, ranges);
    await readback.ready();
    for (const n of [1, 100]) {
      upload(gpu, ranges[0]!, new Uint32Array([n, n + 1]));
      upload(gpu, ranges[1]!, new Float32Array([n + 2, n + 3, n + 4]));
      const encoder = gpu.device.createCommandEncoder();
      readback.encode(encoder);
      gpu.submit(encoder);
      const [first, second] = await readback.read();
      expect([...new Uint32Array(first!)]).to.deep.equal([n, n + 1]);
      expect([...new Float32Array(second!)]).to.deep.equal([n + 2, n + 3, n + 4]);
    }
    expect(gpu.counters).to.include({ submits: 2, uploadedBytes: 40, readbackBytes: 40 });
    readback.destroy();
    set.destroy();
    expect(gpu.counters).to.include({ buffers: 0, bytes: 0 });
  });
});
