import { expect } from 'chai';
import { ModelFormatError, ShapeError, UnpoolError, UnsupportedOpError } from '../../src/errors.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { rejection } from '../rejection.ts';
import { onnxFile, type FileModel, type FileNode, type FileTensor } from './file.ts';

const W = { name: 'w', dims: [4, 3, 3, 3], values: Array.from({ length: 108 }, (_, i) => i / 108) };

const WHOLE: FileTensor = {
  ...{ name: 'w', dims: [4, 3, 3, 3], type: 6 },
  write: (pbf) => pbf.writeBytesField(9, new Uint8Array(4 * 108)),
};

/** A convolution of pictures [1, 3, 8, 8], and what is different about it. */
function convolution(attributes: FileNode['attributes'], rest: FileModel = {}): Uint8Array {
  const node: FileNode = {
    type: 'Conv',
    inputs: ['x', 'w'],
    outputs: ['y'],
    name: 'conv',
    attributes: attributes ?? {},
  };
  return onnxFile({
    nodes: [node],
    initializers: [W],
    inputs: [{ name: 'x', dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'y' }],
    ...rest,
  });
}

describe('importOnnx: files that contradict themselves', () => {
  const WRONG: Readonly<Record<string, readonly [FileNode['attributes'], RegExp, FileModel?]>> = {
    'kernel_shape that is not that of the weights': [{ kernel_shape: [5, 5] }, /conv.*kernel_shape.*3×3.*5×5/s],
    'a stride of 0': [{ strides: [0, 1] }, /conv.*stride/s],
    'a group of 0': [{ group: 0 }, /conv.*group/s],
    'groups that do not divide the channels': [{ group: 2 }, /conv.*filters do not fit/s],
    'a list of another length': [{ strides: [1, 1, 1] }, /conv.*strides/s],
    'an attribute of another type': [{ group: 'two' }, /conv.*"group" of the wrong type/s],
    'weights that are whole numbers': [{}, /conv.*int32/s, { initializers: [WHOLE] }],
    'an input without elements': [{}, /x/, { inputs: [{ name: 'x', dims: [1, 3, 0, 8] }] }],
    'no outputs': [{}, /output/, { outputs: [] }],
    'an initializer twice': [{}, /"w"/, { initializers: [W, W] }],
  };
  for (const [what, [attributes, said, rest]] of Object.entries(WRONG)) {
    it(`says what is wrong: ${what}`, async () => {
      const error = await rejection(UnpoolError, () => importOnnx(convolution(attributes, rest)));
      expect(error.message).to.match(said);
      expect(
        error instanceof ModelFormatError || error instanceof ShapeError || error instanceof UnsupportedOpError,
        error.name,
      ).to.equal(true);
    });
  }

  it('runs a file whose opset is newer than any', async () => {
    expect((await importOnnx(convolution({}, { opset: 99 }))).values.get('y')!.shape).to.deep.equal([1, 4, 6, 6]);
  });
});

describe('importOnnx: refusals', () => {
  it('of lists that are longer than any that means something', async () => {
    const axes = { name: 'axes', dims: [20_000], type: 7, values: new Array<number>(20_000).fill(0) };
    const nodes: FileNode[] = [{ type: 'Unsqueeze', inputs: ['x', 'axes'], outputs: ['y'], name: 'many' }];
    const bytes = onnxFile({
      nodes,
      initializers: [axes],
      inputs: [{ name: 'x', dims: [3] }],
      outputs: [{ name: 'y' }],
    });
    const error = await rejection(UnsupportedOpError, () => importOnnx(bytes));
    expect(error.message).to.contain('numbers, at most 16384');
  });

  it('come before long computations, and name what is behind the operators that are missing', async () => {
    const size = 2048;
    const square = { name: 'm0', dims: [size, size], values: new Array<number>(size ** 2).fill(0) };
    // Each product takes seconds.
    const products = Array.from({ length: 8 }, (_, i): FileNode => ({
      type: 'MatMul',
      inputs: [`m${String(i)}`, 'm0'],
      outputs: [`m${String(i + 1)}`],
    }));
    const nodes: FileNode[] = [
      ...products,
      { type: 'Det', inputs: ['m8'], outputs: ['d'], name: 'of a constant' },
      { type: 'GRU', inputs: ['x', 'd'], outputs: ['g'], name: 'behind it' },
      { type: 'Clip', inputs: ['x', 'x'], outputs: ['c'], name: 'other form' },
      { type: 'Add', inputs: ['g', 'c'], outputs: ['y'] },
    ];
    const bytes = onnxFile({
      nodes,
      initializers: [square],
      inputs: [{ name: 'x', dims: [3] }],
      outputs: [{ name: 'y' }],
    });
    const error = await rejection(UnsupportedOpError, () => importOnnx(bytes));
    expect(error.nodes.map(({ node }) => node)).to.deep.equal(['of a constant', 'behind it', 'other form']);
  });
});
