// Reference training by PyTorch in float64: test/fixtures/goldens/training.
import { sgd, adam, adamw, rmsprop, type Optimiser } from '../../../src/methods/training/optimisers.ts';
import { examples, type Examples } from '../../../src/methods/training/examples.ts';
import {
  averagePool,
  batchNorm,
  conv,
  dense,
  maxPool,
  relu,
  dropout,
  type Layer,
} from '../../../src/methods/training/layers.ts';
import { softmaxCrossEntropy, type Loss } from '../../../src/methods/training/losses.ts';
import type { Network, Weights } from '../../../src/methods/training/network.ts';
import { cosine, stepwise, warmUp } from '../../../src/methods/training/schedules.ts';
import { sequential } from '../../../src/methods/training/sequential.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';

export type SetName = 'plain' | 'plain-dequantised' | 'batchnorm';

export const LOSSES = 'losses (before step 1..10, after step 10)';

export interface Manifest {
  readonly parameters: readonly { readonly name: string; readonly offset: number; readonly shape: readonly number[] }[];
  readonly values: {
    readonly loss: { readonly float64: number };
    readonly training: Readonly<
      Record<string, { readonly [LOSSES]: readonly number[]; readonly grad_norms: readonly number[] }>
    >;
  };
}

const folder = (set: SetName): string => `/test/fixtures/goldens/training/${set}`;

async function bytes(path: string): Promise<ArrayBuffer> {
  return (await fetch(path)).arrayBuffer();
}

export async function numbers(set: SetName, name: string): Promise<Float32Array> {
  return new Float32Array(await bytes(`${folder(set)}/${name}.bin`));
}

const PLAIN: readonly Layer[] = [
  conv(8, 5, { padding: 2 }),
  relu(),
  maxPool(2),
  conv(16, 5, { padding: 2 }),
  relu(),
  maxPool(3),
  dense(10, { name: 'fc' }),
];

const WITH_BATCH_NORM: readonly Layer[] = [
  conv(8, 3, { bias: false }),
  batchNorm({ name: 'bn1' }),
  relu(),
  conv(16, 3, { stride: 2, padding: 1, bias: false }),
  batchNorm({ name: 'bn2' }),
  relu(),
  conv(16, 4, { groups: 4 }),
  batchNorm({ name: 'bn3' }),
  relu(),
  averagePool(3, { stride: 2, padding: 1 }),
  dropout(0),
  dense(10, { name: 'fc' }),
];

export interface GoldenSet {
  readonly manifest: Manifest;
  readonly network: Network;
  readonly data: Examples;
  /** Numbers of all parameters in one row, by name. */
  readonly split: (all: Float32Array) => Weights;
}

/** The mixing function of the fixed noise that makes whole numbers fractions: see the manifest. */
function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const uniform = (stream: number, i: number): number =>
  (mix((mix(i) + mix(stream ^ 0x9e3779b9)) >>> 0) >>> 8) * 2 ** -24;

export async function goldenSet(set: SetName): Promise<GoldenSet> {
  const manifest = (await (await fetch(`${folder(set)}/manifest.json`)).json()) as Manifest;
  const pictures = new Uint8Array(await bytes(`${folder('plain-dequantised')}/images.bin`));
  const labels = new Int32Array(await bytes(`${folder('plain-dequantised')}/labels.bin`));
  const images =
    set === 'plain-dequantised'
      ? Float32Array.from(pictures, (value, i) => (value + uniform(5200, i)) / 256)
      : pictures;
  const data = examples({ images, labels, classes: 10, shape: [1, 28, 28] });
  const layers = set === 'batchnorm' ? WITH_BATCH_NORM : PLAIN;
  const drawn = await sequential(layers, { input: [1, 28, 28] });
  const split = (all: Float32Array): Weights =>
    Object.fromEntries(
      manifest.parameters.map(({ name, offset, shape }): [string, Tensor] => {
        const size = shape.reduce((a, b) => a * b);
        return [name, float32(shape, all.slice(offset, offset + size))];
      }),
    );
  const source = set === 'plain' ? 'plain-dequantised' : set;
  const network = { ...drawn, parameters: split(await numbers(source, 'weights')) };
  return { manifest, network, data, split };
}

/** What each setting is, by its name. */
export const SETTINGS: Readonly<
  Record<string, { readonly optimiser: Optimiser; readonly loss?: Loss; readonly clip?: number }>
> = {
  sgd: { optimiser: sgd(0.1) },
  sgd_wd: { optimiser: sgd(0.1, { weightDecay: 0.05 }) },
  momentum: { optimiser: sgd(0.05, { momentum: 0.9 }) },
  momentum_wd: { optimiser: sgd(0.05, { momentum: 0.9, weightDecay: 0.05 }) },
  nesterov: { optimiser: sgd(0.05, { momentum: 0.9, nesterov: true }) },
  adam: { optimiser: adam(0.003) },
  adam_l2: { optimiser: adam(0.003, { weightDecay: 0.05 }) },
  adamw: { optimiser: adamw(0.003, { weightDecay: 0.05 }) },
  rmsprop: { optimiser: rmsprop(0.001) },
  rmsprop_momentum_wd: { optimiser: rmsprop(0.0005, { momentum: 0.9, weightDecay: 0.05 }) },
  momentum_smooth: { optimiser: sgd(0.05, { momentum: 0.9 }), loss: softmaxCrossEntropy({ smoothing: 0.1 }) },
  momentum_warmup_cosine: { optimiser: sgd(warmUp(3, cosine(0.1, { steps: 10 })), { momentum: 0.9 }) },
  adam_step: { optimiser: adam(stepwise(0.003, { every: 4, factor: 0.5 })) },
  sgd_clip: { optimiser: sgd(0.1), clip: 0.5 },
};
