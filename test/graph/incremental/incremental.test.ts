import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { openBackend } from '../../support/backends.ts';
import { baseTensors } from '../../../src/graph/incremental/base.ts';
import { evaluate } from '../../../src/graph/evaluate.ts';
import { withInputShapes } from '../../../src/graph/batch.ts';
import { groupPositions } from '../../../src/graph/incremental/groups.ts';
import { incremental } from '../../../src/graph/incremental/incremental.ts';
import type { PatchPositions } from '../../../src/graph/incremental/extent.ts';
import type { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { Attributes } from '../../../src/ir/graph.ts';
import { graphBuilder } from '../../support/ops.ts';
import { standardise } from '../../../src/ops/norm/standardise.ts';
import { float32, tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import { NETS } from '../../support/nets.ts';
import { relativeError } from '../../support/numbers.ts';
import { Random } from '../../support/random.ts';

type Run = (
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
) => Promise<Record<string, Tensor>>;

const exactly: Run = (graph, feeds, outputs) => Promise.resolve(evaluate(graph, feeds, outputs));

/** The picture with a patch over it that overhangs as it likes. */
function patched({ shape, data }: Tensor, fill: Tensor, [top, left, size]: readonly [number, number, number]): Tensor {
  const [, channels, height, width] = shape as [number, number, number, number];
  const covered = Float32Array.from(data);
  for (let i = 0; i < channels * height * width; i++) {
    const [y, x] = [Math.floor(i / width) % height, i % width];
    if (y >= top && y < top + size && x >= left && x < left + size) covered[i] = fill.data[i]!;
  }
  return float32(shape, covered);
}

function cut(
  { shape, data }: Tensor,
  [top, left]: readonly [number, number],
  [rows, cols]: readonly [number, number],
): number[] {
  const [, channels, height, width] = shape as [number, number, number, number];
  return Array.from({ length: channels * rows * cols }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (rows * cols)), Math.floor(i / cols) % rows, i % cols];
    return data[(c * height + top + y) * width + left + x]!;
  });
}

/** Relative error of the outputs for all positions against those of a run of the whole network for each. */
async function difference(graph: Graph, positions: PatchPositions, run: Run = exactly): Promise<number> {
  const input = graph.inputs[0]!;
  const random = new Random(3);
  const shape = graph.values.get(input)!.shape;
  const [picture, fill] = [random.tensor(shape), random.tensor(shape)];
  const group = positions.rows.flatMap((_, row) => positions.cols.map((__, col) => [row, col] as const));
  const batch = group.length + 1; // one is left over
  const kept = baseTensors(graph, input, positions);
  const base = { [input]: picture, ...(await run({ ...graph, outputs: kept }, { [input]: picture }, kept)) };
  const windows = incremental(graph, { input, positions, batch, base });

  const [, channels, rows, cols] = windows.graph.values.get(windows.window)!.shape as [number, number, number, number];
  const pictures = group.map(([row, col]) =>
    patched(picture, fill, [positions.rows[row]!, positions.cols[col]!, positions.size]),
  );
  const data = new Float32Array(batch * channels * rows * cols);
  pictures.forEach((whole, i) => {
    data.set(cut(whole, windows.cornerOf(...group[i]!), [rows, cols]), i * channels * rows * cols);
  });
  const feeds = {
    [windows.window]: float32([batch, channels, rows, cols], data),
    [windows.places]: windows.placesOf(group),
  };
  const ours = Object.values(await run(windows.graph, feeds, windows.graph.outputs));

  const all = withInputShapes(graph, { [input]: [group.length, ...shape.slice(1)] });
  const together = float32(
    [group.length, ...shape.slice(1)],
    pictures.flatMap(({ data: pixels }) => [...pixels]),
  );
  const theirs = Object.values(evaluate(all, { [input]: together }));
  const errors = theirs.map((expected, i) =>
    relativeError(ours[i]!.data.subarray(0, expected.data.length), expected.data),
  );
  return Math.max(...errors);
}

/** Draws networks of a picture [1, 2, 24, 20]. */
class Draw {
  readonly builder: GraphBuilder = graphBuilder();
  readonly #random = new Random(2);
  readonly picture: string = this.builder.input('picture', 'float32', [1, 2, 24, 20]);

