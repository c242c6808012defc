import { expect } from 'chai';
import '../support/ops.ts';
import { ArgumentError, ModelFormatError, ShapeError, UnsupportedOpError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { resolveTensor } from '../../src/graph/layers.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { expectRejection, rejection } from '../rejection.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/numbers.ts';
import { onnxFile, type FileModel, type FileNode } from './file.ts';

const relu = (input: string, output: string): FileNode => ({
  type: 'Relu',
  inputs: [input],
  outputs: [output],
  name: output,
});

/** A model from x to y. */
function file(nodes: readonly FileNode[], rest: FileModel = {}): Uint8Array {
  return onnxFile({ nodes, inputs: [{ name: 'x', dims: ['N', 3] }], outputs: [{ name: 'y' }], ...rest });
}

async function fetched(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

describe('importOnnx: shapes', () => {
  it('takes 1, or the batch asked for, where the file leaves the first axis open', async () => {
    const bytes = file([relu('x', 'y')]);
    expect((await importOnnx(bytes)).values.get('y')!.shape).to.deep.equal([1, 3]);
    expect((await importOnnx(bytes, { batch: 4 })).values.get('y')!.shape).to.deep.equal([4, 3]);
    expect((await importOnnx(await readOnnx(bytes))).values.get('x')!.dtype).to.equal('float32');
  });

  it('lists the inputs whose sizes it must be told', async () => {
    const bytes = file([relu('x', 'y')], { inputs: [{ name: 'x', dims: ['N', 3, 'H', ''] }, { name: 'z' }] });
    await expectRejection(ShapeError, /"x" N×3×H×\?, "z" \(unknown rank\).*`shapes`/, () => importOnnx(bytes));
    const graph = await importOnnx(bytes, { shapes: { x: [2, 3, 8, 9], z: [1] } });
    expect(graph.values.get('y')!.shape).to.deep.equal([2, 3, 8, 9]);
  });

  it('says when a shape cannot be', async () => {
    const fixed = file([relu('x', 'y')], { inputs: [{ name: 'x', dims: [1, 3] }] });
    await expectRejection(ShapeError, /input "x": the file fixes the batch; expected 1×3/, () =>
      importOnnx(fixed, { batch: 2 }),
    );
    expect((await importOnnx(fixed, { shapes: { x: [2, 3] } })).values.get('y')!.shape).to.deep.equal([2, 3]);
    await expectRejection(ShapeError, /wrong number of axes/, () => importOnnx(fixed, { shapes: { x: [3] } }));
    await expectRejection(ShapeError, /impossible/, () => importOnnx(fixed, { shapes: { x: [0, 3] } }));
    await expectRejection(ArgumentError, /no input "data"; expected "x"/, () =>
      importOnnx(fixed, { shapes: { data: [1, 3] } }),
    );
    for (const dims of [
      [0, 3],
      [-1, 3],
      [2 ** 31, 3],
    ]) {
      const bytes = file([relu('x', 'y')], { inputs: [{ name: 'x', dims }] });
      await expectRejection(ModelFormatError, /input "x": an impossible shape/, () => importOnnx(bytes));
    }
  });
});

describe('importOnnx: tensors', () => {
  const w = { name: 'w', dims: [3], values: [10, 20, 30] };

  it('takes initializers that are listed as inputs too', async () => {
    const add: FileNode = { type: 'Add', inputs: ['x', 'w'], outputs: ['y'], name: 'sum' };
    const inputs = [
      { name: 'x', dims: [1, 3] },
      { name: 'w', dims: [3] },
    ];
    const graph = await importOnnx(file([add], { ir: 3, inputs, initializers: [w] }));
    expect(graph.inputs).to.deep.equal(['x']);
    expect([...evaluate(graph, { x: float32([1, 3], [1, 2, 3]) })['y']!.data]).to.deep.equal([11, 22, 33]);
  });

  it('computes constant subgraphs, in numbers given as constants too', async () => {
    const nodes: FileNode[] = [
      { type: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { type: 'Concat', inputs: ['shape', 'one'], outputs: ['target'], attributes: { axis: 0 } },
      { type: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
    ];
    const inputs = [
      { name: 'x', dims: ['N', 3] },
      { name: 'one', dims: [1], type: 7 },
    ];
    const graph = await importOnnx(file(nodes, { inputs }), { constants: { one: tensor('int64', [1], [1]) } });
    expect(graph.nodes.map((node) => node.op)).to.deep.equal(['reshape']);
    expect(graph.values.get('y')!.shape).to.deep.equal([1, 3, 1]);
    expect(graph.constants.size).to.equal(0);
  });

  it('reads inputs that are left out, and several outputs', async () => {
    const nodes: FileNode[] = [
      { type: 'Clip', inputs: ['x', '', 'six'], outputs: ['clipped'] },
      { type: 'Split', inputs: ['clipped'], outputs: ['', 'y'], attributes: { axis: 1, num_outputs: 2 } },
    ];
    const initializers = [{ name: 'six', dims: [], values: [6] }];
    const graph = await importOnnx(file(nodes, { opset: 18, inputs: [{ name: 'x', dims: [1, 4] }], initializers }));
    const { y } = evaluate(graph, { x: float32([1, 4], [1, 2, -3, 9]) });
    expect([...y!.data]).to.deep.equal([-3, 6]);
  });

  it('makes float32 of doubles', async () => {
    const double = {
      name: 'w',
      dims: [1],
      type: 11,
      write: (pbf: { writePackedDouble: (tag: number, values: number[]) => void }) => {
        pbf.writePackedDouble(10, [0.1]);
      },
    };
    const graph = await importOnnx(
      file([{ type: 'Add', inputs: ['x', 'w'], outputs: ['y'] }], {
        inputs: [{ name: 'x', dims: [1], type: 11 }],
        initializers: [double],
      }),
    );
    expect([...graph.constants.values()]).to.deep.equal([float32([1], [0.1])]);
    expect(graph.values.get('y')!.dtype).to.equal('float32');
  });

  it('names the node and the tensor it lacks', async () => {
    const missing = file([{ type: 'Add', inputs: ['x', 'bias'], outputs: ['y'], name: 'sum' }]);
    await expectRejection(ModelFormatError, /node "sum" \(Add\): tensor "bias" is missing/, () => importOnnx(missing));
    await expectRejection(ModelFormatError, /"y" is made twice/, () =>
      importOnnx(file([relu('x', 'y'), relu('x', 'y')])),
    );
    await expectRejection(ModelFormatError, /nothing makes the output "y"/, () => importOnnx(file([relu('x', 'z')])));
    await expectRejection(ModelFormatError, /node "y": Relu has no input 0/, () =>
      importOnnx(file([{ type: 'Relu', inputs: [], outputs: ['y'] }])),
    );
  });

  it('puts nodes in order, and says where they wait for each other', async () => {
    const graph = await importOnnx(file([relu('b', 'y'), relu('x', 'a'), relu('a', 'b')]));
    expect(graph.nodes.map(({ name }) => name)).to.deep.equal(['a', 'b', 'y']);
    const round = file([relu('x', 'y'), relu('b', 'a'), relu('c', 'b'), relu('a', 'c')]);
    await expectRejection(ModelFormatError, /wait for each other; got Relu "c" → Relu "b" → Relu "a" → Relu "c"/, () =>
      importOnnx(round),
    );
    await expectRejection(ModelFormatError, /Relu "y" → Relu "y"/, () => importOnnx(file([relu('y', 'y')])));
  });

  it('says which node makes more than fits into memory', async () => {
    const shape = { name: 'shape', dims: [2], type: 7, values: [2 ** 40, 2 ** 10] };
    const huge = file([{ type: 'ConstantOfShape', inputs: ['shape'], outputs: ['y'], name: 'zeros' }], {
      initializers: [shape],
    });
    await expectRejection(ShapeError, /"zeros".*at most 536,870,912 elements.*1099511627776×1024/, () =>
      importOnnx(huge),
    );
  });

  it('says when an attribute has the wrong type', async () => {
    const bytes = file([{ type: 'LeakyRelu', inputs: ['x'], outputs: ['y'], attributes: { alpha: 'much' } }]);
    await expectRejection(ModelFormatError, /"alpha" of the wrong type; expected float; got string/, () =>
      importOnnx(bytes),
    );
  });
});

describe('importOnnx: refusals', () => {
  it('collects every node that cannot run, and none only because it depends on one', async () => {
    const error = await rejection(UnsupportedOpError, () =>
      importOnnx(
        file([
          { type: 'Det', inputs: ['x'], outputs: ['a'], name: 'first' },
          relu('a', 'b'),
          { type: 'Attention', domain: 'com.example', inputs: ['x', 'b'], outputs: ['c'], name: 'behind it' },
          { type: 'Attention', domain: 'com.example', inputs: ['x'], outputs: ['d'], name: 'second' },
          { type: 'Clip', inputs: ['x', '', 'x'], outputs: ['e'], name: 'third' },
          { type: 'Add', inputs: ['d', 'e'], outputs: ['y'] },
        ]),
      ),
    );
    expect(error.nodes).to.deep.equal([
      { op: 'Det', node: 'first', reason: 'not implemented' },
      { op: 'com.example:Attention', node: 'behind it', reason: 'an operator outside the standard' },
      { op: 'com.example:Attention', node: 'second', reason: 'an operator outside the standard' },
      { op: 'Clip', node: 'third', reason: 'input 2 must be a constant' },
    ]);
    expect(error.message).to.equal(
      'the model needs 4 unsupported operation(s): Det (node "first"): not implemented; ' +
        'com.example:Attention (node "behind it" and 1 more): an operator outside the standard; ' +
        'Clip (node "third"): input 2 must be a constant.',
    );
  });

  it('refuses inputs and initializers of other types where they are used', async () => {
    const inputs = [
      { name: 'x', dims: [1, 3] },
      { name: 'ids', dims: [3], type: 7 },
    ];
    const strings = { name: 'names', dims: [1], type: 8 };
    expect((await importOnnx(file([relu('x', 'y')], { inputs, initializers: [strings] }))).inputs).to.deep.equal(['x']);
    const nodes: FileNode[] = [
      { type: 'Add', inputs: ['x', 'ids'], outputs: ['a'], name: 'sum' },
      { type: 'Add', inputs: ['x', 'names'], outputs: ['y'], name: 'label' },
    ];
    const error = await rejection(UnsupportedOpError, () =>
      importOnnx(file(nodes, { inputs, initializers: [strings] })),
    );
    expect(error.nodes.map(({ node }) => node)).to.deep.equal(['sum', 'label']);
    expect(error.nodes[0]!.reason).to.equal('input "ids" is int64, only floats vary between runs');
    expect(error.nodes[1]!.reason).to.equal('initializer "names" has the element type string');
  });
});

describe('importOnnx: names', () => {
  it('follows names of the file whose tensors went elsewhere', async () => {
    const graph = await importOnnx(
      file([
        relu('x', 'a'),
        { type: 'Identity', inputs: ['a'], outputs: ['b'], name: 'same' },
        { type: 'Sum', inputs: ['b', 'x', 'x'], outputs: ['y'], name: 'total' },
        { type: 'Relu', inputs: ['x'], outputs: ['unused'], name: 'aside' },
      ]),
    );
    expect(graph.outputs).to.deep.equal(['y']);
    expect(graph.nodes.map((node) => node.op)).to.deep.equal(['relu', 'add', 'add']);
    expect(resolveTensor(graph, 'b')).to.equal('a');
    expect(resolveTensor(graph, 'same')).to.equal('a');
    expect(resolveTensor(graph, 'total')).to.equal('y');
  });
});

describe('importOnnx: networks', () => {
  it('imports SqueezeNet', async () => {
    const graph = await importOnnx(await fetched('/models/squeezenet1.1.onnx'));
    expect(graph.inputs).to.deep.equal(['input']);
    expect(graph.values.get('input')!.shape).to.deep.equal([1, 3, 224, 224]);
    expect(graph.values.get('logits')!.shape).to.deep.equal([1, 1000]);
    const count = (op: string) => graph.nodes.filter((node) => node.op === op).length;
    expect(['conv2d', 'relu', 'max-pool', 'concat'].map(count)).to.deep.equal([26, 26, 3, 8]);
    expect(graph.values.get(resolveTensor(graph, '/fire9/Concat'))!.shape).to.deep.equal([1, 512, 13, 13]);
  });

  it('reads the file in half floats as the same network', async () => {
    const [full, half] = await Promise.all(
      ['/models/squeezenet1.1.onnx', '/models/squeezenet1.1-fp16.onnx'].map(async (path) =>
        importOnnx(await fetched(path)),
      ),
    );
    expect(half!.nodes.map((node) => node.op)).to.deep.equal(full!.nodes.map((node) => node.op));
    for (const [i, node] of full!.nodes.entries()) {
      if (node.op !== 'conv2d') continue;
      const weights = full!.constants.get(node.inputs[1]!)!;
      const rounded = half!.constants.get(half!.nodes[i]!.inputs[1]!)!;
      expect(relativeError(rounded.data, weights.data), node.name).to.be.within(1e-6, 1e-3);
    }
  });

  for (const net of [
    'alexnet-div8',
    'vgg11-div4',
    'resnet18-div4-bn',
    'caffenet-lrn-group2-div8',
    'squeezenet1.1-dynamo-opset18',
  ]) {
    it(`imports ${net}`, async () => {
      const graph = await importOnnx(await fetched(`/test/fixtures/nets/${net}.onnx`), { batch: 2 });
      expect(graph.values.get('logits')!.shape).to.deep.equal([2, 1000]);
    });
  }

  it('names the node whose weights do not fit', async () => {
    const conv: FileNode = { type: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['y'], name: 'conv1' };
    const inputs = [{ name: 'x', dims: [1, 3, 8, 8] }];
    const bias = { name: 'b', dims: [3], values: [0, 0, 0] };
    const tooDeep = { name: 'w', dims: [2, 4, 1, 1], values: new Array<number>(8).fill(0) };
    await expectRejection(ShapeError, /"conv1"/, () =>
      importOnnx(file([conv], { inputs, initializers: [tooDeep, bias] })),
    );
    const fits = { name: 'w', dims: [2, 3, 1, 1], values: new Array<number>(6).fill(0) };
    await expectRejection(ShapeError, /"conv1".*bias/, () =>
      importOnnx(file([conv], { inputs, initializers: [fits, bias] })),
    );
  });
});
