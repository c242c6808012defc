import { expect } from 'chai';
import { loadModel, type LoadOptions } from '../../src/engine/load.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import type { Model } from '../../src/engine/model.ts';
import { ShapeError, UnsupportedOpError } from '../../src/errors.ts';
import { classify } from '../../src/methods/classify.ts';
import { occlusion, type Occlusion } from '../../src/methods/occlusion.ts';
import { onnxFile, type FileNode, type FileValue } from '../onnx/file.ts';
import { expectRejection } from '../rejection.ts';
import { faultySample } from '../support/faults.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT64 = 7;
const FLOAT16 = 10;

interface Net {
  readonly dims: FileValue['dims'];
  readonly type?: number;
  /** From `image` to `x` [n, c, h, w]. */
  readonly before?: readonly FileNode[];
  readonly channels?: number;
  readonly outputs?: readonly FileValue[];
  readonly after?: readonly FileNode[];
}

/** A file of a network of a convolution that looks at an input in some form. */
function netOf({ dims, type = FLOAT, before = [], channels = 3, outputs = [], after = [] }: Net): Blob {
  const random = new Random(7);
  const values = Array.from({ length: 4 * channels * 9 }, () => random.normal());
  const first = before.length === 0 ? 'image' : 'x';
  const file = onnxFile({
    inputs: [{ name: 'image', dims: dims!, type }],
    outputs: [...outputs, { name: 'scores', type: FLOAT }],
    initializers: [
      { name: 'w', dims: [4, channels, 3, 3], values },
      { name: 'axes', dims: [1], type: INT64, values: [0] },
      { name: 'square', dims: [4], type: INT64, values: [-1, 1, 32, 32] },
    ],
    nodes: [
      ...before,
      { type: 'Conv', name: 'conv', inputs: [first, 'w'], outputs: ['c'], attributes: { strides: [2, 2] } },
      { type: 'Relu', name: 'active', inputs: ['c'], outputs: ['r'] },
      { type: 'GlobalAveragePool', name: 'mean', inputs: ['r'], outputs: ['m'] },
      { type: 'Flatten', name: 'flat', inputs: ['m'], outputs: ['scores'] },
      ...after,
    ],
  });
  return new Blob([file as Uint8Array<ArrayBuffer>]);
}

const node = (type: string, inputs: string[], output: string, attributes: FileNode['attributes'] = {}): FileNode => ({
  type,
  name: `${type} ${output}`,
  inputs,
  outputs: [output],
  attributes,
});
const turn = node('Transpose', ['image'], 'x', { perm: [0, 3, 1, 2] });
const cast = node('Cast', ['image'], 'x', { to: FLOAT });

const PLAIN = { height: 32, width: 32, resize: 32, channels: 'RGB', mean: [0, 0, 0], std: [1, 1, 1] } as const;
const GRAY = { ...PLAIN, channels: 'gray', mean: [0], std: [1] } as const;

async function load(net: Net, options: LoadOptions = {}): Promise<Model> {
  return loadModel(netOf(net), { backend: createReferenceBackend(), ...options });
}

async function scoresOf(model: Model): Promise<number[]> {
  const found = await classify(model, await faultySample(model));
  return found.sort((a, b) => a.id - b.id).map(({ score }) => score);
}

