import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { openBackend } from '../support/backends.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { oracle } from '../goldens/oracle.ts';
import { onnxFile, type FileNode, type FileTensor } from '../onnx/file.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const FORWARD = 3e-5;
const BACKWARD = 1e-5;
const DIFFERENCE = 1e-6;
const STEP = 1e-5;

/** Networks around operators that were refused once. */
const NETWORKS = [
  'act_prelu',
  'bn-training-on-constants',
  'groupnorm21',
  'matmul4d',
  'qdq-weights-only',
  'resize-linear',
] as const;

/** Compares a graph of one input with another program's numbers for it, and returns that input. */
async function checkForward(
  graph: Graph,
  file: URL | Uint8Array,
  run: (x: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const x = new Random(5).tensor(graph.values.get(graph.inputs[0]!)!.shape);
  const expected = await oracle(file, x);
  expect(relativeError((await run(x)).data, expected)).to.be.at.most(FORWARD);
  return x;
}

function inFloat64(graph: Graph): (x: Tensor) => Promise<Tensor> {
  const [input, output] = [graph.inputs[0]!, graph.outputs[0]!];
  return (x) => Promise.resolve(evaluate(graph, { [input]: x })[output]!);
}

function onGpu(backend: Backend, graph: Graph): (x: Tensor) => Promise<Tensor> {
  return async (x) => {
    const executable = await backend.compile(graph);
    try {
      return (await executable.run({ [graph.inputs[0]!]: x }))[graph.outputs[0]!]!;
    } finally {
      executable.dispose();
    }
  };
}

/** The gradient that comes in float64 is that of central differences, and what the GPU makes is the same. */
async function checkBackward(backend: Backend, graph: Graph, x: Tensor): Promise<void> {
  const [input, output] = [graph.inputs[0]!, graph.outputs[0]!] as const;
  const random = new Random(11);
  const { graph: both, seed, gradients } = differentiate(graph, { of: output, wrt: [input] });
  const signal = random.tensor(graph.values.get(output)!.shape);
  const name = gradients.get(input)!;
  const gradient = evaluate(both, { [input]: x, [seed]: signal }, [name])[name]!;
  for (let i = 0; i < 3; i++) {
    const v = random.float64(x.shape);
    const at = (step: number): number => {
      const moved = Float64Array.from(x.data, (value, k) => value + step * v.data[k]!);
      return dot(evaluate(graph, { [input]: tensor('float64', x.shape, moved) })[output]!.data, signal.data);
    };
    const difference = (at(STEP) - at(-STEP)) / (2 * STEP);
    const scale = Math.sqrt(dot(gradient.data, gradient.data) * dot(v.data, v.data));
    expect(Math.abs(difference - dot(gradient.data, v.data)) / scale).to.be.at.most(DIFFERENCE);
  }
  const executable = await backend.compile(both);
  const results = await executable.run({ [input]: x, [seed]: signal });
  executable.dispose();
  expect(relativeError(results[name]!.data, gradient.data)).to.be.at.most(BACKWARD);
}

describe('networks with operators that few have', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });

  for (const name of NETWORKS) {
    it(`${name}: forwards as onnxruntime, backwards as central differences`, async () => {
      const url = new URL(`/test/fixtures/faults/${name}.onnx`, location.href);
      const graph = fold(await importOnnx(new Uint8Array(await (await fetch(url)).arrayBuffer())));
      await checkForward(graph, url, inFloat64(graph));
      const x = await checkForward(graph, url, onGpu(backend, graph));
      await checkBackward(backend, graph, x);
    });
  }

  it('batched products side by side lie where they are read', async () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [2, 3, 16, 16]);
    const square = builder.add('matmul', [x, x], { transA: false, transB: false });
    const turned = builder.add('matmul', [x, x], { transA: true, transB: false });
    const y = builder.add('concat', [square, turned], { axis: 1 });
    const graph = builder.build('products', [y]);
    const numbers = new Random(3).tensor([2, 3, 16, 16]);
    const expected = await inFloat64(graph)(numbers);
    expect(relativeError((await onGpu(backend, graph)(numbers)).data, expected.data)).to.be.below(1e-6);
  });
});

/** A node of the newest form or an older one, on a varying x and initializers, as a file. */
interface Form {
  readonly label: string;
  readonly opset?: number;
  readonly x: Shape;
  readonly type: string;
  readonly attributes?: FileNode['attributes'];
  /** '': not given. */
  readonly initializers?: readonly (FileTensor | '')[];
}

