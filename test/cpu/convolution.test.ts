import { expect } from 'chai';
import { Convolution, type ConvolutionShape } from '../../src/cpu/convolution.ts';
import type { InstructionSet } from '../../src/cpu/instructions.ts';
import { loadKernels, type Kernels } from '../../src/cpu/kernels.ts';
import { OutOfMemoryError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const ONE = [1, 1] as const;
const NONE = [0, 0, 0, 0] as const;

const shape = (
  c: number,
  k: number,
  side: number,
  kernel: number,
  more: Partial<ConvolutionShape> = {},
): ConvolutionShape => ({
  group: 1,
  c,
  k,
  image: [side, side],
  kernel: [kernel, kernel],
  strides: ONE,
  dilations: ONE,
  pads: NONE,
  ...more,
});

const SHAPES: Readonly<Record<string, ConvolutionShape>> = {
  'first layer of SqueezeNet, smaller': shape(3, 64, 35, 3, { strides: [2, 2] }),
  'first layer of AlexNet, smaller': shape(3, 9, 31, 11, { strides: [4, 4], pads: [2, 2, 2, 2] }),
  '1×1': shape(64, 16, 14, 1),
  '3×3 with a border': shape(16, 13, 13, 3, { pads: [1, 1, 1, 1] }),
  'more taps than a chunk': shape(200, 7, 6, 3, { pads: [1, 1, 1, 1] }),
  'more pixels than a block': shape(40, 6, 66, 3, { pads: [1, 1, 1, 1] }),
  depthwise: shape(1, 1, 9, 3, { group: 8, pads: [1, 1, 1, 1] }),
  'groups, dilation, oblong, uneven border': shape(5, 10, 0, 0, {
    group: 2,
    image: [9, 17],
    kernel: [3, 5],
    strides: [1, 2],
    dilations: [2, 1],
    pads: [2, 0, 1, 3],
  }),
  'fewer pixels than a vector': shape(4, 3, 2, 2, { pads: [0, 1, 0, 0] }),
  ...Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`${i + 1} filters`, shape(3, i + 1, 5, 2)])),
};

/** The same by the graph's op, in float64. */
function reference({ group, strides, dilations, pads }: ConvolutionShape, x: Tensor, w: Tensor, b: Tensor): Tensor {
  const builder = graphBuilder();
  const names = Object.entries({ x, w, b }).map(([name, value]) => builder.input(name, 'float32', value.shape));
  const y = builder.add('conv2d', names, { group, strides, dilations, pads, autoPad: 'NOTSET' });
  return evaluate(builder.build('convolution', [y]), { x, w, b })[y]!;
}

/** What the kernels make of it; the result is poisoned before. */
function computed(
  kernels: Kernels,
  of: ConvolutionShape,
  [x, w, b]: readonly Tensor[],
  size: number,
  bounds: number[] = [],
): Float32Array {
  const { arena } = kernels;
  const mark = arena.mark;
  const convolution = new Convolution(kernels, of, w!.data as Float32Array, b!.data as Float32Array);
  const [from, to] = [arena.take('x', 4 * x!.data.length), arena.take('y', 4 * size)];
  arena.floats(from, x!.data.length).set(x!.data);
  arena.floats(to, size).fill(NaN);
  convolution.run(from, to, ...bounds);
  const y = arena.floats(to, size).slice();
  arena.release(mark);
  return y;
}

function operands({ group, c, k, image, kernel }: ConvolutionShape, random: Random): [Tensor, Tensor, Tensor] {
  return [
    random.tensor([1, group * c, ...image]),
    random.tensor([group * k, c, ...kernel]),
    random.tensor([group * k]),
  ];
}

for (const instructions of ['relaxed-simd', 'simd'] as const satisfies readonly InstructionSet[]) {
  describe(`convolution in WebAssembly, ${instructions}`, () => {
    let kernels: Kernels;
    before(async () => {
      kernels = (await loadKernels([instructions]))!;
      expect(kernels.instructions).to.equal(instructions);
    });

    for (const [label, of] of Object.entries(SHAPES)) {
      it(`is that of float64, and the same bits each time: ${label}`, () => {
        const given = operands(of, new Random(label.length));
        const { data: exact } = reference(of, ...given);
        const y = computed(kernels, of, given, exact.length);
        expect(relativeError(y, exact)).to.be.below(1e-6);
        expect(computed(kernels, of, given, exact.length)).to.deep.equal(y);
      });
    }

    it('keeps its results within bounds, and a NaN', () => {
      const of = shape(1, 1, 4, 1);
      const x = float32([1, 1, 4, 4], [-3, -1, 0, 0.5, 2, 3, NaN, Infinity, -Infinity, 1, 1, 1, 1, 1, 1, 1]);
      const y = computed(kernels, of, [x, float32([1, 1, 1, 1], [1]), float32([1], [0])], 16, [-1, 2]);
      expect([...y.subarray(0, 9)]).to.deep.equal([-1, -1, 0, 0.5, 2, 2, NaN, 2, -1]);
    });
  });
}

describe('kernels in WebAssembly', () => {
  const { validate, instantiate } = WebAssembly;
  afterEach(() => {
    Object.assign(WebAssembly, { validate, instantiate });
  });

  it('are the relaxed ones where the engine knows them, else the plain ones, else none', async () => {
    expect((await loadKernels())?.instructions).to.equal('relaxed-simd');
    const asked: number[] = [];
    WebAssembly.validate = (bytes) => asked.push(bytes.byteLength) > 1 && validate(bytes);
    expect((await loadKernels())?.instructions).to.equal('simd');
    WebAssembly.validate = () => false;
    expect(await loadKernels()).to.equal(undefined);
  });

  it('are none where a policy refuses them, and an error where something else is wrong', async () => {
    Object.assign(WebAssembly, {
      instantiate: () => Promise.reject(new WebAssembly.CompileError('refused by a policy')),
    });
    expect(await loadKernels()).to.equal(undefined);
    Object.assign(WebAssembly, { instantiate: () => Promise.reject(new RangeError('no memory')) });
    await rejection(RangeError, () => loadKernels());
  });

  it('say for what there is no memory, and go on with what there is', async () => {
    const { arena } = (await loadKernels())!;
    const mark = arena.mark;
    expect(() => arena.take('conv1', 5e9)).to.throw(OutOfMemoryError, 'conv1');
    expect(arena.mark).to.equal(mark);
    const at = arena.take('conv2', 1e6);
    arena.floats(at, 250_000).fill(1);
    arena.release(mark);
    expect(arena.take('conv3', 4)).to.equal(at);
  });
});
