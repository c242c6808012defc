// node scripts/examples/edges.mjs <folder>: makes models/edges.checkpoints of what edges.py has written there, with the package as it
// is built, and prints how many filters of each checkpoint are like Gabor functions.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCpuBackend, filters, loadModel } from 'unpool';
import { gaborSummary, packCheckpoints, readCheckpoints } from 'unpool/training';
import { main, root } from '../setup.mjs';

await main(async () => {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/examples/edges.mjs <folder that edges.py has written>');
  const { checkpoints, curves, ...about } = JSON.parse(readFileSync(join(folder, 'training.json'), 'utf8'));
  const files = checkpoints.map((checkpoint) => ({
    ...checkpoint,
    onnx: new Uint8Array(readFileSync(join(folder, `${checkpoint.step}.onnx`))),
  }));
  const bytes = await packCheckpoints(files, { curves, precision: 'float16', about });
  writeFileSync(join(root, 'models/edges.checkpoints'), bytes);
  console.log(`${bytes.length.toLocaleString('en')} bytes`);

  const backend = await createCpuBackend({ worker: false });
  for (const { step, onnx } of (await readCheckpoints(bytes)).checkpoints) {
    const model = await loadModel(new Blob([onnx()]), { backend });
    const { fits, count, scrambledCount } = await gaborSummary(filters(model).weights);
    console.log(
      `step ${step}: ${count} of ${fits.length} filters Gabor-like, ${scrambledCount} of their scrambled copies`,
    );
    model.dispose();
  }
  backend.dispose();
});
