import { expect } from 'chai';
import { withInputShapes } from '../../src/graph/batch.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxAttribute } from '../../src/onnx/model.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { check, counting, fileTensor, float, int64, modelOf, outputsOf, refused, type Spec } from './importing.ts';

// ONNX's own node tests are all in the newest form of each operator (see test/conformance). Here are the forms that
// older files have, what only differs by attribute, and what keeps a graph fit for another batch.

describe('importers', () => {
  describe('attributes of older opsets', () => {
    it('Clip 6 to 10: bounds as attributes, any of them missing', async () => {
      await check({ type: 'Clip', opset: 10, attributes: { min: float(2), max: float(3) }, x: [4] }, [4], [2, 2, 3, 3]);
      await check({ type: 'Clip', opset: 6, attributes: { max: float(3) }, x: [4] }, [4], [1, 2, 3, 3]);
      await check({ type: 'Clip', opset: 13, constants: [null, float32([], [2])], x: [4] }, [4], [1, 2, 2, 2]);
    });

    it('Softmax before 13: all axes from the given one on are one', async () => {
      const flat = [1, 2, 3, 4].map((v) => Math.exp(v) / [1, 2, 3, 4].reduce((sum, w) => sum + Math.exp(w), 0));
      await check({ type: 'Softmax', opset: 11, x: [1, 2, 2] }, [1, 2, 2], flat);
      const pair = [1, Math.E].map((v) => v / (1 + Math.E));
      await check({ type: 'Softmax', opset: 13, x: [1, 2, 2] }, [1, 2, 2], [...pair, ...pair]);
      await check({ type: 'LogSoftmax', opset: 11, x: [1, 2, 2] }, [1, 2, 2], flat.map(Math.log));
      await check({ type: 'Softmax', opset: 12, attributes: { axis: 1 }, x: [1, 2, 1, 1] }, [1, 2, 1, 1], pair);
    });

    it('Squeeze and Unsqueeze before 13, ReduceSum before 13, ReduceMean before 18: axes as an attribute', async () => {
      await check({ type: 'Squeeze', opset: 11, attributes: { axes: [0, -1] }, x: [1, 2, 1] }, [2], [1, 2]);
      await check({ type: 'Squeeze', opset: 11, x: [1, 2, 1] }, [2], [1, 2]);
      await check({ type: 'Unsqueeze', opset: 11, attributes: { axes: [3, 0] }, x: [2, 1] }, [1, 2, 1, 1], [1, 2]);
      await check({ type: 'ReduceSum', opset: 11, attributes: { axes: [-1], keepdims: 0 }, x: [2, 2] }, [2], [3, 7]);
      await check({ type: 'ReduceMean', opset: 17, attributes: { axes: [0] }, x: [2, 2] }, [1, 2], [2, 3]);
      await check({ type: 'ReduceMean', opset: 18, constants: [int64(0)], x: [2, 2] }, [1, 2], [2, 3]);
      await check({ type: 'ReduceMean', opset: 18, x: [2, 2] }, [1, 1], [2.5]);
      await check({ type: 'ReduceMean', opset: 18, attributes: { noop_with_empty_axes: 1 }, x: [2] }, [2], [1, 2]);
    });

    it('Slice before 10: ends beyond the end, from the end', async () => {
      const ends = { starts: [1, -2], ends: [9223372036854775000, -1] };
      await check({ type: 'Slice', opset: 9, attributes: ends, x: [2, 3] }, [1, 1], [5]);
      await check(
        { type: 'Slice', opset: 9, attributes: { starts: [1], ends: [2], axes: [1] }, x: [2, 3] },
        [2, 1],
        [2, 5],
      );
    });

    it('Slice from 10: backwards to the very first', async () => {
      const constants = [int64(-1), int64(-9223372036854775000), int64(0), int64(-2)];
      await check({ type: 'Slice', opset: 13, constants, x: [5] }, [3], [5, 3, 1]);
    });

    it('Pad before 11', async () => {
      const attributes = { pads: [0, 1, 0, 0], value: float(9) };
      await check({ type: 'Pad', opset: 2, attributes, x: [1, 2] }, [1, 3], [9, 1, 2]);
      await check(
        { type: 'Pad', opset: 10, attributes: { pads: [0, 1, 0, 0], mode: 'edge' }, x: [1, 2] },
        [1, 3],
        [1, 1, 2],
      );
    });

    it('Pad from 11 and 18: bounds, value and axes as inputs', async () => {
      await check(
        { type: 'Pad', opset: 13, constants: [int64(0, 1, 0, -1), float32([], [9])], x: [1, 2] },
        [1, 2],
        [9, 1],
      );
      await check({ type: 'Pad', opset: 18, constants: [int64(1, 0), null, int64(-1)], x: [1, 2] }, [1, 3], [0, 1, 2]);
    });

    it('Split: sizes as an attribute, as an input, evenly, unevenly', async () => {
      const parts = async (spec: Omit<Spec, 'type' | 'x'>): Promise<number[][]> =>
        (await outputsOf({ type: 'Split', x: [5], ...spec })).map(([, numbers]) => numbers);
      expect(await parts({ opset: 11, attributes: { split: [2, 3] }, outputs: 2 })).to.deep.equal([
        [1, 2],
        [3, 4, 5],
      ]);
      expect(await parts({ opset: 13, constants: [int64(4, 1)], outputs: 2 })).to.deep.equal([[1, 2, 3, 4], [5]]);
      expect(await parts({ opset: 18, attributes: { num_outputs: 2 }, outputs: 2 })).to.deep.equal([
        [1, 2, 3],
        [4, 5],
      ]);
      expect(
        await outputsOf({ type: 'Split', opset: 7, attributes: { axis: 1 }, x: [2, 2], outputs: 2 }),
      ).to.deep.equal([
        [
          [2, 1],
          [1, 3],
        ],
        [
          [2, 1],
          [2, 4],
        ],
      ]);
    });

    it('Dropout: ratio as an attribute or input, one or two outputs', async () => {
      await check({ type: 'Dropout', opset: 7, attributes: { ratio: float(0.5) }, x: [2] }, [2], [1, 2]);
      await check({ type: 'Dropout', opset: 13, constants: [float32([], [0.5])], x: [2] }, [2], [1, 2]);
      const mask: [Shape, number[]] = [[2], [1, 1]];
      expect(await outputsOf({ type: 'Dropout', opset: 10, x: [2], outputs: 2 })).to.deep.equal([[[2], [1, 2]], mask]);
      await refused(
        { type: 'Dropout', constants: [float32([], [0.5]), tensor('bool', [], [1])], x: [2] },
        'training mode',
      );
    });
  });

  it('Constant: every kind of value', async () => {
    const made = async (value: OnnxAttribute, name: string): Promise<[Shape, number[]]> =>
      (await outputsOf({ type: 'Constant', attributes: { [name]: value } }))[0]!;
    expect(await made(float(1.5), 'value_float')).to.deep.equal([[], [1.5]]);
    expect(await made({ type: 'floats', value: [1.5, 2] }, 'value_floats')).to.deep.equal([[2], [1.5, 2]]);
    expect(await made({ type: 'int', value: 3 }, 'value_int')).to.deep.equal([[], [3]]);
    expect(await made({ type: 'ints', value: [3, 4] }, 'value_ints')).to.deep.equal([[2], [3, 4]]);
    expect(await made({ type: 'tensor', value: fileTensor('', counting([1, 2])) }, 'value')).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
    await refused({ type: 'Constant', attributes: { value_string: 'no' } }, 'neither numbers nor a dense tensor');
  });

  it('Flatten at any axis', async () => {
    const flattened = [0, 1, 2, 3, -1].map((axis) =>
      outputsOf({ type: 'Flatten', attributes: { axis }, x: [2, 3, 4] }),
    );
    const shapes = (await Promise.all(flattened)).map(([output]) => output![0]);
    expect(shapes).to.deep.equal([
      [1, 24],
      [2, 12],
      [6, 4],
      [24, 1],
      [6, 4],
    ]);
  });

  it('Gather of data: a channel, several, in any order', async () => {
    const numbers = (...indices: number[]): Tensor => int64(...indices);
    await check(
      { type: 'Gather', attributes: { axis: 1 }, constants: [tensor('int64', [], [-1])], x: [2, 3] },
      [2],
      [3, 6],
    );
    await check(
      { type: 'Gather', attributes: { axis: 1 }, constants: [numbers(2, 0)], x: [2, 3] },
      [2, 2],
      [3, 1, 6, 4],
    );
    const table = tensor('int64', [2, 1], [1, 0]);
    await check({ type: 'Gather', attributes: { axis: 0 }, constants: [table], x: [2, 2] }, [2, 1, 2], [3, 4, 1, 2]);
    await refused({ type: 'Gather', constants: [int64(7)], x: [2] }, 'index 7');
  });

  it('Sum, Max and Mean of one, two or three', async () => {
    const [b, c] = [float32([2], [10, 0]), float32([1], [5])];
    await check({ type: 'Sum', x: [2] }, [2], [1, 2]);
    await check({ type: 'Sum', constants: [b, c], x: [2] }, [2], [16, 7]);
    await check({ type: 'Max', constants: [b, c], x: [2] }, [2], [10, 5]);
    await check({ type: 'Min', constants: [b], x: [2] }, [2], [1, 0]);
    await check({ type: 'Mean', constants: [b, c], x: [2] }, [2], [16 / 3, 7 / 3]);
  });

  it('ReduceL2 and Swish in terms of others', async () => {
    await check(
      { type: 'ReduceL2', opset: 13, attributes: { axes: [1], keepdims: 0 }, x: [2, 2] },
      [2],
      [Math.sqrt(5), 5],
    );
    await check({ type: 'Swish', opset: 24, x: [1] }, [1], [1 / (1 + Math.exp(-1))]);
    await refused({ type: 'Swish', opset: 24, attributes: { alpha: float(2) }, x: [1] }, 'alpha');
  });

  it('Cast between floats is nothing, other casts are for constants', async () => {
    await check({ type: 'Cast', attributes: { to: 10 }, x: [2] }, [2], [1, 2]);
    await check({ type: 'Cast', attributes: { to: 7 }, constants: [float32([2], [1.5, -1.5])] }, [2], [1, -1]);
    await refused({ type: 'Cast', attributes: { to: 7 }, x: [2] }, 'constants only');
  });

  it('Shape of what varies is a constant', async () => {
    await check({ type: 'Shape', x: [2, 3, 4] }, [3], [2, 3, 4]);
    await check({ type: 'Shape', attributes: { start: -2, end: -1 }, x: [2, 3, 4] }, [1], [3]);
    await check({ type: 'Size', x: [2, 3, 4] }, [], [24]);
  });

  it('refuses comparisons of what varies', async () => {
    await refused({ type: 'Less', constants: [float32([], [1])], x: [2] }, 'constants only');
    await refused({ type: 'Where', constants: [float32([], [1]), float32([], [1])], x: [2] }, 'constants only');
  });

  it('refuses axes that do not exist', async () => {
    await refused(
      { type: 'Concat', attributes: { axis: 2 }, constants: [float32([2], [1, 2])], x: [2] },
      'axis 2 does not exist',
    );
    await refused({ type: 'Squeeze', opset: 11, attributes: { axes: [0] }, x: [2] }, 'not 1');
    await refused({ type: 'Pad', opset: 10, attributes: { pads: [0, 0], mode: 'mirror' }, x: [2] }, 'mode "mirror"');
  });

  describe('x times its sigmoid', () => {
    const product = async (factors: readonly string[]): Promise<Graph> => {
      const model = modelOf({ type: 'Sigmoid', x: [2] });
      const mul = { ...model.graph.nodes[0]!, type: 'Mul', name: 'mul', inputs: factors, outputs: ['z'] };
      const outputs = [{ name: 'z', elementType: 'float', shape: undefined }];
      return importOnnx({ ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, mul], outputs } });
    };

    it('is one activation', async () => {
      expect((await product(['x', 'y0'])).nodes.map(({ op }) => op)).to.deep.equal(['silu']);
      expect((await product(['y0', 'x'])).nodes.map(({ op }) => op)).to.deep.equal(['silu']);
    });

    it('unlike other products', async () => {
      expect((await product(['y0', 'y0'])).nodes.map(({ op }) => op)).to.deep.equal(['sigmoid', 'mul']);
    });
  });

  describe('another batch', () => {
    const specs: Readonly<Record<string, Spec>> = {
      'Reshape to literal sizes': { type: 'Reshape', constants: [int64(1, 6)], x: [1, 2, 3] },
      'Reshape that splits': { type: 'Reshape', constants: [int64(1, 2, 1, 3)], x: [1, 2, 3] },
      'Reshape that joins the first axes': { type: 'Reshape', constants: [int64(2, 3)], x: [1, 2, 3] },
      Flatten: { type: 'Flatten', x: [1, 2, 3] },
      Squeeze: { type: 'Squeeze', constants: [int64(2)], x: [1, 2, 1] },
      Unsqueeze: { type: 'Unsqueeze', constants: [int64(1)], x: [1, 2] },
      'Softmax of old': { type: 'Softmax', opset: 11, x: [1, 2, 3] },
      Slice: { type: 'Slice', constants: [int64(1), int64(3), int64(1)], x: [1, 4] },
      Expand: { type: 'Expand', constants: [int64(1, 2, 3)], x: [1, 2, 1] },
      Pad: { type: 'Pad', constants: [int64(0, 1, 0, 1)], x: [1, 2] },
      GlobalAveragePool: { type: 'GlobalAveragePool', x: [1, 2, 3, 1] },
      'MatMul by a matrix for each channel': { type: 'MatMul', constants: [counting([2, 3, 1])], x: [1, 2, 1, 3] },
      'Resize to literal sizes': { type: 'Resize', constants: [null, null, int64(1, 2, 4)], x: [1, 2, 3] },
      GroupNormalization: {
        type: 'GroupNormalization',
        opset: 21,
        attributes: { num_groups: 1 },
        constants: [counting([2]), counting([2])],
        x: [1, 2, 3],
      },
      LayerNormalization: { type: 'LayerNormalization', constants: [counting([3])], x: [1, 2, 3] },
      PRelu: { type: 'PRelu', constants: [counting([2, 1])], x: [1, 2, 3] },
      Gather: { type: 'Gather', attributes: { axis: 1 }, constants: [int64(1, 0)], x: [1, 2, 3] },
    };
    for (const [label, spec] of Object.entries(specs)) {
      it(`${label} gives each picture what it gives alone`, async () => {
        const graph = await importOnnx(modelOf(spec));
        const output = graph.outputs[0]!;
        const alone = [...evaluate(graph, { x: counting(spec.x!) })[output]!.data];
        const pair = withInputShapes(graph, { x: [2, ...spec.x!.slice(1)] });
        const numbers = [...counting(spec.x!).data];
        const both = evaluate(pair, { x: float32([2, ...spec.x!.slice(1)], [...numbers, ...numbers]) });
        expect([...both[pair.outputs[0]!]!.data]).to.deep.equal([...alone, ...alone]);
      });
    }
  });
});
