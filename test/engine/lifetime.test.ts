import { expect } from 'chai';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { ArgumentError, DeviceLostError, ShapeError, UseAfterDisposeError } from '../../src/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { graphBuilder } from '../support/ops.ts';
import { rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const CONV = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };

/** Layers of 3×3 convolutions of x [1, 8, size, size]. */
function deepGraph(layers: number, size: number): Graph {
  const random = new Random(3);
  const builder = graphBuilder();
  let x = builder.input('x', 'float32', [1, 8, size, size]);
  for (let layer = 0; layer < layers; layer++) {
    const w = builder.constant(
      `w${layer}`,
      random.tensor([8, 8, 3, 3], () => random.normal() / 8),
    );
    x = builder.add('relu', [builder.add('conv2d', [x, w], CONV)]);
  }
  return builder.build('deep', [x]);
}

describe('engine: a life', () => {
  let backend: WebGpuBackend;
  beforeEach(async () => {
    backend = await createWebGpuBackend();
  });
  afterEach(() => {
    backend.dispose();
  });

  const input = new Random(1).tensor([1, 8, 12, 12]);

  it('is back at the baseline after 200 executables with a run each, and after 200 runs of one', async () => {
    const graph = deepGraph(2, 12);
    const baseline = backend.counters;
    for (let i = 0; i < 200; i++) {
      const executable = await backend.compile(graph);
      await executable.run({ x: input });
      executable.dispose();
    }
    expect(backend.counters).to.include({ buffers: baseline.buffers, bytes: baseline.bytes });

    const executable = await backend.compile(graph);
    await executable.run({ x: input });
    const { buffers, bytes } = backend.counters;
    for (let i = 0; i < 200; i++) await executable.run({ x: input });
    expect(backend.counters).to.include({ buffers, bytes });
    executable.dispose();
    expect(backend.counters).to.include({ buffers: baseline.buffers, bytes: baseline.bytes });
  });

  it('shares the constants of two executables and frees them with the second', async () => {
    const graph = deepGraph(2, 12);
    const first = await backend.compile(graph);
    const { bytes } = backend.counters;
    const second = await backend.compile(graph);
    const weights = 2 * 8 * 8 * 9 * 4;
    expect(backend.counters.bytes - bytes).to.be.below(bytes - weights + 1);
    first.dispose();
    const result = await second.run({ x: input });
    const exact = evaluate(graph, { x: input });
    expect(relativeError(result[graph.outputs[0]!]!.data, exact[graph.outputs[0]!]!.data)).to.be.below(1e-5);
    second.dispose();
    expect(backend.counters.bytes).to.equal(0);
  });

  it('stops between slices when aborted, and works again', async () => {
    const graph = deepGraph(40, 64);
    const x = new Random(2).tensor([1, 8, 64, 64]);
    const executable = await backend.compile(graph);
    const abort = new AbortController();
    const run = executable.run(
      { x },
      {
        signal: abort.signal,
        onProgress: () => {
          abort.abort();
        },
      },
    );
    expect((await rejection(DOMException, () => run)).name).to.equal('AbortError');
    const progress: number[] = [];
    await executable.run({ x }, { onProgress: (done) => progress.push(done) });
    expect(progress.at(-1)).to.equal(1);
    expect(progress).to.deep.equal([...progress].sort((a, b) => a - b));
    expect(progress.length).to.be.above(2);
  });

  it('recovers once from a lost device in the middle of a run, and says so the second time', async () => {
    const graph = deepGraph(40, 64);
    const x = new Random(2).tensor([1, 8, 64, 64]);
    const executable = await backend.compile(graph);
    const [before] = Object.values(await executable.run({ x }));
    let lost = false;
    const lose = (): void => {
      if (!lost) backend.device.destroy();
      lost = true;
    };
    const [after] = Object.values(await executable.run({ x }, { onProgress: lose }));
    expect(lost).to.equal(true);
    expect(after!.data).to.deep.equal(before!.data);

    lost = false;
    const error = await rejection(DeviceLostError, () => executable.run({ x }, { onProgress: lose }));
    expect(error.code).to.equal('device-lost');
    const [again] = Object.values(await executable.run({ x }));
    expect(again!.data).to.deep.equal(before!.data);
    executable.dispose();
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
  });

  it('refuses wrong inputs, unknown outputs and use after dispose, and leaks nothing', async () => {
    const graph = deepGraph(1, 12);
    const executable = await backend.compile(graph);
    await executable.run({ x: input });
    const { buffers, bytes } = backend.counters;
    await rejection(ShapeError, () => executable.run({ x: new Random(1).tensor([1, 8, 12, 13]) }));
    await rejection(ArgumentError, () => executable.run({ y: input }));
    await rejection(ArgumentError, () => executable.run({ x: input }, { read: ['conv2d_0'] }));
    expect(backend.counters).to.include({ buffers, bytes });
    executable.dispose();
    await rejection(UseAfterDisposeError, () => executable.run({ x: input }));
  });
});