describe('preprocessing that is guessed', () => {
  /** Constants are sizes of one number each. */
  const steps = (...list: readonly (readonly [type: string, by: number])[]): readonly FileNode[] =>
    list.flatMap(([type, by], i) => [
      { ...node('Constant', [], `c${String(i)}`, { value: { dims: [], values: [by] } }) },
      node(
        type,
        [i === 0 ? 'image' : `s${String(i - 1)}`, `c${String(i)}`],
        i === list.length - 1 ? 'x' : `s${String(i)}`,
      ),
    ]);
  const CASES = {
    'a Rescaling of Keras': [steps(['Mul', 1 / 127.5], ['Add', -1]), 1, /0 to 255/],
    'a division by 255, then mean and deviation': [steps(['Div', 255], ['Sub', 0.45], ['Div', 0.22]), 1, /0 to 255/],
    'mean and deviation of 0 to 1': [steps(['Sub', 0.45], ['Div', 0.22]), 255, /0 to 1$/],
    'a mean pixel': [steps(['Sub', 117]), 1, /0 to 255/],
    'from one convention to another': [steps(['Mul', 0.45], ['Add', -0.03]), 0.229 * 255, /torchvision/],
    nothing: [[], 0.229 * 255, /torchvision.*does not say/],
  } as const;
  for (const [what, [before, std, reason]] of Object.entries(CASES)) {
    it(`where the file begins with ${what}`, async () => {
      const model = await load({ dims: [1, 3, 32, 32], before });
      expect(model.preprocessing.std[0]).to.be.closeTo(std, 1e-9);
      expect(model.preprocessing.mean[0]).to.be.closeTo(std === 0.229 * 255 ? 0.485 * 255 : 0, 1e-9);
      expect(model.guess).to.match(reason);
    });
  }

  const MEANS = [103.939, 116.779, 123.68];
  const means = (image: string): readonly FileNode[] => [
    node('Constant', [], 'means', { value: { dims: [3, 1, 1], values: MEANS } }),
    node('Sub', [image, 'means'], 'x'),
  ];
  const list = (name: string, ...values: readonly number[]): FileNode =>
    node('Constant', [], name, { value: { dims: [values.length], type: INT64, values } });
  const FLIPS: Readonly<Record<string, readonly FileNode[]>> = {
    'a slice backwards': [
      list('from', -1),
      list('to', -9),
      list('axis', 1),
      list('step', -1),
      node('Slice', ['image', 'from', 'to', 'axis', 'step'], 'bgr'),
    ],
    'a choice of channels': [list('order', 2, 1, 0), node('Gather', ['image', 'order'], 'bgr', { axis: 1 })],
    'channels that are parted and joined': [
      list('parts', 1, 1, 1),
      { ...node('Split', ['image', 'parts'], 'red', { axis: 1 }), outputs: ['red', 'green', 'blue'] },
      node('Concat', ['blue', 'green', 'red'], 'bgr', { axis: 1 }),
    ],
  };
  for (const [how, flip] of Object.entries(FLIPS)) {
    it(`is red first where the file has blue first by ${how}`, async () => {
      const model = await load({ dims: [1, 3, 32, 32], before: [...flip, ...means('bgr')] });
      expect(model.preprocessing).to.deep.include({ channels: 'RGB', std: [1, 1, 1] });
      expect(model.guess).to.match(/0 to 255$/);
    });
  }

  it('is blue first where means say so', async () => {
    const model = await load({ dims: [1, 3, 32, 32], before: means('image') });
    expect(model.preprocessing).to.deep.include({ channels: 'BGR', std: [1, 1, 1] });
    expect(model.guess).to.match(/blue first, by the means/);
  });

  it('takes a batch normalisation for a first step', async () => {
    const numbers = { scale: 1, shift: 0, mean: 110, variance: 3600 };
    const before = [
      ...Object.entries(numbers).map(([name, value]) =>
        node('Constant', [], name, { value: { dims: [3], values: [value, value, value] } }),
      ),
      node('BatchNormalization', ['image', ...Object.keys(numbers)], 'x'),
    ];
    expect((await load({ dims: [1, 3, 32, 32], before })).guess).to.match(/0 to 255/);
  });

  it('is −1 to 1 of files with the channels last, which are of TensorFlow', async () => {
    const model = await load({ dims: [1, 32, 32, 3], before: [turn] });
    expect(model.preprocessing).to.deep.include({ mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] });
    expect(model.guess).to.match(/−1 to 1.*does not say/);
  });

  it('is no guess where it is given', async () => {
    expect((await load({ dims: [1, 3, 32, 32] }, { preprocessing: PLAIN })).guess).to.equal(undefined);
  });

  it('leaves bytes to a file that takes bytes', async () => {
    const { guess } = await load({ dims: [1, 3, 32, 32], type: UINT8, before: [cast] });
    expect(guess).to.match(/0 to 255/);
  });
});

