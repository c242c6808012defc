import { expect } from 'chai';
import { createCpuBackend } from '../../../src/engine/cpu/backend.ts';
import { DeviceLostError, UseAfterDisposeError } from '../../../src/errors.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { registerOps } from '../../../src/ops/registry.ts';
import { defineOp } from '../../../src/ir/op.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import { rejection } from '../../rejection.ts';
import { die, workers } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';
import { graphBuilder } from '../../support/ops.ts';
import { Random } from '../../support/random.ts';

/** Convolutions in a row, of as many numbers as the middle of a network has. */
function longGraph(layers: number): { readonly graph: Graph; readonly feeds: Readonly<Record<string, Tensor>> } {
  const random = new Random(5);
  const builder = graphBuilder();
  const shape = [1, 64, 56, 56];
  const attributes = { group: 1, strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], autoPad: 'NOTSET' };
  let x = builder.input('x', 'float32', shape);
  for (let i = 0; i < layers; i++) {
    const w = builder.constant(
      `w${String(i)}`,
      random.tensor([64, 64, 3, 3], () => random.normal() / 24),
    );
    x = builder.add('conv2d', [x, w], attributes, { name: `conv${String(i)}` });
  }
  return { graph: builder.build('long', [x]), feeds: { x: random.tensor(shape) } };
}

