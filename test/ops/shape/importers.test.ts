import { expect } from 'chai';
import { importOnnx } from '../../../src/onnx/import.ts';
import type { OnnxAttribute } from '../../../src/onnx/model.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import {
  check,
  counting,
  describeAnotherBatch,
  describeGradients,
  fileTensor,
  float,
  int64,
  modelOf,
  outputsOf,
  refused,
  type Spec,
} from '../importing.ts';

describe('importers of shapes and of constants', () => {
  it('Squeeze and Unsqueeze before 13: axes as an attribute', async () => {
    await check({ type: 'Squeeze', opset: 11, attributes: { axes: [0, -1] }, x: [1, 2, 1] }, [2], [1, 2]);
    await check({ type: 'Squeeze', opset: 11, x: [1, 2, 1] }, [2], [1, 2]);
    await check({ type: 'Unsqueeze', opset: 11, attributes: { axes: [3, 0] }, x: [2, 1] }, [1, 2, 1, 1], [1, 2]);
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
    expect(await outputsOf({ type: 'Split', opset: 7, attributes: { axis: 1 }, x: [2, 2], outputs: 2 })).to.deep.equal([
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

  it('Shape of what varies is a constant', async () => {
    await check({ type: 'Shape', x: [2, 3, 4] }, [3], [2, 3, 4]);
    await check({ type: 'Shape', attributes: { start: -2, end: -1 }, x: [2, 3, 4] }, [1], [3]);
    await check({ type: 'Size', x: [2, 3, 4] }, [], [24]);
  });

  it('refuses axes that do not exist', async () => {
    await refused(
      { type: 'Concat', attributes: { axis: 2 }, constants: [float32([2], [1, 2])], x: [2] },
      'axis 2 does not exist',
    );
    await refused({ type: 'Squeeze', opset: 11, attributes: { axes: [0] }, x: [2] }, 'not 1');
    await refused({ type: 'Pad', opset: 10, attributes: { pads: [0, 0], mode: 'mirror' }, x: [2] }, 'mode "mirror"');
  });

  it('DepthToSpace and SpaceToDepth: in both orders, and back', async () => {
    const x: Shape = [1, 8, 1, 1];
    const spec = { type: 'DepthToSpace', x };
    const attributes = { blocksize: 2 };
    await check({ ...spec, opset: 1, attributes }, [1, 2, 2, 2], [1, 3, 5, 7, 2, 4, 6, 8]);
    await check(
      { ...spec, opset: 13, attributes: { ...attributes, mode: 'CRD' } },
      [1, 2, 2, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    await check({ type: 'SpaceToDepth', attributes, x: [1, 2, 2, 2] }, [1, 8, 1, 1], [1, 5, 2, 6, 3, 7, 4, 8]);
    await refused({ ...spec, attributes: { blocksize: 3 } }, '8 channels do not make blocks of 3²');
    await refused({ ...spec, attributes: { ...attributes, mode: 'RCD' } }, 'mode "RCD"');
    await refused({ type: 'SpaceToDepth', attributes, x: [1, 1, 3, 2] }, 'not made of blocks of 2²');
    await refused({ type: 'SpaceToDepth', attributes, x: [1, 3, 2] }, 'rank 3');
  });

  it('Tile: before and from opset 6 on', async () => {
    await check({ type: 'Tile', x: [1, 2], constants: [int64(2, 2)] }, [2, 4], [1, 2, 1, 2, 1, 2, 1, 2]);
    await check({ type: 'Tile', x: [2, 1], constants: [int64(1, 1)] }, [2, 1], [1, 2]);
    const old = [float32([1], [2]), float32([1], [1])];
    await check({ type: 'Tile', opset: 1, x: [1, 2], constants: old }, [1, 4], [1, 2, 1, 2]);
    await refused({ type: 'Tile', x: [1, 2], constants: [int64(2)] }, 'repeats [2] of 2 axes');
  });

  it('Gather takes runs of indices as one slice', async () => {
    const constants = [int64(4, 2, 0, 1, 3, 5, 5)];
    await check({ type: 'Gather', x: [6], constants }, [7], [5, 3, 1, 2, 4, 6, 6]);
    const graph = await importOnnx(modelOf({ type: 'Gather', x: [6], constants }));
    expect(graph.nodes.filter(({ op }) => op === 'slice').length).to.equal(3);
  });

  describeGradients({
    DepthToSpace: { type: 'DepthToSpace', attributes: { blocksize: 2, mode: 'CRD' }, x: [2, 8, 3, 2] },
    SpaceToDepth: { type: 'SpaceToDepth', attributes: { blocksize: 3 }, x: [2, 2, 3, 6] },
    Tile: { type: 'Tile', constants: [int64(2, 1, 3, 2)], x: [2, 3, 2, 1] },
    Gather: { type: 'Gather', attributes: { axis: 1 }, constants: [int64(4, 2, 0, 1, 3, 3)], x: [2, 5, 3] },
  });

  describeAnotherBatch({
    DepthToSpace: { type: 'DepthToSpace', attributes: { blocksize: 2 }, x: [1, 4, 2, 3] },
    Tile: { type: 'Tile', constants: [int64(1, 2, 3)], x: [1, 2, 3] },
    'Reshape to literal sizes': { type: 'Reshape', constants: [int64(1, 6)], x: [1, 2, 3] },
    'Reshape that splits': { type: 'Reshape', constants: [int64(1, 2, 1, 3)], x: [1, 2, 3] },
    'Reshape that joins the first axes': { type: 'Reshape', constants: [int64(2, 3)], x: [1, 2, 3] },
    Flatten: { type: 'Flatten', x: [1, 2, 3] },
    Squeeze: { type: 'Squeeze', constants: [int64(2)], x: [1, 2, 1] },
    Unsqueeze: { type: 'Unsqueeze', constants: [int64(1)], x: [1, 2] },
    Slice: { type: 'Slice', constants: [int64(1), int64(3), int64(1)], x: [1, 4] },
    Expand: { type: 'Expand', constants: [int64(1, 2, 3)], x: [1, 2, 1] },
    Pad: { type: 'Pad', constants: [int64(0, 1, 0, 1)], x: [1, 2] },
    Gather: { type: 'Gather', attributes: { axis: 1 }, constants: [int64(1, 0)], x: [1, 2, 3] },
  });
});