function fileOf({ opset = 17, x, type, attributes = {}, initializers = [] }: Form): Uint8Array {
  const tensors = initializers.flatMap((value, i) => (value === '' ? [] : [{ ...value, name: `c${String(i)}` }]));
  const inputs = ['x', ...initializers.map((value, i) => (value === '' ? '' : `c${String(i)}`))];
  return onnxFile({
    opset,
    nodes: [{ type, inputs, outputs: ['y'], name: 'node', attributes }],
    initializers: tensors,
    inputs: [{ name: 'x', dims: x }],
    outputs: [{ name: 'y' }],
  });
}

const floats = (dims: Shape, seed = 1): FileTensor => ({ dims, values: [...new Random(seed).tensor(dims).data] });
const list = (...values: number[]): FileTensor => ({ dims: [values.length], values });
const sizes = (...values: number[]): FileTensor => ({ dims: [values.length], type: 7, values });

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric'];
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];
/** Larger, smaller, one of each; ratios that are exact in float32 and others. */
const SCALES = [
  [2, 2],
  [3, 0.6],
  [0.5, 1.7],
  [0.3, 0.15],
] as const;
const MAP: Shape = [1, 2, 5, 8];

const resizes: readonly Form[] = [
  ...COORDINATES.flatMap((coordinates) =>
    SCALES.flatMap(([h, w]) =>
      ['nearest', 'linear', 'cubic'].map((mode): Form => ({
        label: `${mode}, ${coordinates}, ${String(h)}×${String(w)}`,
        opset: 19,
        x: MAP,
        type: 'Resize',
        attributes: { mode, coordinate_transformation_mode: coordinates },
        initializers: ['', list(1, 1, h, w)],
      })),
    ),
  ),
  ...ROUNDINGS.flatMap((nearest_mode) =>
    ['half_pixel', 'asymmetric'].flatMap((coordinates) =>
      SCALES.map(([h, w]): Form => ({
        label: `${nearest_mode}, ${coordinates}, ${String(h)}×${String(w)}`,
        opset: 13,
        x: MAP,
        type: 'Resize',
        attributes: { mode: 'nearest', nearest_mode, coordinate_transformation_mode: coordinates },
        initializers: ['', list(1, 1, h, w)],
      })),
    ),
  ),
  ...['nearest', 'linear', 'cubic'].flatMap((mode): Form[] => [
    {
      label: `${mode}, sizes`,
      opset: 13,
      x: MAP,
      type: 'Resize',
      attributes: { mode },
      initializers: ['', '', sizes(1, 2, 9, 3)],
    },
    {
      label: `${mode}, opset 11, a region that counts for nothing`,
      opset: 11,
      x: MAP,
      type: 'Resize',
      attributes: { mode, coordinate_transformation_mode: 'align_corners' },
      initializers: [list(0, 0, 0, 0, 1, 1, 1, 1), list(1, 1, 2, 1.5)],
    },
    {
      label: `${mode}, axes`,
      opset: 18,
      x: MAP,
      type: 'Resize',
      attributes: { mode, axes: [3, 2] },
      initializers: ['', list(2, 3)],
    },
  ]),
  ...['not_larger', 'not_smaller'].map((policy): Form => ({
    label: policy,
    opset: 18,
    x: MAP,
    type: 'Resize',
    attributes: { mode: 'linear', keep_aspect_ratio_policy: policy, axes: [2, 3] },
    initializers: ['', '', sizes(8, 9)],
  })),
  ...[0.3, 0.5, 2].flatMap((scale) =>
    ['linear', 'cubic'].map((mode): Form => ({
      label: `${mode}, antialias, ${String(scale)}`,
      opset: 18,
      x: [1, 2, 11, 13],
      type: 'Resize',
      attributes: { mode, antialias: 1, exclude_outside: 1 },
      initializers: ['', list(1, 1, scale, scale)],
    })),
  ),
  {
    label: 'cubic, another parameter, nothing outside',
    opset: 13,
    x: MAP,
    type: 'Resize',
    attributes: { mode: 'cubic', cubic_coeff_a: -0.5, exclude_outside: 1 },
    initializers: ['', list(1, 1, 2, 0.8)],
  },
  ...['nearest', 'linear'].flatMap((mode): Form[] => [
    ...SCALES.filter(([h, w]) => h >= 1 === w >= 1).map(([h, w]): Form => ({
      label: `${mode}, opset 10, ${String(h)}×${String(w)}`,
      opset: 10,
      x: MAP,
      type: 'Resize',
      attributes: { mode },
      initializers: [list(1, 1, h, w)],
    })),
    {
      label: mode,
      opset: 9,
      x: MAP,
      type: 'Upsample',
      attributes: { mode },
      initializers: [list(1, 1, 2, 3)],
    },
    {
      label: `${mode}, opset 7`,
      opset: 7,
      x: MAP,
      type: 'Upsample',
      attributes: { mode, scales: [1, 1, 2.5, 1.5] },
    },
  ]),
];

