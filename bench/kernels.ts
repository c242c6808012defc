// node scripts/page.mjs bench/kernels.ts [part of a label]: times the kernels of convolutions, pools and matrix products
// on their own, each variant that can do a layer beside the others. Times are those of the GPU's clock, best of five, and
// wall time for compiling (next to nothing where an earlier layer had the same pipeline).
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import type { Attributes } from '../src/ir/graph.ts';
import { convolutions } from '../src/ops/conv/kernels.ts';
import { products } from '../src/ops/matmul/kernels.ts';
import { graphBuilder, loadOps } from '../src/ops/registry.ts';
import { ArgumentError } from '../src/errors.ts';
import { float32, type Tensor } from '../src/tensor/tensor.ts';
import { sizeOf, type Shape } from '../src/tensor/shape.ts';

interface Layer {
  readonly label: string;
  readonly op: string;
  readonly inputs: readonly Shape[];
  readonly attributes: Attributes;
}

const RUNS = 5;
/** Best first; undefined where an op has only one way. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  conv2d: Object.keys(convolutions.variants),
  'conv2d-input-grad': Object.keys(convolutions.variants),
  gemm: Object.keys(products.variants),
};

function windows(stride: number, pad: number): Attributes {
  const pads = [pad, pad, pad, pad];
  return { strides: [stride, stride], pads, dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
}

/** A convolution c → k of an r×r filter over an image of side h. */
function conv(label: string, [c, k]: [number, number], r: number, h: number, stride = 1, pad = 0, group = 1): Layer[] {
  const attributes = { ...windows(stride, pad), group };
  const [x, w] = [
    [1, c, h, h],
    [k, c / group, r, r],
  ];
  const p = Math.floor((h + 2 * pad - r) / stride) + 1;
  const dy = [1, k, p, p];
  return [
    { label, op: 'conv2d', inputs: [x, w, [k]], attributes },
    { label, op: 'conv2d-input-grad', inputs: [dy, w], attributes: { ...attributes, inputShape: x } },
    { label, op: 'conv2d-weight-grad', inputs: [x, dy], attributes: { ...attributes, weightShape: w } },
  ];
}

const pool = { kernel: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET' };
const gemm = { alpha: 1, beta: 1, transA: false, transB: true };

const LAYERS: readonly Layer[] = [
  ...conv('a 3→64 11×11/4, 224', [3, 64], 11, 224, 4, 2),
  ...conv('b 3→64 3×3/2, 227', [3, 64], 3, 227, 2),
  ...conv('c 64→64 3×3, 56', [64, 64], 3, 56, 1, 1),
  ...conv('d 128→128 3×3, 28', [128, 128], 3, 28, 1, 1),
  ...conv('e 256→256 3×3, 14', [256, 256], 3, 14, 1, 1),
  ...conv('f 64→16 1×1, 56', [64, 16], 1, 56),
  ...conv('g 16→64 1×1, 56', [16, 64], 1, 56),
  ...conv('h 512→1000 1×1, 13', [512, 1000], 1, 13),
  ...conv('i 96→256 5×5, 27', [96, 256], 5, 27, 1, 2),
  ...conv('j depthwise 32 3×3, 112', [32, 32], 3, 112, 1, 1, 32),
  ...conv('k 3→64 7×7/2, 224', [3, 64], 7, 224, 2, 3),
  ...conv('l 64→128 1×1/2, 56', [64, 128], 1, 56, 2),
  ...conv('m 64→128 3×3/2, 56', [64, 128], 3, 56, 2, 1),
  ...conv('n 64→64 3×3, 224', [64, 64], 3, 224, 1, 1),
  {
    label: 'max-pool 3×3/2',
    op: 'max-pool',
    inputs: [[1, 64, 55, 55]],
    attributes: { ...pool, ceilMode: false, global: false },
  },
  {
    label: 'average-pool 3×3/2',
    op: 'average-pool',
    inputs: [[1, 64, 55, 55]],
    attributes: { ...pool, ceilMode: false, countIncludePad: false },
  },
  { label: 'lrn 5', op: 'lrn', inputs: [[1, 96, 55, 55]], attributes: { size: 5, alpha: 1e-4, beta: 0.75, bias: 1 } },
  { label: 'fc 9216→4096', op: 'gemm', inputs: [[1, 9216], [4096, 9216], [4096]], attributes: gemm },
];

function spread(shape: Shape): Tensor {
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 2003) / 1001 - 1),
  );
}

const page = globalThis as unknown as { __args: readonly string[]; __exit: (code: number) => void };
const [backend] = await Promise.all([createWebGpuBackend(), loadOps()]);
console.log(`on ${backend.adapter.name}`);
for (const { label, op, inputs, attributes } of LAYERS) {
  if (!label.includes(page.__args[0] ?? '')) continue;
  for (const variant of VARIANTS[op] ?? [undefined]) {
    const builder = graphBuilder();
    const names = inputs.map((shape, i) => builder.input(`x${String(i)}`, 'float32', shape));
    const y = builder.add(op, names, variant === undefined ? attributes : { ...attributes, variant });
    const feeds = Object.fromEntries(inputs.map((shape, i) => [`x${String(i)}`, spread(shape)]));
    try {
      const start = performance.now();
      const executable = await backend.compile(builder.build(label, [y]));
      const compileMs = performance.now() - start;
      const runs: (readonly { ms: number; flops: number }[])[] = [];
      for (let i = 0; i < RUNS; i++) runs.push(await executable.profile(feeds));
      executable.dispose();
      const ms = Math.min(...runs.map((launches) => launches.reduce((sum, launch) => sum + launch.ms, 0)));
      const flops = runs[0]!.reduce((sum, launch) => sum + launch.flops, 0);
      const rate = `${(flops / ms / 1e6).toFixed(2)} GF/s`;
      const way = variant ?? '';
      console.log(
        label.padEnd(26),
        op.padEnd(18),
        way.padEnd(16),
        `${ms.toFixed(2)} ms`.padStart(11),
        rate.padStart(12),
        `compiled in ${compileMs.toFixed(0)} ms`.padStart(22),
      );
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error; // no such variant for this layer
    }
  }
}
backend.dispose();
page.__exit(0);
