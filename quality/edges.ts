/** How many of the first filters of models/edges.checkpoints are like Gabor functions, and of what has never seen a picture. */
import { loadModel } from '../src/engine/load.ts';
import type { Backend } from '../src/engine/backend.ts';
import { filters } from '../src/methods/filters.ts';
import { GABOR_LIKE } from '../src/methods/gabor.ts';
import { gaborSummary } from '../src/methods/gabor-summary.ts';
import { readCheckpoints } from '../src/onnx/checkpoints.ts';
import { normalNumbers, randomNumbers } from '../src/tensor/random.ts';
import { float32, type Tensor } from '../src/tensor/tensor.ts';
import { repositoryFile } from '../test/goldens.ts';
import { measured, type Result } from './host.ts';

interface Shares extends Result {
  readonly filters: number;
  /** Those with R² ≥ 0.7, whatever their frequency: what a naive count says. */
  readonly fitted: number;
  /** Those that have stripes too. */
  readonly gaborLike: number;
  /** Of their copies with scrambled phases, once for each seed. */
  readonly scrambled: readonly number[];
}

/** Of scrambled phases. */
const SEEDS = [0, 1000, 2000];
/** Standard deviations of the Gaussian that blurs noise, px. */
const BLURS = [0.7, 1, 1.5, 2];

/** Measures every checkpoint, and noise that nobody trained. */
export async function edges(backend: Backend): Promise<void> {
  const file = await fetch(repositoryFile('models/edges.checkpoints'));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let shape: readonly number[] = [];
  for (const checkpoint of (await readCheckpoints(bytes)).checkpoints) {
    const model = await loadModel(new Blob([checkpoint.onnx()]), { backend });
    const { weights } = filters(model);
    model.dispose();
    ({ shape } = weights);
    await report(`step ${checkpoint.step}`, weights);
  }
  for (const blur of BLURS) {
    await report(`noise blurred by ${blur} px`, blurredNoise(shape, blur));
  }
}

async function report(subject: string, weights: Tensor): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Float32Array.from(weights.data)));
  const start = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const recipe = `weights whose SHA-256 begins with ${start}`;
  const result = await measured<Shares>('edges', subject, recipe, async () => {
    const all = [];
    for (const seed of SEEDS) all.push(await gaborSummary(weights, { seed }));
    return {
      filters: weights.shape[0]!,
      fitted: all[0]!.fits.filter(({ r2 }) => r2 >= GABOR_LIKE.r2).length,
      gaborLike: all[0]!.count,
      scrambled: all.map(({ scrambledCount }) => scrambledCount),
    };
  });
  const { filters: count, fitted, gaborLike, scrambled } = result;
  console.log(
    `${subject}: ${gaborLike} of ${count} Gabor-like (${fitted} with R² ≥ ${GABOR_LIKE.r2}); scrambled ${scrambled.join(', ')}`,
  );
}

/** Grey noise [k, 3, r, s] in a colour of each filter's own, blurred by a Gaussian. */
function blurredNoise(shape: readonly number[], blur: number): Tensor {
  const [k, planes, r, s] = shape as [number, number, number, number];
  const normal = normalNumbers(randomNumbers(1));
  const reach = Math.ceil(3 * blur);
  const data: number[] = [];
  for (let filter = 0; filter < k; filter++) {
    // Noise goes on beyond the filter: its border is like its middle.
    const width = s + 2 * reach;
    const noise = Float64Array.from({ length: (r + 2 * reach) * width }, normal);
    const plane: number[] = [];
    for (let y = 0; y < r; y++) {
      for (let x = 0; x < s; x++) {
        let sum = 0;
        for (let dy = -reach; dy <= reach; dy++) {
          for (let dx = -reach; dx <= reach; dx++) {
            const weight = Math.exp(-(dx * dx + dy * dy) / (2 * blur * blur));
            sum += weight * noise[(y + reach + dy) * width + x + reach + dx]!;
          }
        }
        plane.push(sum);
      }
    }
    for (let c = 0; c < planes; c++) {
      const amount = normal();
      data.push(...plane.map((value) => amount * value));
    }
  }
  return float32(shape, data);
}
