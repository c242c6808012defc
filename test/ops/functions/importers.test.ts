import { expect } from 'chai';
import { differentiate } from '../../../src/graph/differentiate.ts';
import { evaluate } from '../../../src/graph/evaluate.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { float32, tensor } from '../../../src/tensor/tensor.ts';
import { onnxFile } from '../../onnx/file.ts';
import { check, counting, describeAnotherBatch, float, modelOf, refused, type Spec } from '../importing.ts';

/** GELU of 1 and 2, exact and by its approximation, in PyTorch 2.14. */
const GELU = [0.8413447461, 1.9544997361];
const BY_TANH = [0.8411919906, 1.9545976941];

const microsoft = (spec: Spec): Spec => ({ ...spec, type: `com.microsoft:${spec.type}` });

describe('importers of functions that few networks have', () => {
  it('Gelu, and its approximation', async () => {
    await check({ type: 'Gelu', opset: 20, x: [2] }, [2], GELU);
    await check({ type: 'Gelu', opset: 20, attributes: { approximate: 'tanh' }, x: [2] }, [2], BY_TANH);
    await refused({ type: 'Gelu', opset: 20, attributes: { approximate: 'sigmoid' }, x: [2] }, 'approximate "sigmoid"');
  });

  it('those that onnxruntime puts into files', async () => {
    const bias = float32([2], [1, 0]);
    await check(microsoft({ type: 'Gelu', x: [2] }), [2], GELU);
    await check(microsoft({ type: 'BiasGelu', constants: [bias], x: [2] }), [2], [GELU[1]!, GELU[1]!]);
    await check(microsoft({ type: 'FastGelu', x: [2] }), [2], BY_TANH);
    await check(microsoft({ type: 'FastGelu', constants: [bias], x: [2] }), [2], [BY_TANH[1]!, BY_TANH[1]!]);
    await check(microsoft({ type: 'QuickGelu', x: [1] }), [1], [1 / (1 + Math.exp(-1.702))]);
    const attributes = { alpha: float(1) };
    await check(microsoft({ type: 'QuickGelu', attributes, x: [1] }), [1], [1 / (1 + Math.exp(-1))]);
  });

  it('of a domain only what is of it', async () => {
    const nobody = 'an operator outside the standard';
    await refused({ type: 'com.example:Gelu', x: [2] }, nobody);
    await refused(microsoft({ type: 'Erf', x: [2] }), nobody);
    await refused({ type: 'QuickGelu', x: [2] }, 'not implemented');
    await refused({ type: 'BitShift', x: [2], constants: [counting([2])] }, 'not implemented');
  });

  it('rectifiers with parameters', async () => {
    const negative = { constants: [float32([2], [-1, 2])] };
    const low = Math.exp(-1) - 1;
    await check({ type: 'Elu', ...negative }, [2], [low, 2]);
    await check({ type: 'Elu', attributes: { alpha: float(2) }, ...negative }, [2], [2 * low, 2]);
    await check({ type: 'Selu', opset: 6, ...negative }, [2], [1.6732632 * 1.050701 * low, 2 * 1.050701]);
    await check({ type: 'Selu', opset: 1, ...negative }, [2], [1.6732 * 1.0507 * low, 2 * 1.0507]);
    const two = { alpha: float(2), gamma: float(3) };
    await check({ type: 'Selu', attributes: two, ...negative }, [2], [6 * low, 6]);
    await check({ type: 'Celu', attributes: { alpha: float(2) }, ...negative }, [2], [2 * Math.expm1(-0.5), 2]);
    await check({ type: 'Celu', attributes: { alpha: float(-2) }, ...negative }, [2], [-2 * Math.expm1(0.5), 2]);
    await refused({ type: 'Celu', attributes: { alpha: float(0) }, x: [2] }, 'alpha 0');
    await check({ type: 'ThresholdedRelu', x: [2] }, [2], [0, 2]);
    await check({ type: 'ThresholdedRelu', attributes: { alpha: float(0.5) }, x: [2] }, [2], [1, 2]);
    await check({ type: 'Shrink', ...negative }, [2], [-1, 2]);
    const shrink = { lambd: float(1.5), bias: float(0.5) };
    await check({ type: 'Shrink', attributes: shrink, ...negative }, [2], [0, 1.5]);
  });

  it('Swish of another steepness', async () => {
    const attributes = { alpha: float(2) };
    await check({ type: 'Swish', opset: 24, attributes, x: [1] }, [1], [1 / (1 + Math.exp(-2))]);
  });

  it('comparisons of what varies, whose results are 0 and 1', async () => {
    await check({ type: 'Greater', constants: [float32([], [1])], x: [3] }, [3], [0, 1, 1]);
    await check({ type: 'LessOrEqual', constants: [float32([2, 1], [1, 2])], x: [2] }, [2, 2], [1, 0, 1, 1]);
    await check({ type: 'Not', x: [2] }, [2], [0, 0]);
    await check({ type: 'IsInf', attributes: { detect_negative: 0 }, x: [2] }, [2], [0, 0]);
    await check({ type: 'IsNaN', x: [2] }, [2], [0, 0]);
    const bools = [tensor('bool', [2], [0, 1]), tensor('bool', [2], [1, 1])];
    await check({ type: 'Xor', constants: bools }, [2], [1, 0]);
  });

  it('comparisons before 7: the second has axes from one on', async () => {
    const attributes = { broadcast: 1, axis: 0 };
    await check(
      { type: 'Less', opset: 6, attributes, constants: [float32([2], [2, 4])], x: [2, 2] },
      [2, 2],
      [1, 0, 1, 0],
    );
    await check(
      { type: 'And', opset: 1, attributes: { broadcast: 1 }, constants: [float32([2], [0, 1])], x: [2, 2] },
      [2, 2],
      [0, 1, 0, 1],
    );
  });

  it('Mod with the sign of either', async () => {
    const constants = [float32([2], [-3, 4.5])];
    await check({ type: 'Mod', x: [2], constants }, [2], [-2, 2]);
    await check({ type: 'Mod', attributes: { fmod: 1 }, x: [2], constants }, [2], [1, 2]);
  });

  it('a softplus as PyTorch writes it out, and its gradient', async () => {
    const graph = await importOnnx(
      onnxFile({
        nodes: [
          { type: 'Greater', inputs: ['x', 'twenty'], outputs: ['far'] },
          { type: 'Exp', inputs: ['x'], outputs: ['exp'] },
          { type: 'Add', inputs: ['exp', 'one'], outputs: ['more'] },
          { type: 'Log', inputs: ['more'], outputs: ['log'] },
          { type: 'Where', inputs: ['far', 'x', 'log'], outputs: ['y'] },
        ],
        inputs: [{ name: 'x', dims: [3] }],
        initializers: [
          { name: 'twenty', dims: [], values: [20] },
          { name: 'one', dims: [], values: [1] },
        ],
        outputs: [{ name: 'y' }],
      }),
    );
    const { graph: both, seed, gradients } = differentiate(graph, { of: 'y', wrt: ['x'] });
    const slope = gradients.get('x')!;
    const feeds = { x: float32([3], [-1, 2, 50]), [seed]: float32([3], [1, 1, 1]) };
    const results = evaluate(both, feeds, ['y', slope]);
    const expected = { y: [0.3132616875, 2.126928011, 50], [slope]: [0.2689414214, 0.880797078, 1] };
    for (const [name, numbers] of Object.entries(expected))
      for (const [i, number] of numbers.entries()) expect(results[name]!.data[i]).to.be.closeTo(number, 1e-9);
  });

  it('a mask of two comparisons', async () => {
    const model = modelOf({ type: 'Greater', constants: [float32([], [1])], x: [3] });
    const [first] = model.graph.nodes as [(typeof model.graph.nodes)[number]];
    const node = (type: string, inputs: readonly string[], output: string) => ({
      ...first,
      type,
      name: output,
      inputs,
      outputs: [output],
    });
    const graph = await importOnnx({
      ...model,
      graph: {
        ...model.graph,
        nodes: [
          first,
          node('Less', ['x', 'three'], 'less'),
          node('And', ['y0', 'less'], 'both'),
          node('Cast', ['both'], 'z'),
        ].map((each) =>
          each.type === 'Cast' ? { ...each, attributes: new Map([['to', { type: 'int', value: 1 }]]) } : each,
        ),
        initializers: new Map([
          ...model.graph.initializers,
          ['three', { name: 'three', elementType: 'float', shape: [], tensor: float32([], [3]) }],
        ]),
        outputs: [{ name: 'z', elementType: 'float', shape: undefined }],
      },
    });
    const [output] = graph.outputs as [string];
    expect([...evaluate(graph, { x: counting([3]) })[output]!.data]).to.deep.equal([0, 1, 0]);
  });

  describeAnotherBatch({
    Where: { type: 'Where', constants: [counting([3]), counting([3])], x: [1, 3] },
    Greater: { type: 'Greater', constants: [float32([3], [1, 2, 2])], x: [1, 3] },
    Selu: { type: 'Selu', x: [1, 2, 3] },
    FastGelu: microsoft({ type: 'FastGelu', constants: [counting([3])], x: [1, 2, 3] }),
  });
});
