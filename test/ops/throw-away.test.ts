import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { Model } from '../../src/engine/model.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { baseTensors } from '../../src/graph/incremental/base.ts';
import { changesOf } from '../../src/graph/incremental/extent.ts';
import { incremental } from '../../src/graph/incremental/incremental.ts';
import { receptiveField } from '../../src/graph/receptive-field.ts';
import { defineOp, dependence, registerOps } from '../../src/index.ts';
import { diagram } from '../../src/methods/diagram.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { loadOps } from '../../src/ops/registry.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { onnxFile } from '../onnx/file.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT } from '../support/tiny.ts';

const { along, windows } = dependence;

/** y = x³: a function of each number. */
const cube = defineOp({
  type: 'cube',
  pointwise: 'function',
  title: () => 'cubed',
  infer: ({ inputs: [x] }) => [x!],
  evaluate: (_, [x]) => [x!.map((v) => v ** 3)],
  backward: ({ builder, node, dy: [dy] }) => {
    const x = node.inputs[0]!;
    return [builder.add('mul', [builder.add('mul', [dy!, builder.scalar(3)]), builder.add('mul', [x, x])])];
  },
  onnx: { Cube: (n) => [n.builder.add('cube', [n.input(0)], {}, { name: n.name, outputs: n.outputs })] },
});

/** Differences of the pixels two to the right and two to the left, 0 beyond the border. */
const difference = defineOp({
  type: 'difference',
  dependence: () => [[along(0), along(1), along(2), windows(3, { kernel: 2, stride: 1, dilation: 4, before: 2 })]],
  infer: ({ inputs: [x] }) => [x!],
  evaluate: ({ inputs: [x] }, [numbers]) => {
    const width = x!.shape[3]!;
    return [
      numbers!.map((_, i) => {
        const column = i % width;
        return (column + 2 < width ? numbers![i + 2]! : 0) - (column >= 2 ? numbers![i - 2]! : 0);
      }),
    ];
  },
  onnx: { Difference: (n) => [n.builder.add('difference', [n.input(0)], {}, { name: n.name, outputs: n.outputs })] },
});

describe('an op that nobody knew', () => {
  const random = new Random(3);
  const bytes = onnxFile({
    inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
    outputs: [{ name: 'scores' }],
    initializers: [{ name: 'w', dims: [4, 3, 3, 3], values: [...random.tensor([4, 3, 3, 3]).data] }],
    nodes: [
      { type: 'Conv', name: 'conv', inputs: ['image', 'w'], outputs: ['a'] },
      { type: 'Cube', name: 'cube', inputs: ['a'], outputs: ['b'] },
      { type: 'Difference', name: 'difference', inputs: ['b'], outputs: ['c'] },
      { type: 'GlobalAveragePool', name: 'average', inputs: ['c'], outputs: ['d'] },
      { type: 'Flatten', name: 'flat', inputs: ['d'], outputs: ['scores'] },
    ],
  });
  before(async () => {
    await loadOps();
    registerOps([cube, difference]);
  });

  it('has a receptive field', async () => {
    const graph = await importOnnx(bytes);
    expect(receptiveField(graph, 'b', { channel: 1, at: [4, 10] })).to.deep.equal([10, 4, 13, 7]);
    expect(receptiveField(graph, 'c', { channel: 1, at: [4, 10] })).to.deep.equal([8, 4, 15, 7]);
  });

  it('is reached by a patch where it is, and gives the numbers of a whole pass', async () => {
    const graph = await importOnnx(bytes);
    const positions = { rows: [10], cols: [12], size: 2 };
    const changes = changesOf(graph, 'image', positions);
    expect(changes.get('b')).to.deep.equal({ rows: [[8, 12]], cols: [[10, 14]] });
    expect(changes.get('c')).to.deep.equal({ rows: [[8, 12]], cols: [[8, 16]] });

    const image = random.tensor([1, 3, 32, 32]);
    const patched = image.data.slice();
    for (let k = 0; k < 3; k++) {
      for (const y of [10, 11]) for (const x of [12, 13]) patched[(k * 32 + y) * 32 + x] = 0;
    }
    const whole = evaluate(graph, { image: float32(image.shape, patched) });
    const base = evaluate(graph, { image }, baseTensors(graph, 'image', positions));
    const made = incremental(graph, { input: 'image', positions, batch: 1, base });
    const window = float32([1, 3, 2, 2], new Float32Array(12));
    const places = made.placesOf([[0, 0]]);
    const [scores] = Object.values(evaluate(made.graph, { [made.window]: window, [made.places]: places }));
    expect(relativeError(scores!.data, whole['scores']!.data)).to.be.at.most(1e-6);
  });

  it('stands in the diagram', async () => {
    const graph = await importOnnx(bytes);
    const model = new Model({ name: 'net', graph, backend: createReferenceBackend(), preprocessing: TINY_INPUT });
    const steps = diagram(model).steps.map(({ actions }) => actions.map(({ title }) => title));
    expect(steps).to.deep.equal([['conv', 'cubed'], ['difference'], ['mean', 'reshaped']]);
  });

  it('has a gradient', async () => {
    const graph = await importOnnx(bytes);
    const { graph: both, seed, gradients } = differentiate(graph, { of: 'b', wrt: ['image'] });
    const image = random.tensor([1, 3, 32, 32]);
    const u = random.tensor(graph.values.get('b')!.shape);
    const [gradient] = Object.values(evaluate(both, { image, [seed]: u }, [gradients.get('image')!]));
    const v = random.tensor(image.shape);
    const at = (step: number): Tensor =>
      evaluate(
        graph,
        { image: { ...image, dtype: 'float64', data: Float64Array.from(image.data, (x, i) => x + step * v.data[i]!) } },
        ['b'],
      )['b']!;
    const [ahead, behind] = [at(1e-5).data, at(-1e-5).data];
    let [along, back] = [0, 0];
    for (let i = 0; i < u.data.length; i++) along += (u.data[i]! * (ahead[i]! - behind[i]!)) / 2e-5;
    for (let i = 0; i < v.data.length; i++) back += gradient!.data[i]! * v.data[i]!;
    expect(Math.abs(along - back) / Math.abs(along)).to.be.at.most(1e-6);
  });
});
