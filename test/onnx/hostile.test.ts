import { expect } from 'chai';
import '../support/ops.ts';
import { plan } from '../../src/engine/plan.ts';
import { expectRoom } from '../../src/engine/room.ts';
import { ShapeError, UnpoolError, UnsupportedEnvironmentError } from '../../src/errors.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { MAX_PARTS } from '../../src/limits.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { onnxFile, type FileModel, type FileNode, type FileTensor } from './file.ts';

async function fault(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`/test/fixtures/faults/${name}.onnx`)).arrayBuffer());
}

const ints = (name: string, ...values: number[]): FileTensor => ({ name, dims: [values.length], type: 7, values });

/** A file from x [1, 3, 8, 8] to y. */
function file(nodes: readonly FileNode[], initializers: readonly FileTensor[] = [], rest: FileModel = {}): Uint8Array {
  return onnxFile({
    nodes,
    initializers,
    inputs: [{ name: 'x', dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'y' }],
    ...rest,
  });
}

const one: FileTensor = { name: 'one', dims: [1], values: [1] };
const sum = (a: string): FileNode => ({ type: 'Add', inputs: ['x', a], outputs: ['y'] });

/** Files of some hundred bytes that ask for gigabytes, by what they do. */
const BOMBS: Readonly<Record<string, { readonly bytes: Uint8Array; readonly says: RegExp }>> = {
  'a constant is spread': {
    bytes: file(
      [{ type: 'Expand', name: 'wide', inputs: ['one', 's'], outputs: ['c'] }, sum('c')],
      [one, ints('s', 1e8)],
    ),
    says: /"wide": computing what is constant takes too much; expected at most 48,000,000 bytes; got 400,000,000/,
  },
  'weights are one number each': {
    bytes: file(
      [{ type: 'ConstantOfShape', name: 'filled', inputs: ['s'], outputs: ['c'] }, sum('c')],
      [ints('s', 2 ** 28 + 1)],
    ),
    says: /"filled": computing what is constant takes too much; expected at most 1,073,741,824 bytes; got 1,073,741,828/,
  },
  'numbers are counted': {
    bytes: file(
      [{ type: 'Range', name: 'all', inputs: ['a', 'b', 'c'], outputs: ['r'] }, sum('r')],
      [ints('a', 0), ints('b', 2 ** 52), ints('c', 1)].map((bound) => ({ ...bound, dims: [] })),
    ),
    says: /"all": a tensor of this size cannot be; expected whole sizes, at most 536,870,912 elements; got 4503599627370496/,
  },
  'a constant is doubled, again and again': {
    bytes: file(
      [
        ...Array.from({ length: 40 }, (_, i): FileNode => {
          const from = i === 0 ? 'one' : `d${String(i)}`;
          return {
            type: 'Concat',
            name: `twice ${String(i)}`,
            inputs: [from, from],
            outputs: [`d${String(i + 1)}`],
            attributes: { axis: 0 },
          };
        }),
        sum('d40'),
      ],
      [one],
    ),
    says: /"twice 21": computing what is constant takes too much; expected at most 96,000,000 bytes on the way/,
  },
  'a constant gets a border': {
    bytes: file(
      [{ type: 'Pad', name: 'border', inputs: ['one', 'p'], outputs: ['c'] }, sum('c')],
      [one, ints('p', 1e8, 1e8)],
    ),
    says: /"border": computing what is constant takes too much.*got 800,000,004 bytes/,
  },
  'matrices of constants are multiplied': {
    bytes: file(
      [
        { type: 'Expand', inputs: ['one', 's'], outputs: ['m'] },
        { type: 'MatMul', name: 'product', inputs: ['m', 'm'], outputs: ['c'] },
        sum('c'),
      ],
      [one, ints('s', 2000, 2000)],
    ),
    says: /"product": computing what is constant takes too much; expected at most 134,217,\d+ operations; got 16,0/,
  },
  'a picture gets a border that repeats it': {
    bytes: file(
      [{ type: 'Pad', name: 'wrapped', inputs: ['x', 'p'], outputs: ['y'], attributes: { mode: 'reflect' } }],
      [ints('p', 0, 0, 0, 1e7, 0, 0, 0, 0)],
    ),
    says: /"wrapped": the border cannot repeat what is inside; expected something to repeat, at most 65536 elements/,
  },
  'a map has more elements than any GPU holds': {
    bytes: file([
      {
        type: 'MaxPool',
        name: 'far',
        inputs: ['x'],
        outputs: ['y'],
        attributes: { kernel_shape: [1, 1], pads: [50000, 50000, 50000, 50000] },
      },
    ]),
    says: /"far": a tensor of this size cannot be; .*got 1×3×100008×100008/,
  },
  'a stride is beyond what shaders count with': {
    bytes: file([
      {
        type: 'MaxPool',
        name: 'long',
        inputs: ['x'],
        outputs: ['y'],
        attributes: { kernel_shape: [1, 1], strides: [2 ** 40, 1] },
      },
    ]),
    says: /"long": stride must be at least 1; expected a whole number up to 2,147,483,647; got 1099511627776/,
  },
};