  constant(shape: readonly number[]): string {
    return this.builder.constant('constant', this.#random.tensor(shape));
  }
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.builder.add(op, inputs, attributes);
  }
  conv(x: string, k: number, [r, s]: readonly [number, number], attributes: Attributes = {}): string {
    const group = (attributes['group'] as number | undefined) ?? 1;
    const c = this.builder.value(x).shape[1]! / group;
    return this.add('conv2d', [x, this.constant([k, c, r, s]), this.constant([k])], {
      ...WINDOWS,
      group: 1,
      ...attributes,
    });
  }
  maxPool(x: string, attributes: Attributes): string {
    return this.add('max-pool', [x], { ...WINDOWS, ceilMode: false, global: false, ...attributes });
  }
  averagePool(x: string, attributes: Attributes): string {
    return this.add('average-pool', [x], { ...WINDOWS, ceilMode: false, countIncludePad: false, ...attributes });
  }
  mean(x: string): string {
    return this.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: true });
  }
  full(x: string, units: number): string {
    const flat = this.add('reshape', [x], { shape: [0, -1], allowZero: false });
    const w = this.constant([units, this.builder.value(flat).shape[1]!]);
    return this.add('gemm', [flat, w], { alpha: 1, beta: 1, transA: false, transB: true });
  }
}

const WINDOWS = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET' };

/** At borders, over them, inside; not aligned with any stride. */
const POSITIONS: PatchPositions = { rows: [-2, 0, 5, 9, 19], cols: [-3, 1, 8, 15, 17], size: 5 };
const INSIDE: PatchPositions = { rows: [0, 7, 19], cols: [3, 14], size: 4 };

