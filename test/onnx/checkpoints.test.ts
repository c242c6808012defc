import { expect } from 'chai';
import { ArgumentError, ModelFormatError } from '../../src/errors.ts';
import { packCheckpoints, readCheckpoints, type Checkpoint, type Recording } from '../../src/onnx/checkpoints.ts';
import { halfBits, ofHalfBits } from '../../src/tensor/halves.ts';
import { Random } from '../support/random.ts';
import { expectRejection, rejection } from '../rejection.ts';
import { onnxFile, type FileTensor } from './file.ts';

/** TensorProto.DataType. */
const [FLOAT, INT64, FLOAT16, DOUBLE] = [1, 7, 10, 11];

/** An initializer of numbers that are stored as bytes. */
function stored(name: string, dims: readonly number[], type: number, values: ArrayBufferView): FileTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, type, write: (pbf) => pbf.writeBytesField(9, bytes) };
}

const COUNT = 3000;
const half = (value: number): number => ofHalfBits(halfBits(value)!);

interface Net {
  readonly weight?: FileTensor;
  readonly operator?: string;
  readonly opset?: number;
}

/** A file of float32, float16, float64 and whole numbers. */
function file(random: Random, walk: Float32Array, net: Net = {}): Uint8Array {
  for (let i = 0; i < walk.length; i++) walk[i]! += 0.02 * random.normal();
  const initializers = [
    net.weight ?? stored('weight', [COUNT], FLOAT, walk),
    stored(
      'halves',
      [COUNT],
      FLOAT16,
      Uint16Array.from(walk, (value) => halfBits(value)!),
    ),
    stored('held by halves', [COUNT], FLOAT, walk.map(half)),
    stored('double', [3], DOUBLE, Float64Array.from([random.normal(), -0, Infinity])),
    stored('shape', [2], INT64, BigInt64Array.of(-1n, 3000n)),
    stored('odd', [5], FLOAT, Float32Array.of(NaN, -0, -Infinity, 1e-42, random.normal())),
    { name: 'one by one', dims: [2], type: INT64, values: [7, -7] },
  ];
  const nodes = [{ name: 'add', type: net.operator ?? 'Add', inputs: ['x', 'weight'], outputs: ['y'] }];
  return onnxFile({
    opset: net.opset ?? 17,
    nodes,
    initializers,
    inputs: [{ name: 'x', dims: [COUNT] }],
    outputs: [{ name: 'y' }],
  });
}

function training(seed = 1, count = 6): Checkpoint[] {
  const random = new Random(seed);
  const walk = Float32Array.from({ length: COUNT }, () => 0.3 * random.normal());
  return Array.from({ length: count }, (_, i) => ({
    onnx: file(random, walk),
    step: 10 * i,
    epoch: i / 2,
    loss: 2 / (i + 1),
  }));
}

async function gzipped(bytes: Uint8Array): Promise<number> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

function expectSame(recording: Recording, checkpoints: readonly Checkpoint[]): void {
  expect(recording.checkpoints.map(({ step }) => step)).to.deep.equal(checkpoints.map(({ step }) => step));
  for (const [i, { onnx }] of checkpoints.entries())
    expect(recording.checkpoints[i]!.onnx(), String(i)).to.deep.equal(onnx);
}

