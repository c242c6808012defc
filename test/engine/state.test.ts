import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { ArgumentError, DeviceLostError, ShapeError } from '../../src/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { loseUnderWork } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';
import { graphBuilder } from '../support/ops.ts';

/** a ← a·2 + x, b ← the a before, c ← the b before. */
function shifting(): Graph {
  const builder = graphBuilder();
  const [a, b, x] = ['a', 'b', 'x'].map((name) => builder.input(name, 'float32', [2])) as [string, string, string];
  builder.input('c', 'float32', [2]);
  const next = builder.add('add', [builder.add('mul', [a, builder.scalar(2)]), x], {}, { outputs: ['next'] });
  const sum = builder.add('add', [builder.add('add', [a, b]), 'c'], {}, { outputs: ['sum'] });
  return builder.build('shifting', [next, a, b, sum]);
}

const STATE = { a: 'next', b: 'a', c: 'b' };
const start = { a: float32([2], [1, 2]), b: float32([2], [0, 0]), c: float32([2], [0, 0]), x: float32([2], [1, 0]) };
const { x } = start;

describe('state', () => {
  const backends = new Map<string, Backend>();
  before(async () => {
    backends.set('WebGPU', await createWebGpuBackend({ poison: true }));
    backends.set('CPU', createReferenceBackend());
  });
  after(() => {
    for (const backend of backends.values()) backend.dispose();
  });

  for (const name of ['WebGPU', 'CPU']) {
    it(`goes from step to step, and stays between runs: ${name}`, async () => {
      const executable = await backends.get(name)!.compile(shifting(), { state: STATE });
      // a: 1 3 7 15 31 63, b: 0 1 3 7 15 31, c: 0 0 1 3 7 15
      const first = await executable.run(start, { steps: 3, read: ['next', 'sum'] });
      expect([...first['next']!.data]).to.deep.equal([15, 16]);
      expect([...first['sum']!.data]).to.deep.equal([11, 14]);
      const second = await executable.run({ x }, { read: ['sum'] });
      expect([...second['sum']!.data]).to.deep.equal([25, 28]);
      expect(await executable.run({ x }, { steps: 0, read: [] })).to.deep.equal({});
      const third = await executable.run({ x, c: start.c }, { read: ['sum', 'next'] });
      expect([...third['sum']!.data]).to.deep.equal([46, 48]);
      expect([...third['next']!.data]).to.deep.equal([63, 64]);
      executable.dispose();
    });

    it(`must be of inputs and outputs that fit, and be given once: ${name}`, async () => {
      const backend = backends.get(name)!;
      await rejection(ArgumentError, () => backend.compile(shifting(), { state: { a: 'nowhere' } }));
      await rejection(ArgumentError, () => backend.compile(shifting(), { state: { next: 'next' } }));
      const builder = graphBuilder();
      const whole = builder.input('whole', 'float32', [2]);
      const part = builder.add('slice', [whole], { starts: [0], sizes: [1], steps: [1] });
      const graph = builder.build('part', [part]);
      await rejection(ShapeError, () => backend.compile(graph, { state: { whole: part } }));
      const executable = await backend.compile(shifting(), { state: STATE });
      await rejection(ArgumentError, () => executable.run({ x }));
      executable.dispose();
    });
  }

  it('is lost with the device, and says so', async () => {
    const backend = backends.get('WebGPU') as WebGpuBackend;
    const executable = await backend.compile(shifting(), { state: STATE });
    await executable.run(start, { read: [] });
    const { device } = backend;
    device.destroy();
    await device.lost;
    const error = await rejection(DeviceLostError, () => executable.run({ x }));
    expect(error.message).to.contain('Start again with all inputs');
    const again = await executable.run(start, { steps: 3, read: ['next'] });
    expect([...again['next']!.data]).to.deep.equal([15, 16]);
    executable.dispose();
  });

  it('is restored where the run can say what it was, on a device that is lost between runs or under one', async () => {
    for (const meanwhile of [false, true]) {
      const backend = await createWebGpuBackend({ poison: true });
      const executable = await backend.compile(shifting(), { state: STATE });
      const first = await executable.run(start, { steps: 3, read: ['next'] });
      let restored = 0;
      const restore = (): Readonly<Record<string, Tensor>> => {
        restored++;
        return { a: first['next']!, b: float32([2], [7, 8]), c: float32([2], [3, 4]) };
      };
      const { device } = backend;
      if (meanwhile) loseUnderWork(device);
      else {
        device.destroy();
        await device.lost;
      }
      const second = executable.run({ x }, { steps: 2, read: ['next'], restore });
      // 15 31 63, as without the loss
      expect([...(await second)['next']!.data]).to.deep.equal([63, 64]);
      expect(restored).to.equal(1);
      await executable.run({ x }, { read: [], restore });
      expect(restored, 'only what is lost is restored').to.equal(1);
      backend.dispose();
    }
  });
});