const NETWORKS: Readonly<Record<string, (draw: Draw) => string>> = {
  'convolution, padded': (d) => d.conv(d.picture, 3, [3, 3], { pads: [1, 1, 1, 1] }),
  'convolution, stride 2': (d) => d.conv(d.picture, 3, [3, 3], { strides: [2, 2], pads: [1, 0, 1, 0] }),
  'convolution, stride larger than the filter': (d) => d.conv(d.picture, 3, [1, 2], { strides: [3, 3] }),
  'convolution, dilated': (d) => d.conv(d.picture, 3, [3, 2], { dilations: [2, 3], pads: [2, 1, 2, 2] }),
  'convolution, 7×7 with stride 4': (d) => d.conv(d.picture, 2, [7, 7], { strides: [4, 4], pads: [2, 2, 2, 2] }),
  'convolution, SAME_UPPER': (d) => d.conv(d.picture, 2, [3, 4], { strides: [2, 2], autoPad: 'SAME_UPPER' }),
  'convolution, depthwise': (d) => d.conv(d.picture, 4, [3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  'convolutions in a row': (d) =>
    d.conv(d.conv(d.picture, 3, [3, 3], { strides: [2, 2] }), 2, [3, 3], { pads: [1, 1, 1, 1] }),
  'max-pool, padded': (d) => d.maxPool(d.picture, { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  'max-pool, ceil': (d) => d.maxPool(d.picture, { kernel: [3, 3], strides: [2, 2], ceilMode: true }),
  'average-pool, padding not counted': (d) =>
    d.averagePool(d.picture, { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceilMode: true }),
  'average-pool, padding counted': (d) =>
    d.averagePool(d.picture, {
      kernel: [3, 2],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceilMode: true,
      countIncludePad: true,
    }),
  'concat of branches of different reach': (d) => {
    const x = d.add('relu', [d.conv(d.picture, 3, [3, 3], { pads: [1, 1, 1, 1] })]);
    const pooled = d.maxPool(x, { kernel: [3, 3], pads: [1, 1, 1, 1] });
    return d.add('concat', [d.conv(x, 2, [1, 1]), d.conv(x, 2, [5, 5], { pads: [2, 2, 2, 2] }), pooled], { axis: 1 });
  },
  residual: (d) => {
    const x = d.conv(d.picture, 3, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] });
    return d.add('add', [d.conv(d.add('relu', [x]), 3, [3, 3], { pads: [1, 1, 1, 1] }), x]);
  },
  'residual with a projection': (d) =>
    d.add('add', [
      d.conv(d.picture, 3, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
      d.conv(d.picture, 3, [1, 1], { strides: [2, 2] }),
    ]),
  'contrast normalisation': (d) =>
    d.add('lrn', [d.conv(d.picture, 6, [3, 3])], { size: 5, alpha: 0.5, beta: 0.75, bias: 1 }),
  'numbers for each channel, and for each pixel': (d) =>
    d.add('mul', [d.add('add', [d.conv(d.picture, 3, [3, 3]), d.constant([3, 1, 1])]), d.constant([1, 1, 22, 18])]),
  'numbers for each column': (d) => d.add('mul', [d.conv(d.picture, 3, [3, 3]), d.constant([18])]),
  'channels apart and together': (d) => {
    const x = d.conv(d.picture, 4, [3, 3]);
    const part = (start: number): string =>
      d.add('slice', [x], { starts: [0, start, 0, 0], sizes: [-1, 2, -1, -1], steps: [1, 1, 1, 1] });
    return d.add('softmax', [d.add('concat', [part(2), part(0)], { axis: 1 })], { axis: 1, log: false });
  },
  'global average': (d) => d.mean(d.add('relu', [d.conv(d.picture, 3, [3, 3])])),
  'global maximum': (d) =>
    d.add('reduce', [d.conv(d.picture, 3, [3, 3])], { mode: 'max', axes: [2, 3], keepdims: false }),
  'sum of a channel': (d) => {
    const map = d.add('slice', [d.conv(d.picture, 3, [3, 3])], {
      starts: [0, 1, 0, 0],
      sizes: [-1, 1, -1, -1],
      steps: [1, 1, 1, 1],
    });
    return d.add('reduce', [map], { mode: 'sum', axes: [1, 2, 3], keepdims: false });
  },
  'squeeze and excitation': (d) => {
    const x = d.conv(d.picture, 3, [3, 3], { pads: [1, 1, 1, 1] });
    return d.conv(d.add('mul', [x, d.add('sigmoid', [d.conv(d.mean(x), 3, [1, 1])])]), 2, [3, 3]);
  },
  'fully connected': (d) => d.full(d.maxPool(d.conv(d.picture, 3, [3, 3]), { kernel: [2, 2], strides: [2, 2] }), 4),
  'fully connected to the picture': (d) => d.full(d.picture, 4),
  transposed: (d) => d.add('transpose', [d.conv(d.picture, 3, [3, 3])], { permutation: [0, 2, 3, 1] }),
  'parametric ReLU': (d) => d.conv(d.add('prelu', [d.conv(d.picture, 3, [3, 3]), d.constant([3, 1, 1])]), 2, [3, 3]),
  'twice as high': (d) => {
    const first = d.builder.constant(
      'first',
      tensor(
        'uint32',
        [44],
        [...Array(44).keys()].map((at) => at >> 1),
      ),
    );
    const x = d.add('resample', [d.conv(d.picture, 3, [3, 3]), first, d.constant([44, 1])], { axis: 2, size: 22 });
    return d.conv(x, 2, [3, 3]);
  },
  'product of maps': (d) => {
    const x = d.conv(d.picture, 3, [3, 3]);
    return d.conv(d.add('matmul', [x, x], { transA: true, transB: false }), 2, [3, 3]);
  },
  'instance normalisation': (d) => {
    const x = d.conv(d.picture, 3, [3, 3]);
    const { y } = standardise(d.builder, x, [2, 3], 1e-5, 'norm');
    return d.conv(y, 2, [3, 3]);
  },
  'until the window covers the map': (d) => {
    let x = d.conv(d.picture, 3, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] });
    for (let i = 0; i < 5; i++) x = d.conv(x, 3, [3, 3], { pads: [1, 1, 1, 1] });
    return d.full(d.maxPool(x, { kernel: [2, 2], strides: [2, 2] }), 4);
  },
};

describe('incremental', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });
  const onGpu: Run = async (graph, feeds) => {
    const executable = await backend.compile(graph);
    try {
      return await executable.run(feeds);
    } finally {
      executable.dispose();
    }
  };

  for (const [name, draw] of Object.entries(NETWORKS)) {
    it(`gives the numbers of a whole pass: ${name}`, async () => {
      const drawing = new Draw();
      const graph = drawing.builder.build(name, [draw(drawing)]);
      for (const positions of [POSITIONS, INSIDE]) {
        expect(await difference(graph, positions), 'float64').to.be.below(1e-6);
        expect(await difference(graph, positions, onGpu), 'WebGPU').to.be.below(1e-5);
      }
    });
  }

  for (const [name, net] of Object.entries(NETS)) {
    it(`gives the numbers of a whole pass: ${name}, narrower and for smaller pictures`, async () => {
      const graph = net({ divisor: 16, side: 80, classes: 10 });
      const positions = { rows: [0, 37], cols: [9, 69], size: 11 };
      expect(await difference(graph, positions), 'float64').to.be.below(1e-6);
      expect(await difference(graph, positions, onGpu), 'WebGPU').to.be.below(1e-5);
    });
  }
});

describe('groupPositions', () => {
  const graph = NETS.vgg11({ weights: 'none' });
  const starts = Array.from({ length: 27 }, (_, i) => 8 * i);
  const positions = { rows: starts, cols: starts.slice(0, 5), size: 16 };

  it('has every row and column in one group, of at most as many as wanted', () => {
    for (const count of [1, 3, 40]) {
      const { rows, cols } = groupPositions(graph, 'image', positions, count);
      expect(rows.length).to.equal(Math.min(count, 27));
      expect(cols.length).to.equal(Math.min(count, 5));
      expect(rows.flat().sort((a, b) => a - b)).to.deep.equal([...starts.keys()]);
    }
  });

  it('keeps the borders, where windows are small, apart from the middle', () => {
    const { rows } = groupPositions(graph, 'image', positions, 2);
    const ofBorder = rows.find((group) => group.includes(0))!;
    expect(ofBorder).to.include(26).and.to.not.include(13);
  });
});
