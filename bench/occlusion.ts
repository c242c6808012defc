// node scripts/page.mjs bench/occlusion.ts [cpu] [net …]: incremental occlusion beside a whole pass for every position, on the
// same positions in turn: how far the scores are apart, how many times less CPU time it takes, and how many times fewer
// multiplications it could do with. Times are those of all the browser's processes where the system tells, else wall time.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { BATCH, occlude, rounds, SIZE, STRIDES, TOLERANCE } from './occluding.ts';

const ROUNDS = 5;
/** Required of the share of the bound. */
const LEAST_SHARE = { webgpu: 0.65, cpu: 0.6 };

const page = globalThis as unknown as {
  __args: readonly string[];
  __exit: (code: number) => void;
  __cpuMs: () => Promise<number | null>;
};

const on = page.__args.includes('cpu') ? 'cpu' : 'webgpu';
const nets = page.__args.filter((name) => name !== 'cpu');
const backend = await (on === 'cpu' ? createCpuBackend() : createWebGpuBackend());
console.log(`on ${backend.adapter.name}: patch ${SIZE} px, ${BATCH} positions at once, median of ${ROUNDS} rounds`);
let failures = 0;
for (const net of nets.length > 0 ? nets : Object.keys(STRIDES)) {
  const occlusion = await occlude(net, backend, async () => (await page.__cpuMs()) ?? performance.now());
  const { positions, error, moved, bound } = occlusion;
  const { ratios, reached, share, before, after } = await rounds(occlusion, ROUNDS);
  if (!(error <= TOLERANCE && moved > 10 * TOLERANCE) || share < LEAST_SHARE[on]) failures++;
  console.log(
    [
      net.padEnd(11),
      `${positions} positions`.padStart(14),
      `relative L2 ${error.toExponential(1)} (between positions ${moved.toExponential(1)})`,
      `bound ${bound.toFixed(2)}`,
      `reached ${reached.toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
      `share ${(100 * share).toFixed(0)} %`,
      `${before.toFixed(1)} → ${after.toFixed(1)} core-ms a position`,
    ].join('  '),
  );
  occlusion.dispose();
}
backend.dispose();
page.__exit(failures === 0 ? 0 : 1);