describe('CPU backend in its Worker', () => {
  let before = 0;
  const opened = (): readonly Worker[] => workers.slice(before);
  beforeEach(() => {
    before = workers.length;
  });

  it('computes there, and gives the same bits as on the page', async () => {
    const { graph, feeds } = longGraph(2);
    const results = [];
    for (const worker of [true, false]) {
      const backend = await createCpuBackend({ worker });
      results.push((await (await backend.compile(graph)).run(feeds))[graph.outputs[0]!]!);
      backend.dispose();
    }
    expect(opened().length).to.equal(1);
    expect(results[0]).to.deep.equal(results[1]);
  });

  it('stops within 30 ms, and takes the next order', async () => {
    const { graph, feeds } = longGraph(60);
    const backend = await createCpuBackend();
    const executable = await backend.compile(graph);
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const abort = new AbortController();
      const run = rejection(DOMException, () => executable.run(feeds, { signal: abort.signal }));
      await new Promise((resolve) => setTimeout(resolve, 60));
      const began = performance.now();
      abort.abort();
      expect((await run).name).to.equal('AbortError');
      waits.push(performance.now() - began);
    }
    expect(Math.min(...waits), `ms: ${waits.map((ms) => ms.toFixed(1)).join(', ')}`).to.be.at.most(30);
    const small = longGraph(1);
    const other = await backend.compile(small.graph);
    expect(Object.keys(await other.run(small.feeds))).to.deep.equal([small.graph.outputs[0]]);
    backend.dispose();
  });

  it('ends what runs with its memory, which others get', async () => {
    const { graph, feeds } = longGraph(40);
    const backend = await createCpuBackend();
    const small = longGraph(2);
    const [name] = small.graph.outputs as [string];
    const alone = await backend.compile(small.graph);
    const expected = (await alone.run(small.feeds))[name];
    alone.dispose();
    for (let i = 0; i < 5; i++) {
      const executable = await backend.compile(graph);
      const run = rejection(UseAfterDisposeError, () => executable.run(feeds));
      await new Promise((resolve) => setTimeout(resolve, 30));
      executable.dispose();
      const next = await backend.compile(small.graph);
      expect((await next.run(small.feeds))[name]).to.deep.equal(expected);
      await run;
      next.dispose();
    }
    backend.dispose();
  });

  it('tells how far it is', async () => {
    const { graph, feeds } = longGraph(40);
    const backend = await createCpuBackend();
    const heard: number[] = [];
    await (await backend.compile(graph)).run(feeds, { onProgress: (done) => heard.push(done) });
    expect(heard.length).to.be.above(1);
    expect(heard).to.deep.equal(heard.toSorted((a, b) => a - b));
    expect(heard.at(-1)).to.equal(1);
    backend.dispose();
  });

  it('goes on in another when it dies, between runs or under one; then on the page', async () => {
    const { graph, feeds } = longGraph(40);
    const backend = await createCpuBackend();
    const executable = await backend.compile(graph);
    const [name] = graph.outputs as [string];
    const first = (await executable.run(feeds))[name]!;
    const run = executable.run(feeds);
    await new Promise((resolve) => setTimeout(resolve, 20));
    die(opened()[0]!);
    expect((await run)[name]).to.deep.equal(first);
    expect(opened().length).to.equal(2);
    die(opened()[1]!);
    expect((await executable.run(feeds))[name]).to.deep.equal(first);
    expect(opened().length, 'on the page').to.equal(2);
    backend.dispose();
  });

  it('loses its state with it, and takes it again', async () => {
    const builder = graphBuilder();
    const doubled = builder.add('mul', [builder.input('a', 'float32', [2]), builder.scalar(2)], {}, { outputs: ['b'] });
    const graph = builder.build('doubling', [doubled]);
    const backend = await createCpuBackend();
    const executable = await backend.compile(graph, { state: { a: 'b' } });
    await executable.run({ a: float32([2], [1, 3]) });
    die(opened()[0]!);
    const error = await rejection(DeviceLostError, () => executable.run({}));
    expect(error.message).to.contain('Start again with all inputs');
    const restored = await executable.run({}, { restore: () => ({ a: float32([2], [2, 6]) }) });
    expect([...restored['b']!.data]).to.deep.equal([4, 12]);
    expect([...(await executable.run({}))['b']!.data]).to.deep.equal([8, 24]);
    backend.dispose();
  });

  it('computes on the page what only the page knows', async () => {
    registerOps([
      defineOp({
        type: 'halve-for-a-test',
        infer: ({ inputs: [x] }) => [{ dtype: x!.dtype, shape: x!.shape }],
        evaluate: (_, [x]) => [x!.map((value) => value / 2)],
      }),
    ]);
    const builder = graphBuilder();
    const half = builder.add('halve-for-a-test', [builder.input('x', 'float32', [3])], {}, { outputs: ['y'] });
    const backend = await createCpuBackend();
    const executable = await backend.compile(builder.build('half', [half]));
    expect([...(await executable.run({ x: float32([3], [1, 2, -4]) }))['y']!.data]).to.deep.equal([0.5, 1, -2]);
    backend.dispose();
  });

  for (const [what, instructions] of [
    ['WebAssembly is refused', []],
    ['few programs need', undefined],
  ] as const) {
    it(`fetches what it has to where ${what}, and lets the page do it where it cannot`, async () => {
      const random = new Random(9);
      const builder = graphBuilder();
      const places = [1, 2].map((n) => builder.constant(`by${String(n)}`, float32([1], [n])));
      const windows = { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], autoPad: 'NOTSET' };
      const weights = builder.constant(
        'w',
        random.tensor([3, 3, 3, 3], () => random.normal()),
      );
      const rolled = builder.add('roll', [builder.input('x', 'float32', [1, 3, 8, 8]), ...places]);
      const graph = builder.build('rolled', [builder.add('conv2d', [rolled, weights], { ...windows, group: 1 })]);
      const feeds = { x: random.tensor([1, 3, 8, 8], () => random.normal()) };
      const { postMessage } = Worker.prototype;
      const results = [];
      for (const reachable of [true, false]) {
        Worker.prototype.postMessage = function (order: { args?: { addresses?: string[] } }, ...rest: never[]) {
          if (!reachable && order.args?.addresses) order.args.addresses = ['/nowhere/cpu-more.js'];
          postMessage.call(this, order, ...rest);
        };
        try {
          const backend = await createCpuBackend(instructions && { instructions });
          const executable = await backend.compile(graph);
          for (let i = 0; i < 2; i++) results.push(await executable.run(feeds));
          if (instructions) expect(backend.adapter.name).to.contain('WebAssembly is refused');
          // The Worker is gone, or has nothing to do
          if (!reachable) die(opened().at(-1)!);
          results.push(await executable.run(feeds));
          expect(backend.counters.buffers).to.be.above(0);
          backend.dispose();
        } finally {
          Worker.prototype.postMessage = postMessage;
        }
      }
      for (const result of results) expect(result).to.deep.equal(results[0]);
    });
  }

  it('holds a constant once for all who need it, and nothing when they are gone', async () => {
    const { graph, feeds } = longGraph(3);
    const backend = await createCpuBackend();
    const one = await backend.compile(graph);
    const { bytes } = backend.counters;
    const two = await backend.compile(graph);
    const weights = 3 * 4 * 64 * 64 * 9;
    expect(backend.counters.bytes - bytes, 'the second').to.be.below(bytes - weights / 2);
    const [name] = graph.outputs as [string];
    one.dispose();
    const still = (await two.run(feeds))[name]!;
    expect(relativeError(still.data, still.data)).to.equal(0);
    two.dispose();
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
    backend.dispose();
  });
});
