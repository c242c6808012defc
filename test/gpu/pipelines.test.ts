import { expect } from 'chai';
import type { ShaderSource } from '../../shaders/source.ts';
import { shaderOf } from '../../shaders/table.ts';
import { ShaderError } from '../../src/errors.ts';
import { openDevice, type Gpu } from '../../src/gpu/device.ts';
import { Pipelines } from '../../src/gpu/pipelines.ts';
import { rejection } from '../rejection.ts';

const text = (source: string): ShaderSource => ({
  source,
  imports: {},
  bindings: [],
  params: [],
  workgroupSize: [1, 1, 1],
});

const FILL = `
const GROUP = 8u;
override SCALE: f32 = 1.0;
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  y[id.x] = SCALE;
}`;

const shaders: Readonly<Record<string, ShaderSource>> = {
  'nn/fill': {
    ...text(FILL),
    bindings: [['y', 'read_write'] as const],
    workgroupSize: ['GROUP', 1, 1] as const,
  },
  'nn/imports-broken': {
    ...text('//#import lib/broken.wgsl\n@compute @workgroup_size(1)\nfn main() {}'),
    imports: { 'lib/broken.wgsl': '// one\nfn broken() -> f32 {\n  return missing;\n}' },
  },
  'nn/unrolls-broken': text(
    'const N = 2u;\n@compute @workgroup_size(1)\nfn main() {\n//#unroll p 0..N\n  let a_p = 1u;\n//#end\n  let b: f32 = a_1;\n}',
  ),
  'nn/no-main': text('@compute @workgroup_size(1)\nfn other() {}'),
  'nn/imports-nothing': text('//#import lib/nowhere.wgsl\n'),
};

describe('Pipelines', () => {
  let gpu: Gpu;
  let pipelines: Pipelines;
  before(async () => {
    gpu = await openDevice();
    pipelines = new Pipelines(gpu, (id) => Promise.resolve(shaders[id]));
  });
  after(() => {
    gpu.close();
  });

  it('compiles each set of constants once, shared by all who ask meanwhile', async () => {
    const before = gpu.counters.pipelines;
    const [a, b, c] = await Promise.all([
      pipelines.get('nn/fill', { GROUP: 16, SCALE: 2 }),
      pipelines.get('nn/fill', { SCALE: 2, GROUP: 16 }),
      pipelines.get('nn/fill'),
    ]);
    expect(a).to.equal(b).and.not.equal(c);
    expect(gpu.counters.pipelines - before).to.equal(2);
    expect([a.workgroupSize, c.workgroupSize]).to.deep.equal([
      [16, 1, 1],
      [8, 1, 1],
    ]);
    pipelines.clear();
    expect(gpu.counters.pipelines).to.equal(0);
  });

  it('names the line as it was written, in the file it was written in', async () => {
    const imported = await rejection(ShaderError, () => pipelines.get('nn/imports-broken'));
    expect(imported.details.where).to.equal('shaders/lib/broken.wgsl:3');
    expect(imported.message).to.match(/lib\/broken\.wgsl:3:\d+: .*missing/);
    const unrolled = await rejection(ShaderError, () => pipelines.get('nn/unrolls-broken'));
    expect(unrolled.details.where).to.equal('shaders/nn/unrolls-broken.wgsl:7');
  });

  it('does not keep what failed', async () => {
    const before = gpu.counters.pipelines;
    const first = await rejection(ShaderError, () => pipelines.get('nn/imports-broken'));
    const second = await rejection(ShaderError, () => pipelines.get('nn/imports-broken'));
    expect(first).not.to.equal(second);
    expect(gpu.counters.pipelines).to.equal(before);
  });

  it('refuses unknown shaders, imports, constants and values that do not fit', async () => {
    const message = async (id: string, constants = {}): Promise<string> =>
      (await rejection(ShaderError, () => pipelines.get(id, constants))).message;
    expect(await message('nn/nothing')).to.contain('there is no shader "nn/nothing"');
    expect(await shaderOf('toString')).to.equal(undefined);
    expect(await message('nn/imports-nothing')).to.contain('nn/imports-nothing.wgsl:1');
    expect(await message('nn/fill', { TILE: 4 })).to.contain('TILE');
    expect(await message('nn/fill', { GROUP: 2.5 })).to.contain('GROUP');
    expect(await message('nn/fill', { GROUP: 1e6 })).to.contain('shaders/nn/fill.wgsl');
    expect(await message('nn/no-main')).to.contain('shaders/nn/no-main.wgsl');
  });

  it('leaves no error behind that nobody caught', async () => {
    await gpu.device.queue.onSubmittedWorkDone();
    gpu.throwUncaptured();
  });
});
