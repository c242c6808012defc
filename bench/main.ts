// What `npm run bench` runs in one page, or `npm run bench -- --gpu` in Node.
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { host, type Row } from './host.ts';
import { attributions } from './parts/attributions.ts';
import { embed } from './parts/embed.ts';
import { kernels } from './parts/kernels.ts';
import { memory } from './parts/memory.ts';
import { methods } from './parts/methods.ts';
import { models } from './parts/models.ts';
import { costOn, type GpuBench, type GpuPart } from './parts/part.ts';
import { scaling } from './parts/scaling.ts';
import { synthesis } from './parts/synthesis.ts';
import { training } from './parts/training.ts';
import { measureRoofline, type Roofline } from './roofline/roofline.ts';

const PARTS: Readonly<Record<string, GpuPart>> = {
  models,
  kernels,
  methods,
  memory,
  scaling,
  embed,
  synthesis,
  attributions,
  training,
};
/** Those that read photos and need other libraries: in a page only. */
const IN_PAGE: Readonly<Record<string, () => Promise<GpuPart>>> = {
  'top-k': async () => (await import('./parts/top-k.ts')).strongest,
};

const backend = await createWebGpuBackend();
const { adapter } = backend;
const roofline = await measureRoofline(backend);
await host.report('device', { rows: rooflineRows(roofline) });
const bench: GpuBench = { backend, roofline, cost: costOn(backend) };
for (const [name, part] of Object.entries(PARTS)) {
  if (host.parts.includes(name)) await host.report(name, await part(bench));
}
for (const [name, load] of Object.entries(IN_PAGE)) {
  if (host.parts.includes(name)) await host.report(name, await (await load())(bench));
}
roofline.dispose();
backend.dispose();
await host.done(adapter.name);

function rooflineRows({ limits }: Roofline): Row[] {
  // Rates are those of the clock on the wall: on a busy machine they are too low, CPU time is not.
  return limits.map(({ name, amount, timing: { coreMs, wallMs, rounds } }) => {
    const unit = name.startsWith('FMA') ? 'GFLOP' : 'GB';
    return {
      what: name,
      'core-ms': coreMs,
      'wall ms': wallMs,
      rounds,
      'per second': `${(amount / wallMs.median / 1e6).toPrecision(3)} ${unit}`,
      'per core-second': coreMs && `${(amount / coreMs.median / 1e6).toPrecision(3)} ${unit}`,
    };
  });
}
