import { expect } from 'chai';
import { benchmark, rateOf } from '../../src/engine/benchmark.ts';
import { roofline } from '../../src/engine/roofline.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { withProperty } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';
import { tinyNet } from '../support/tiny.ts';

describe('benchmark', () => {
  let backend: WebGpuBackend;
  before(async () => {
    backend = await createWebGpuBackend({ poison: true });
  });
  afterEach(() => {
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
  });
  after(() => {
    backend.dispose();
  });

  it('times every launch, and what surrounds them', async () => {
    const graph = await importOnnx(tinyNet());
    const progress: number[] = [];
    const result = await benchmark(backend, graph, { runs: 2, onProgress: (done) => progress.push(done) });
    expect(result.adapter).to.deep.equal(backend.adapter);
    expect(result.compileMs).to.be.above(0);
    expect(result.runMs).to.be.above(0);
    expect(result.launches.map(({ node }) => node)).to.deep.equal(['first', 'pooled', 'second', 'average']);
    const [first] = result.launches;
    // 15×15 outputs of 4 channels, 27 products each, with ReLU
    expect(first!.flops).to.be.within(2 * 27 * 4 * 225, 2 * 30 * 4 * 225);
    expect(first!.bytes).to.equal(4 * (3 * 32 * 32 + 4 * 27 + 4 * 225));
    expect(progress).to.deep.equal([0.25, 0.5, 0.75, 1]);
  });

  it('rates launches by the roof above them', () => {
    const launch = { node: 'a', shader: 's', clock: 'gpu', flops: 4e9, bytes: 1e9, ms: 2 } as const;
    const limits = { flops: 4e12, bytes: 1e12 };
    expect(rateOf([launch], limits)).to.deep.equal({ flops: 2e12, bytes: 5e11, share: 0.5 });
    const copy = { ...launch, flops: 0, ms: 2 };
    expect(rateOf([launch, copy], limits)).to.deep.equal({ flops: 1e12, bytes: 5e11, share: 0.5 });
  });

  it('finds what the device can do at most', async () => {
    const { flops, bytes } = await roofline(backend);
    expect(flops).to.be.above(1e8);
    expect(bytes).to.be.above(1e8);
  });

  it('goes by the clock on the wall where the GPU has none', async () => {
    const graph = await importOnnx(tinyNet());
    const { features } = backend.device;
    const without = { has: (name: string) => name !== 'timestamp-query' && features.has(name) };
    const { launches } = await withProperty(backend.device, 'features', without, () =>
      benchmark(backend, graph, { runs: 1 }),
    );
    expect(launches.map(({ clock }) => clock)).to.deep.equal(launches.map(() => 'wall'));
    for (const { ms } of launches) expect(ms).to.be.above(0);
  });

  it('can be aborted', async () => {
    const abort = new AbortController();
    const onProgress = (): void => {
      abort.abort();
    };
    const graph = await importOnnx(tinyNet());
    const error = await rejection(DOMException, () => benchmark(backend, graph, { signal: abort.signal, onProgress }));
    expect(error.name).to.equal('AbortError');
  });
});
