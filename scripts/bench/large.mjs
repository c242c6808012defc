// Networks at their full size on a device that has no more than every implementation of WebGPU has to offer.
import { fileOf } from './files.mjs';

const NETWORKS = ['alexnet', 'vgg16', 'resnet152', 'convnext_base', 'efficientnet_b7'];
/** Relative L2 differences between the backends; of maps larger ones, for a mask may fall to the other side. */
const MOST = { output: 5e-5, map: 5e-3 };

export async function measureLarge(context, runScript) {
  const rows = [];
  for (const name of NETWORKS) {
    const { address, bytes } = await fileOf(name);
    await runScript(context, 'large', [address], (_, { rows: [row] }) => {
      rows.push({ network: name, 'file, MB': bytes / 1e6, ...row });
    });
  }
  const goals = rows.flatMap(({ network, ...row }) =>
    Object.entries(MOST).map(([what, atMost]) => ({
      text: `${network}: relative L2 difference of the ${what} between the backends`,
      reached: row[`${what}, relative L2`],
      bound: { atMost },
      unit: '',
    })),
  );
  return { rows, goals, notes: ['The device has WebGPU’s default limits: 128 MiB a binding, 256 MiB a buffer.'] };
}