describe('picture inputs', () => {
  let colour: number[];
  let grey: number[];
  before(async () => {
    colour = await scoresOf(await load({ dims: [1, 3, 32, 32] }, { preprocessing: PLAIN }));
    grey = await scoresOf(await load({ dims: [1, 1, 32, 32], channels: 1 }, { preprocessing: GRAY }));
  });

  const cases: Readonly<Record<string, Net>> = {
    'channels last': { dims: [1, 32, 32, 3], before: [turn] },
    'channels last, open sizes': { dims: ['N', '', '', 3], before: [turn] },
    'nothing but a turn says that channels are last': { dims: ['', '', '', ''], before: [turn] },
    'open sizes': { dims: ['N', 3, 'H', 'W'] },
    'nothing said': { dims: ['', '', '', ''] },
    'an open batch of −1': { dims: [-1, 3, 32, 32] },
    'an open batch of 0': { dims: [0, 3, 0, 0] },
    'no batch': { dims: [3, 32, 32], before: [node('Unsqueeze', ['image', 'axes'], 'x')] },
    'no batch, channels last': {
      dims: [32, 32, 3],
      before: [node('Transpose', ['image'], 't', { perm: [2, 0, 1] }), node('Unsqueeze', ['t', 'axes'], 'x')],
    },
    'nothing but a turn, after a cast': {
      dims: ['', '', '', ''],
      type: UINT8,
      before: [node('Cast', ['image'], 'f', { to: FLOAT }), { ...turn, inputs: ['f'] }],
    },
    bytes: { dims: [1, 3, 32, 32], type: UINT8, before: [cast] },
    'bytes, channels last': {
      dims: [1, 32, 32, 3],
      type: UINT8,
      before: [{ ...turn, outputs: ['t'] }, node('Cast', ['t'], 'x', { to: FLOAT })],
    },
    'long integers': { dims: [1, 3, 32, 32], type: INT64, before: [cast] },
    'half floats': { dims: [1, 3, 32, 32], type: FLOAT16, before: [cast] },
    'one more output, the number of the best class': {
      dims: [1, 3, 32, 32],
      outputs: [{ name: 'best', type: INT64 }],
      after: [node('ArgMax', ['scores'], 'best')],
    },
  };
  for (const [name, net] of Object.entries(cases)) {
    it(`runs: ${name}`, async () => {
      const model = await load(net, { preprocessing: PLAIN });
      expect(model.input.shape).to.deep.equal([1, 3, 32, 32]);
      expect(relativeError(await scoresOf(model), colour)).to.be.below(1e-12);
      // Batches too: nothing fixes the number of pictures.
      const sample = await faultySample(model);
      let last: Occlusion | undefined;
      for await (const snapshot of occlusion(model, sample, { size: 16, stride: 16, exhaustive: true, batch: 3 }))
        last = snapshot;
      expect(last!.done).to.equal(4);
    });
  }

  const greyCases: Readonly<Record<string, Net>> = {
    'grey, channels last': { dims: ['N', 32, 32, 1], before: [turn], channels: 1 },
    'grey, reshaped': { dims: ['N', 32, 32, 1], before: [node('Reshape', ['image', 'square'], 'x')], channels: 1 },
    'grey without an axis of channels': {
      dims: ['N', 32, 32],
      before: [node('Reshape', ['image', 'square'], 'x')],
      channels: 1,
    },
  };
  for (const [name, net] of Object.entries(greyCases)) {
    it(`runs: ${name}`, async () => {
      const model = await load(net, { preprocessing: GRAY });
      expect(relativeError(await scoresOf(model), grey)).to.be.below(1e-12);
      // Without a word the sizes are the file's.
      expect((await load(net)).preprocessing).to.include({ channels: 'gray', height: 32, width: 32 });
    });
  }

  it('guesses sizes that a file leaves open, and gives bytes as they are', async () => {
    const open = await load({ dims: [0, 3, -1, 'W'] });
    expect(open.preprocessing).to.include({ channels: 'RGB', height: 224, width: 224 });
    const bytes = await load({ dims: [1, 3, 32, 32], type: UINT8, before: [cast] });
    expect(bytes.preprocessing).to.deep.include({ mean: [0, 0, 0], std: [1, 1, 1], height: 32 });
  });

  it('says what does not fit', async () => {
    await expectRejection(ShapeError, /image.*other channels.*expected 3; got 1/, () =>
      load({ dims: [1, 3, 32, 32] }, { preprocessing: GRAY }),
    );
    for (const channels of [2, 4, 6]) {
      await expectRejection(ShapeError, /1 channel \(grey\) or 3 \(colour\).*got [246]/, () =>
        load({ dims: [1, channels, 32, 32], channels }),
      );
    }
    await expectRejection(ShapeError, 'takes no picture', () => load({ dims: [1, 784] }));
    // What bytes are computed with as bytes would be other numbers as floats.
    const halved = [node('Div', ['image', 'image'], 'd'), node('Cast', ['d'], 'x', { to: FLOAT })];
    await expectRejection(UnsupportedOpError, /Div.*whole numbers that vary/, () =>
      load({ dims: [1, 3, 32, 32], type: UINT8, before: halved }),
    );
    await expectRejection(UnsupportedOpError, 'is int8', () =>
      load({ dims: [1, 3, 32, 32], type: INT8, before: [cast] }),
    );
  });
});