/** TensorProto.DataType of what weights are stored as; a zero point of int32 can only be 0. */
const STORED = { 2: Uint8Array, 3: Int8Array, 6: Int32Array } as const;

function integers(type: keyof typeof STORED, dims: Shape, seed = 1): FileTensor {
  const random = new Random(seed);
  const values = Array.from({ length: sizeOf(dims) }, () => Math.floor(256 * random.next()) - (type === 2 ? 0 : 128));
  const { buffer } = new STORED[type](values);
  return { dims, type, write: (pbf) => pbf.writeBytesField(9, new Uint8Array(buffer)) };
}

/** x plus weights [2, 5, 8] that are stored as integers. */
function quantised(type: keyof typeof STORED, axis: number): Uint8Array {
  const places = [[2, 5, 8][axis]!];
  const parts = [integers(type, [2, 5, 8]), floats(places), ...(type === 6 ? [] : [integers(type, places, 2)])];
  const inputs = parts.map((_, i) => `c${String(i)}`);
  return onnxFile({
    nodes: [
      { type: 'DequantizeLinear', inputs, outputs: ['w'], attributes: { axis } },
      { type: 'Add', inputs: ['x', 'w'], outputs: ['y'] },
    ],
    initializers: parts.map((part, i) => ({ ...part, name: inputs[i]! })),
    inputs: [{ name: 'x', dims: MAP }],
    outputs: [{ name: 'y' }],
  });
}

const forms: readonly Form[] = [
  ...resizes,
  ...[7, 9, 16].flatMap((opset) =>
    ([[2, 1, 1], [1], [5, 8], MAP] as Shape[]).map((slope): Form => ({
      label: `opset ${String(opset)}, slope ${slope.join('×')}`,
      opset,
      x: MAP,
      type: 'PRelu',
      initializers: [floats(slope)],
    })),
  ),
  ...(
    [
      [
        [2, 3, 5],
        [2, 5, 4],
      ],
      [
        [2, 1, 3, 5],
        [4, 5, 2],
      ],
      [
        [3, 5],
        [2, 5, 4],
      ],
      [[5], [2, 5, 4]],
      [[2, 3, 5], [5]],
      [
        [2, 1, 2, 3, 5],
        [1, 3, 2, 5, 4],
      ],
    ] as [Shape, Shape][]
  ).map(([x, other]): Form => ({
    label: `${x.join('×')} · ${other.join('×')}`,
    x,
    type: 'MatMul',
    initializers: [floats(other)],
  })),
  ...[18, 21].map((opset): Form => ({
    label: `opset ${String(opset)}`,
    opset,
    x: [2, 6, 3, 4],
    type: 'GroupNormalization',
    attributes: { num_groups: 3, epsilon: 0.01 },
    initializers: [floats([opset < 21 ? 3 : 6]), floats([opset < 21 ? 3 : 6], 2)],
  })),
  ...(
    [
      [2, 3, 4, 5],
      [2, 3, 4],
    ] as Shape[]
  ).map((x): Form => ({
    label: x.join('×'),
    x,
    type: 'InstanceNormalization',
    initializers: [floats([3]), floats([3], 2)],
  })),
  ...[-1, 1].map((axis): Form => ({
    label: `from axis ${String(axis)}`,
    x: [2, 3, 4],
    type: 'LayerNormalization',
    attributes: { axis },
    initializers: axis === 1 ? [floats([3, 4])] : [floats([4]), floats([4], 2)],
  })),
];

describe('nodes as exporters write them', () => {
  for (const form of forms) {
    it(`${form.type}: ${form.label}`, async () => {
      const file = fileOf(form);
      const graph = await importOnnx(file);
      await checkForward(graph, file, inFloat64(graph));
    });
  }

  for (const [label, type] of [
    ['uint8', 2],
    ['int8', 3],
    ['int32', 6],
  ] as const) {
    for (const axis of [0, 1, 2]) {
      it(`DequantizeLinear: ${label}, along axis ${String(axis)}`, async () => {
        const file = quantised(type, axis);
        const graph = await importOnnx(file);
        await checkForward(graph, file, inFloat64(graph));
      });
    }
  }
});