describe('a bundle of checkpoints', () => {
  it('gives back every file to the bit, whatever its numbers are, and what was measured', async () => {
    const checkpoints = training();
    const curves = {
      loss: [
        [0, 2.3],
        [1, NaN],
        [2, 1.9],
      ],
    } as const;
    const about = { labels: ['coat', 'Sandale'], preprocessing: { mean: [0.5] } };
    const recording = await readCheckpoints(await packCheckpoints(checkpoints, { curves, about }));
    expectSame(recording, checkpoints);
    expect(recording.curves).to.deep.equal(curves);
    expect(recording.about).to.deep.equal(about);
    const { step, epoch, loss, accuracy } = recording.checkpoints[3]!;
    expect({ step, epoch, loss, accuracy }).to.deep.equal({ step: 30, epoch: 1.5, loss: 0.5, accuracy: undefined });
  });

  it('is smaller than its files compressed one by one', async () => {
    const checkpoints = training(2, 9);
    const packed = await packCheckpoints(checkpoints);
    let [plain, compressed] = [0, 0];
    for (const { onnx } of checkpoints) {
      plain += onnx.length;
      compressed += await gzipped(onnx);
    }
    console.log(`9 checkpoints: ${plain} bytes, each by gzip ${compressed}, bundle ${packed.length}`);
    expect(packed.length).to.be.below(0.75 * compressed);
  });

  it('rounds weights to float16 once, and is exact from then on', async () => {
    const random = new Random(3);
    const numbers = Float32Array.from(
      { length: COUNT },
      () => random.normal() * 2 ** Math.round(-26 + 26 * random.next()),
    );
    const weight = stored('weight', [COUNT], FLOAT, numbers);
    const roundable = (tensor: FileTensor): Uint8Array =>
      onnxFile({ nodes: [], initializers: [tensor, stored('shape', [1], INT64, BigInt64Array.of(2n ** 60n))] });
    const once = await packCheckpoints([{ onnx: roundable(weight), step: 0 }], { precision: 'float16' });
    const [rounded] = (await readCheckpoints(once)).checkpoints;
    expect(rounded!.onnx()).to.deep.equal(roundable(stored('weight', [COUNT], FLOAT, numbers.map(half))));
    const again = await packCheckpoints([{ onnx: rounded!.onnx(), step: 0 }]);
    expect(again).to.deep.equal(once);
    const exact = await packCheckpoints([{ onnx: roundable(weight), step: 0 }]);
    expect(once.length).to.be.below(0.6 * exact.length);
  });

  it('refuses to round what float16 cannot hold, and names it', async () => {
    const onnx = onnxFile({ nodes: [], initializers: [stored('large', [1], FLOAT, Float32Array.of(7e4))] });
    await expectRejection(ArgumentError, /initializer "large".*too large/, () =>
      packCheckpoints([{ onnx, step: 0 }], { precision: 'float16' }),
    );
  });

  it('names the tensor or node in which two graphs differ', async () => {
    const walk = new Float32Array(COUNT);
    const other = async (net: Net): Promise<string> => {
      const second = file(new Random(2), walk, net);
      const list = [
        { onnx: file(new Random(1), walk), step: 0 },
        { onnx: second, step: 5 },
      ];
      return (await rejection(ArgumentError, () => packCheckpoints(list))).message;
    };
    const wider = { weight: stored('weight', [COUNT + 1], FLOAT, new Float32Array(COUNT + 1)) };
    expect(await other(wider)).to.match(/step 5.*not of the same graph.*"weight", float 3000.*"weight", float 3001/);
    expect(await other({ operator: 'Mul' })).to.match(/node "add", Add.*node "add", Mul/);
    expect(await other({ opset: 16 })).to.match(/not of the same graph.*versions/);
  });

  it('refuses lists that are none, steps that do not rise, and files that are no networks', async () => {
    const [first, second] = training() as [Checkpoint, Checkpoint];
    await expectRejection(ArgumentError, 'no checkpoints', () => packCheckpoints([]));
    await expectRejection(ArgumentError, 'not in order', () => packCheckpoints([second, first]));
    await expectRejection(ArgumentError, 'not in order', () => packCheckpoints([first, first]));
    await expectRejection(ArgumentError, 'step', () => packCheckpoints([{ ...first, step: NaN }]));
    const junk = { onnx: new TextEncoder().encode('<html>no network</html>'), step: 0 };
    await expectRejection(ModelFormatError, 'no checkpoint', () => packCheckpoints([junk]));
    const beside: FileTensor = {
      name: 'w',
      dims: [1],
      write: (pbf) => {
        pbf.writeVarintField(14, 1);
      },
    };
    const elsewhere = { onnx: onnxFile({ initializers: [beside] }), step: 0 };
    await expectRejection(ModelFormatError, '"w" is in a file of its own', () => packCheckpoints([elsewhere]));
    await expectRejection(ModelFormatError, 'no recorded checkpoints', () => readCheckpoints(first.onnx));
  });

  it('notices whatever is cut off, and every byte that is damaged where it matters', async () => {
    const checkpoints = training(4, 2).map(({ onnx, step }) => ({ onnx, step }));
    const bundle = await packCheckpoints(checkpoints);
    for (const length of [0, 10, 25, 29, 60, 400, bundle.length >> 1, bundle.length - 1]) {
      await rejection(ModelFormatError, () => readCheckpoints(bundle.subarray(0, length)));
    }
    await rejection(ModelFormatError, () => readCheckpoints(new Uint8Array([...bundle, 0])));
    const random = new Random(5);
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const damaged = new Uint8Array(bundle);
      const at = i < 60 ? i : Math.floor(random.next() * damaged.length);
      damaged[at]! ^= 1 << Math.floor(8 * random.next());
      try {
        // Some bits of a gzip's header, such as its time, mean nothing
        expectSame(await readCheckpoints(damaged), checkpoints);
      } catch (error) {
        expect(error).to.be.instanceOf(ModelFormatError);
        refused++;
      }
    }
    expect(refused).to.be.above(180);
  });

  it('refuses absurd sizes before anything is allocated', async () => {
    const bundle = await packCheckpoints(training(6, 1));
    const greedy = new Uint8Array(bundle);
    new DataView(greedy.buffer).setUint32(25, 2 ** 32 - 1, true);
    await expectRejection(ModelFormatError, /damaged.*bytes for its header/, () => readCheckpoints(greedy));
  });

  it('stops where nobody wants it any more', async () => {
    const bundle = await packCheckpoints(training(7, 2));
    const error = await rejection(DOMException, () => readCheckpoints(bundle, { signal: AbortSignal.abort() }));
    expect(error.name).to.equal('AbortError');
  });
});
