import { expect } from 'chai';
import '../support/ops.ts';
import { ModelFormatError, UnsupportedOpError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxModelNode } from '../../src/onnx/model.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { fileTensor } from '../ops/importing.ts';
import { expectRejection } from '../rejection.ts';
import { onnxFile, type FileModel } from './file.ts';

const node = (
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
  domain = '',
): OnnxModelNode => ({ type, domain, name: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) });

const graphOf = (
  nodes: readonly OnnxModelNode[],
  outputs: readonly string[],
  constants: Readonly<Record<string, Tensor>> = {},
): OnnxGraph => ({
  name: '',
  nodes,
  initializers: new Map(Object.entries(constants).map(([name, value]) => [name, fileTensor(name, value)])),
  inputs: [],
  outputs: outputs.map((name) => ({ name, elementType: 'float', shape: undefined })),
});

const nested = (...args: Parameters<typeof graphOf>): OnnxAttribute => ({ type: 'graph', value: graphOf(...args) });

const choice = (condition: string, output: string, then: OnnxAttribute, otherwise: OnnxAttribute): OnnxModelNode =>
  node('If', [condition], [output], { then_branch: then, else_branch: otherwise });

const functionOf = (
  name: string,
  nodes: readonly OnnxModelNode[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxFunction => ({
  name: `own:${name}`,
  inputs: ['a'],
  outputs: ['b'],
  attributes: new Map(Object.entries(attributes)),
  nodes,
  opsets: new Map([['', 17]]),
});

/** A model from x [2] to y. */
const modelOf = (
  nodes: readonly OnnxModelNode[],
  constants: Readonly<Record<string, Tensor>> = {},
  functions: readonly OnnxFunction[] = [],
): OnnxModel => ({
  irVersion: 8,
  producer: 'test',
  opsets: new Map([['', 17]]),
  functions,
  graph: { ...graphOf(nodes, ['y'], constants), inputs: [{ name: 'x', elementType: 'float', shape: [2] }] },
});

async function run(model: OnnxModel): Promise<number[]> {
  const graph = await importOnnx(model);
  return [...evaluate(graph, { x: float32([2], [3, -5]) })[graph.outputs[0]!]!.data];
}

const yes = tensor('bool', [], [1]);
const no = tensor('bool', [], [0]);
const ten = float32([], [10]);

describe('importOnnx: nodes that stand for others', () => {
  it('If: the branch that the condition says, with tensors from around it', async () => {
    const nodes = (condition: string): OnnxModelNode[] => [
      node('Relu', ['x'], ['r']),
      choice(
        condition,
        'y',
        nested([node('Add', ['r', 'c'], ['sum'])], ['sum'], { c: ten }),
        nested([node('Mul', ['x', 'c'], ['sum'])], ['sum'], { c: ten }),
      ),
    ];
    expect(await run(modelOf(nodes('yes'), { yes, no }))).to.deep.equal([13, 10]);
    expect(await run(modelOf(nodes('no'), { yes, no }))).to.deep.equal([30, -50]);
  });

  it('If: a condition that shapes decide, branches that hand on, and choices in branches', async () => {
    const two = tensor('int64', [1], [2]);
    const inner = choice('isTwo', 'z', nested([node('Neg', ['x'], ['n'])], ['n']), nested([], ['x']));
    const nodes = [
      node('Shape', ['x'], ['shape']),
      node('Equal', ['shape', 'two'], ['isTwo']),
      choice('isTwo', 'first', nested([], ['x']), nested([node('Unknown', ['x'], ['u'])], ['u'])),
      choice('isTwo', 'second', nested([inner], ['z']), nested([], ['x'])),
      node('Sub', ['first', 'second'], ['y']),
    ];
    expect(await run(modelOf(nodes, { two }))).to.deep.equal([6, -10]);
  });

  it('If: two of them with the same names inside', async () => {
    const scaled = (factor: number): OnnxAttribute =>
      nested([node('Mul', ['x', 'c'], ['m']), node('Relu', ['m'], ['out'])], ['out'], { c: float32([], [factor]) });
    const nodes = [
      choice('yes', 'first', scaled(2), nested([], ['x'])),
      choice('yes', 'second', scaled(-3), nested([], ['x'])),
      node('Add', ['first', 'second'], ['y']),
    ];
    expect(await run(modelOf(nodes, { yes }))).to.deep.equal([6, 15]);
  });

  it('If: refuses a condition that varies between runs, and all that waits for it', async () => {
    const branches = [nested([], ['x']), nested([], ['x'])] as const;
    const varying = [node('Greater', ['x', 'ten'], ['c']), choice('c', 'y', ...branches)];
    await expectRejection(UnsupportedOpError, /If/, () => run(modelOf(varying, { ten })));
    const direct = [choice('x', 'y', ...branches)];
    await expectRejection(UnsupportedOpError, /condition varies between runs/, () => run(modelOf(direct)));
    const later = [choice('x', 'c', ...branches), choice('c', 'y', ...branches)];
    await expectRejection(UnsupportedOpError, /condition varies between runs/, () => run(modelOf(later)));
  });

  it('functions of the file: their nodes with the attributes and names of the call', async () => {
    const leaky = functionOf(
      'Leaky',
      [
        node('Identity', ['a'], ['same']),
        node('LeakyRelu', ['same'], ['b'], { alpha: { type: 'reference', value: 'slope' } }),
      ],
      { slope: { type: 'float', value: 0.5 } },
    );
    const twice = functionOf('Twice', [
      node('Leaky', ['a'], ['once'], { slope: { type: 'float', value: 2 } }, 'own'),
      node('Leaky', ['once'], ['b'], {}, 'own'),
    ]);
    const nodes = [
      node('Twice', ['x'], ['t'], {}, 'own'),
      node('Leaky', ['t'], ['s'], {}, 'own'),
      node('Add', ['t', 's'], ['y']),
    ];
    expect(await run(modelOf(nodes, {}, [leaky, twice]))).to.deep.equal([6, -7.5]);
  });

  it('functions of the file: choices inside, by what they are called with', async () => {
    const shifted = functionOf('Shifted', [
      node('Constant', [], ['by'], { value_float: { type: 'float', value: 1 } }),
      node('Size', ['a'], ['size']),
      node('Cast', ['size'], ['any'], { to: { type: 'int', value: 9 } }),
      choice('any', 'b', nested([node('Add', ['a', 'by'], ['sum'])], ['sum']), nested([], ['a'])),
    ]);
    const nodes = [node('Shifted', ['x'], ['s'], {}, 'own'), node('Shifted', ['s'], ['y'], {}, 'own')];
    expect(await run(modelOf(nodes, {}, [shifted]))).to.deep.equal([5, -3]);
  });

  it('functions of the file: read by the operator set that they import', async () => {
    const sum = node('ReduceSum', ['a'], ['b'], {
      axes: { type: 'ints', value: [0] },
      keepdims: { type: 'int', value: 0 },
    });
    const old = { ...functionOf('Sum', [sum]), opsets: new Map([['', 11]]) };
    expect(await run(modelOf([node('Sum', ['x'], ['y'], {}, 'own')], {}, [old]))).to.deep.equal([-2]);
  });

  it('functions of the file: refuses those that call themselves, and two of one name', async () => {
    const call = node('Again', ['x'], ['y'], {}, 'own');
    const again = functionOf('Again', [node('Again', ['a'], ['b'], {}, 'own')]);
    await expectRejection(ModelFormatError, /call each other too often/, () => run(modelOf([call], {}, [again])));
    const same = functionOf('Again', [node('Relu', ['a'], ['b'])]);
    await expectRejection(UnsupportedOpError, /outside the standard/, () => run(modelOf([call], {}, [same, same])));
    // Ten calls in each of twelve functions.
    const many = Array.from({ length: 12 }, (_, i) =>
      functionOf(
        `F${String(i)}`,
        Array.from({ length: 10 }, (__, k) =>
          node(`F${String(i + 1)}`, ['a'], [k === 0 ? 'b' : `b${String(k)}`], {}, 'own'),
        ),
      ),
    );
    await expectRejection(ModelFormatError, /call each other too often/, () =>
      run(modelOf([node('F0', ['x'], ['y'], {}, 'own')], {}, many)),
    );
  });

  it('are read from files', async () => {
    const leaky = {
      name: 'Leaky',
      domain: 'own',
      inputs: ['a'],
      outputs: ['b'],
      attributes: { slope: 0.5 },
      nodes: [{ type: 'LeakyRelu', inputs: ['a'], outputs: ['b'], attributes: { alpha: { reference: 'slope' } } }],
      opset: 17,
    };
    const branch = (type: string): { graph: FileModel } => ({
      graph: { nodes: [{ type, inputs: ['l'], outputs: ['o'] }], outputs: [{ name: 'o' }] },
    });
    const bytes = onnxFile({
      nodes: [
        { type: 'Leaky', domain: 'own', inputs: ['x'], outputs: ['l'] },
        { type: 'Cast', inputs: ['one'], outputs: ['yes'], attributes: { to: 9 } },
        {
          type: 'If',
          inputs: ['yes'],
          outputs: ['y'],
          attributes: { then_branch: branch('Neg'), else_branch: branch('Relu') },
        },
      ],
      initializers: [{ name: 'one', dims: [], values: [1] }],
      inputs: [{ name: 'x', dims: [2] }],
      outputs: [{ name: 'y' }],
      functions: [leaky],
    });
    const graph = await importOnnx(bytes);
    const { data } = evaluate(graph, { x: float32([2], [3, -5]) })[graph.outputs[0]!]!;
    expect([...data]).to.deep.equal([-3, 2.5]);
    const damaged = { ...(await readOnnx(bytes)), functions: [Uint8Array.of(10, 200)] };
    await expectRejection(ModelFormatError, /damaged/, () => importOnnx(damaged));
  });
});
