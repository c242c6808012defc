import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { host, type Goal, type Row } from '../host.ts';
import { spread } from '../interleave.ts';
import { BATCH, occlude, rounds, TOLERANCE, type Clock } from '../occluding.ts';
import { torchPass } from '../peers/torch.ts';
import type { Part } from './part.ts';

const ROUNDS = 3;
const QUICK_ROUNDS = 2;
/** The map of 169 positions that others draw: patches of 32 px, 16 px apart. */
const MAP = { size: 32, stride: 16 };
const NETWORKS = ['squeezenet', 'alexnet', 'resnet18', 'googlenet', 'vgg16'];
/** Share of the bound that is hoped for. */
const SHARES: Readonly<Record<string, number>> = { squeezenet: 0.6 };
/** Of the CPU time on the software adapter. */
const OF_SOFTWARE_ADAPTER = 0.25;

/** Incremental occlusion beside whole passes, beside the software adapter, and beside Captum. */
export const cpuOcclusion: Part = async ({ backend }) => {
  const clock: Clock = async () => (await host.cpuMs()) ?? performance.now();
  const count = host.quick ? QUICK_ROUNDS : ROUNDS;
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const net of host.quick ? NETWORKS.slice(0, 1) : NETWORKS) {
    host.progress(net);
    const occlusion = await occlude(net, backend, clock);
    const { positions, error, moved, bound, patch } = occlusion;
    if (!(moved > 10 * TOLERANCE)) throw new Error(`${net}: patches change nothing`);
    const { reached, share, before, after } = await rounds(occlusion, count);
    occlusion.dispose();
    rows.push({
      network: net,
      positions,
      patch: `${String(patch.size)} px, ${String(patch.stride)} px apart`,
      library: 'Unpool cpu',
      'core-ms a position': after,
      'core-ms a map': after * positions,
      'whole passes, core-ms a position': before,
      'times less': reached,
      bound,
      'share, %': 100 * share,
      'relative L2 difference': error,
    });
    const text = `occlusion on the CPU, ${net}`;
    goals.push({
      text: `${text}: relative L2 difference from whole passes`,
      reached: error,
      bound: { atMost: TOLERANCE },
      unit: '',
    });
    if (SHARES[net] !== undefined)
      goals.push({
        text: `${text}: share of the bound`,
        reached: 100 * share,
        bound: { atLeast: 100 * SHARES[net] },
        unit: '%',
      });
  }
  const { rows: more, goal } = await besideOthers(backend, clock, host.quick ? 1 : QUICK_ROUNDS);
  return {
    rows: [...rows, ...more],
    goals: [...goals, goal],
    notes: [`${String(BATCH)} positions at once. Captum computes a whole pass for each position.`],
  };
};

/** One map of SqueezeNet in turn here, on the software adapter, and in Captum. */
async function besideOthers(
  backend: Parameters<Part>[0]['backend'],
  clock: Clock,
  count: number,
): Promise<{ rows: Row[]; goal: Goal }> {
  host.progress('squeezenet, beside others');
  const software = await createWebGpuBackend();
  const [cpu, gpu] = [
    await occlude('squeezenet', backend, clock, MAP),
    await occlude('squeezenet', software, clock, { ...MAP, compared: BATCH }),
  ];
  const { input, positions } = cpu;
  const captum = await torchPass('occlusion', input, 1, { ...MAP, batch: BATCH });
  const contenders = [
    { name: 'Unpool cpu', position: cpu.windowed },
    { name: 'Unpool webgpu, software adapter', position: gpu.windowed },
    ...[captum].flatMap((peer) => {
      if (!peer) return [];
      const position = async (): Promise<number> => {
        const began = (await peer.cpuMs!())!;
        await peer.run();
        return ((await peer.cpuMs!())! - began) / positions;
      };
      return [{ name: peer.name, position }];
    }),
  ];
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round < count; round++)
    for (const [i, { position }] of contenders.entries()) samples[i]!.push(await position());
  cpu.dispose();
  gpu.dispose();
  software.dispose();
  const costs = samples.map((times) => spread(times).median);
  const rows = contenders.map(({ name }, i) => ({
    network: 'squeezenet',
    positions,
    patch: `${String(MAP.size)} px, ${String(MAP.stride)} px apart`,
    library: name,
    'core-ms a position': costs[i]!,
    'core-ms a map': costs[i]! * positions,
  }));
  const goal: Goal = {
    text: 'occlusion on the CPU, squeezenet: of the CPU time on the software adapter',
    reached: (100 * costs[0]!) / costs[1]!,
    bound: { atMost: 100 * OF_SOFTWARE_ADAPTER },
    unit: '%',
  };
  return { rows, goal };
}
