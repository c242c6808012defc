// What `npm run bench -- cpu` runs in one page: the CPU backend beside other libraries on one thread.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { host } from './host.ts';
import { attributions } from './parts/attributions.ts';
import { cpuLayers } from './parts/cpu-layers.ts';
import { cpuNetworks } from './parts/cpu-networks.ts';
import { cpuOcclusion } from './parts/cpu-occlusion.ts';
import { embed } from './parts/embed.ts';
import { costOn, type Part } from './parts/part.ts';
import { synthesis } from './parts/synthesis.ts';

const PARTS: Readonly<Record<string, Part>> = {
  'cpu-layers': cpuLayers,
  'cpu-networks': cpuNetworks,
  'cpu-synthesis': synthesis,
  'cpu-attributions': attributions,
  'cpu-embed': embed,
  'cpu-occlusion': cpuOcclusion,
};

const backend = await createCpuBackend();
for (const [name, part] of Object.entries(PARTS)) {
  if (host.parts.includes(name)) await host.report(name, await part({ backend, cost: costOn(backend) }));
}
const { name } = backend.adapter;
backend.dispose();
await host.done(name);