describe('importOnnx: files that ask for too much', () => {
  for (const [what, { bytes, says }] of Object.entries(BOMBS)) {
    it(`${what}: an error that names the node and the limit`, async () => {
      expect(bytes.length).to.be.lessThan(4000);
      await expectRejection(ShapeError, says, () => importOnnx(bytes));
    });
  }

  it('more nodes and tensors than a network has', async () => {
    const inits = Array.from({ length: MAX_PARTS + 1 }, (_, i) => ({ name: String(i), dims: [0] }));
    await expectRejection(UnpoolError, /too many nodes and tensors; expected at most 200000/, () =>
      importOnnx(file([sum('one')], inits)),
    );
  });

  it('windows that would take forever, when they are planned', async () => {
    const attributes = { kernel_shape: [1e6, 1e6], auto_pad: 'SAME_UPPER' };
    const graph = await importOnnx(
      file([{ type: 'MaxPool', name: 'huge', inputs: ['x'], outputs: ['y'], attributes }]),
    );
    expect(() => plan(graph)).to.throw(
      ShapeError,
      /"huge": too many operations at once; expected at most 10,000,000,000,000/,
    );
  });

  it('a map that the device cannot hold: before anything is allocated', async () => {
    const attributes = { kernel_shape: [1, 1], pads: [5000, 5000, 5000, 5000] };
    const graph = await importOnnx(file([{ type: 'MaxPool', name: 'far', inputs: ['x'], outputs: ['y'], attributes }]));
    expect(() => {
      expectRoom(graph, plan(graph), 2 ** 27);
    }).to.throw(
      UnsupportedEnvironmentError,
      /max-pool "far": a tensor is larger than this GPU can bind; expected at most 134217728 bytes; got 1201920768 for 1×3×10008×10008/,
    );
  });
});

describe('importOnnx: small inputs that failed', () => {
  it('b-expand: the limit, in words', async () => {
    const bytes = await fault('b-expand');
    await expectRejection(ShapeError, /"c".*at most 48,000,000 bytes; got 1,200,000,000/, () => importOnnx(bytes));
  });

  it('b-gather, and Mean of nothing: the input that is missing', async () => {
    const bytes = await fault('b-gather');
    await expectRejection(UnpoolError, /node "y": Gather has no input 1/, () => importOnnx(bytes));
    for (const type of ['Mean', 'Sum', 'Max', 'Min', 'Concat'])
      await expectRejection(UnpoolError, new RegExp(`node "y": ${type} has no input 0`), () =>
        importOnnx(file([{ type, inputs: [], outputs: ['y'] }])),
      );
  });

  it('attr-stride-zero: what a stride must be, and whose', async () => {
    const bytes = await fault('attr-stride-zero');
    await expectRejection(ShapeError, /conv2d "[^"]+": stride must be at least 1; .*got 0/, () => importOnnx(bytes));
  });

  it('input-named-constructor, and other names that objects have: run', async () => {
    const graph = fold(await importOnnx(await fault('input-named-constructor')));
    expect(graph.inputs).to.deep.equal(['constructor']);
    expect(graph.values.get('y')!.shape).to.deep.equal([1, 5]);
    for (const name of ['__proto__', 'toString', 'hasOwnProperty']) {
      const bytes = onnxFile({
        nodes: [{ type: 'Relu', name, inputs: [name], outputs: ['valueOf'] }],
        inputs: [{ name, dims: [1, 'N'] }],
        outputs: [{ name: 'valueOf' }],
      });
      const named = await importOnnx(bytes, { shapes: Object.fromEntries([[name, [1, 2]]]) });
      const results = evaluate(named, Object.fromEntries([[name, float32([1, 2], [-1, 2])]]));
      expect([...results['valueOf']!.data]).to.deep.equal([0, 2]);
    }
  });

  it('fuzz-*: an error of ours, or a graph', async () => {
    for (const number of [1159, 12184, 21481, 3132, 44446]) {
      const bytes = await fault(`fuzz-${String(number)}`);
      try {
        plan(fuse(fold(await importOnnx(bytes))));
      } catch (error) {
        expect(error, `fuzz-${String(number)}: ${String(error)}`).to.be.instanceOf(UnpoolError);
        expect((error as UnpoolError).details.cause, String(number)).to.equal(undefined);
      }
    }
  });

  it('b-convstride224: the way back is one launch, as are those of patches and of an FCN-32s', async () => {
    const graph = await importOnnx(await fault('b-convstride224'));
    const { graph: both } = differentiate(graph, { of: 'y', wrt: ['x'] });
    const launches = plan(both).launches.filter(({ launch }) => launch.shader === 'conv/conv2d-input-grad');
    expect(launches).to.have.length(1);
  });

  it('b-names5000: each node has a name of its own', async () => {
    const graph = await importOnnx(await fault('b-names5000'));
    expect(new Set(graph.nodes.map(({ name }) => name)).size).to.equal(graph.nodes.length);
  });

  it('b-names5000: the page lives while it is read, and can call it off', async () => {
    const controller = new AbortController();
    const bytes = await fault('b-names5000');
    setTimeout(() => {
      controller.abort(new Error('enough'));
    });
    await expectRejection(Error, 'enough', () => importOnnx(bytes, { signal: controller.signal }));
  });

  it('reshape-slow: a constant under another shape is not copied', async () => {
    const graph = await importOnnx(await fault('reshape-slow'));
    const [weights] = [...graph.constants.values()];
    expect(weights!.shape).to.deep.equal([1024, 512, 3, 3]);
    const view = { type: 'Reshape', inputs: ['one', 's'], outputs: ['c'] };
    const model = await readOnnx(file([view, sum('c')], [one, ints('s', 1, 1)]));
    const [constant] = [...(await importOnnx(model)).constants.values()];
    expect(constant!.shape).to.deep.equal([1, 1]);
    expect(constant!.data).to.equal(model.graph.initializers.get('one')!.tensor!.data);
  });
});
