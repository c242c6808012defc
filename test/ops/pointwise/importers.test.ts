import { expect } from 'chai';
import { ShapeError } from '../../../src/errors.ts';
import { evaluate } from '../../../src/graph/evaluate.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { expectRejection } from '../../rejection.ts';
import { check, counting, describeAnotherBatch, float, modelOf, refused } from '../importing.ts';

describe('importers of functions of one number and of two', () => {
  it('Clip 6 to 10: bounds as attributes, any of them missing', async () => {
    await check({ type: 'Clip', opset: 10, attributes: { min: float(2), max: float(3) }, x: [4] }, [4], [2, 2, 3, 3]);
    await check({ type: 'Clip', opset: 6, attributes: { max: float(3) }, x: [4] }, [4], [1, 2, 3, 3]);
    await check({ type: 'Clip', opset: 13, constants: [null, float32([], [2])], x: [4] }, [4], [1, 2, 2, 2]);
  });

  it('PRelu before 7: a slope for each channel', async () => {
    const slopes = [float32([2], [0.5, 2])];
    const negative = { type: 'PRelu', x: [1, 2, 1, 1] as Shape };
    await check({ ...negative, opset: 6, constants: slopes }, [1, 2, 1, 1], [1, 2]);
    const graph = await importOnnx(modelOf({ ...negative, opset: 6, constants: slopes }));
    const y = evaluate(graph, { x: float32([1, 2, 1, 1], [-1, -1]) })[graph.outputs[0]!]!;
    expect([...y.data]).to.deep.equal([-0.5, -2]);
    await expectRejection(ShapeError, 'prelu "node"', () =>
      importOnnx(modelOf({ type: 'PRelu', x: [1, 2, 2, 3], constants: slopes })),
    );
  });

  it('Sum, Max and Mean of one, two or three', async () => {
    const [b, c] = [float32([2], [10, 0]), float32([1], [5])];
    await check({ type: 'Sum', x: [2] }, [2], [1, 2]);
    await check({ type: 'Sum', constants: [b, c], x: [2] }, [2], [16, 7]);
    await check({ type: 'Max', constants: [b, c], x: [2] }, [2], [10, 5]);
    await check({ type: 'Min', constants: [b], x: [2] }, [2], [1, 0]);
    await check({ type: 'Mean', constants: [b, c], x: [2] }, [2], [16 / 3, 7 / 3]);
  });

  it('Cast between floats is nothing, other casts are for constants', async () => {
    await check({ type: 'Cast', attributes: { to: 10 }, x: [2] }, [2], [1, 2]);
    await check({ type: 'Cast', attributes: { to: 7 }, constants: [float32([2], [1.5, -1.5])] }, [2], [1, -1]);
    await refused({ type: 'Cast', attributes: { to: 7 }, x: [2] }, 'constants only');
  });

  for (const [type, of] of Object.entries({
    Add: (a: number, b: number) => a + b,
    Sub: (a: number, b: number) => a - b,
    Mul: (a: number, b: number) => a * b,
    Div: (a: number, b: number) => Math.fround(a / b),
    Pow: (a: number, b: number) => a ** b,
  })) {
    it(`${type} before 7: the second has axes from one of the first on`, async () => {
      const old = { type, opset: 6, x: [2, 2] };
      const legacy = { broadcast: 1, axis: 0 };
      const expected = [of(1, 1), of(2, 1), of(3, 2), of(4, 2)];
      await check({ ...old, attributes: legacy, constants: [float32([2], [1, 2])] }, [2, 2], expected);
      await refused({ ...old, attributes: { broadcast: 1, axis: 1 }, constants: [counting([1, 2])] }, 'axes');
    });
  }

  describe('x times its sigmoid', () => {
    const product = async (factors: readonly string[]): Promise<Graph> => {
      const model = modelOf({ type: 'Sigmoid', x: [2] });
      const mul = { ...model.graph.nodes[0]!, type: 'Mul', name: 'mul', inputs: factors, outputs: ['z'] };
      const outputs = [{ name: 'z', elementType: 'float', shape: undefined }];
      return importOnnx({ ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, mul], outputs } });
    };

    it('is one activation, as Swish is', async () => {
      expect((await product(['x', 'y0'])).nodes.map(({ op }) => op)).to.deep.equal(['silu']);
      expect((await product(['y0', 'x'])).nodes.map(({ op }) => op)).to.deep.equal(['silu']);
      await check({ type: 'Swish', opset: 24, x: [1] }, [1], [1 / (1 + Math.exp(-1))]);
    });

    it('unlike other products', async () => {
      expect((await product(['y0', 'y0'])).nodes.map(({ op }) => op)).to.deep.equal(['sigmoid', 'mul']);
    });
  });

  describeAnotherBatch({
    PRelu: { type: 'PRelu', constants: [counting([2, 1])], x: [1, 2, 3] },
  });
});
