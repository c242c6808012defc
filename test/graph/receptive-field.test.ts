import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { receptiveField, type FieldBox, type Unit } from '../../src/graph/receptive-field.ts';
import type { Graph, Node } from '../../src/ir/graph.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { onnxFile, type FileTensor } from '../onnx/file.ts';
import { NETS } from '../support/nets.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const outputsOf = (graph: Graph, op: string): string[] =>
  graph.nodes.filter((node) => node.op === op).map(({ outputs: [y] }) => y!);

/** Width of the box of a layer's middle unit; it is as high. */
function sizeOfField(graph: Graph, tensor: string): number {
  const [x0, y0, x1, y1] = receptiveField(graph, tensor)!;
  expect(y1 - y0).to.equal(x1 - x0);
  return x1 - x0;
}

/** The picture with other pixels inside of the box, or outside. */
function changed({ shape, data }: Tensor, [x0, y0, x1, y1]: FieldBox, where: 'inside' | 'outside'): Tensor {
  const random = new Random(99);
  const [, , height, width] = shape as [number, number, number, number];
  return float32(
    shape,
    Array.from(data, (value, i) => {
      const [y, x] = [Math.floor(i / width) % height, i % width];
      const inside = y >= y0 && y < y1 && x >= x0 && x < x1;
      return inside === (where === 'inside') ? value + 20 * random.normal() : value;
    }),
  );
}

/**
 * Other pixels outside of the box leave the unit as it is to the last bit; others in its outermost rows and columns, as
 * far as they are in the picture, change it. Where ReLUs let a change pass is a matter of luck, so one of a few pictures
 * must show it.
 */
function checkByPerturbation(graph: Graph, tensor: string, { channel = 0, at = [0, 0] }: Unit): void {
  const [input] = graph.inputs as [string];
  const { shape } = graph.values.get(input)!;
  const [, , height, width] = shape as [number, number, number, number];
  const [x0, y0, x1, y1] = receptiveField(graph, tensor, { channel, at })!;
  const [, , rows, cols] = graph.values.get(tensor)!.shape as [number, number, number, number];
  const valueOf = (picture: Tensor): number =>
    evaluate(graph, { [input]: picture }, [tensor])[tensor]!.data[(channel * rows + at[0]) * cols + at[1]]!;

  const edges: FieldBox[] = [
    [x0, y0, x0 + 1, y1],
    [x1 - 1, y0, x1, y1],
    [x0, y0, x1, y0 + 1],
    [x0, y1 - 1, x1, y1],
  ];
  const seen = edges.filter(
    ([left, top, right, bottom]) => left >= 0 && top >= 0 && right <= width && bottom <= height,
  );
  const felt = new Set<FieldBox>();
  for (let seed = 1; seed <= 24 && felt.size < seen.length; seed++) {
    const picture = new Random(seed).tensor(shape);
    const before = valueOf(picture);
    expect(valueOf(changed(picture, [x0, y0, x1, y1], 'outside')), 'a pixel outside').to.equal(before);
    for (const edge of seen) if (valueOf(changed(picture, edge, 'inside')) !== before) felt.add(edge);
  }
  expect([...felt], 'pixels inside').to.have.members(seen);
}

describe('receptive fields', () => {
  it('of AlexNet are 11, 51, 99, 131 and 163, and 195 after the last pool', () => {
    const graph = NETS.alexnet({ weights: 'none' });
    expect(outputsOf(graph, 'conv2d').map((y) => sizeOfField(graph, y))).to.deep.equal([11, 51, 99, 131, 163]);
    expect(sizeOfField(graph, outputsOf(graph, 'max-pool').at(-1)!)).to.equal(195);
  });

  it('of VGG-16 is 196 in the last convolution and 212 after the last pool', () => {
    const graph = NETS.vgg16({ weights: 'none' });
    expect(sizeOfField(graph, outputsOf(graph, 'conv2d').at(-1)!)).to.equal(196);
    expect(sizeOfField(graph, outputsOf(graph, 'max-pool').at(-1)!)).to.equal(212);
  });

  it('reach into the padding', () => {
    const graph = NETS.alexnet({ weights: 'none' });
    const [first] = outputsOf(graph, 'conv2d') as [string];
    expect(receptiveField(graph, first, { channel: 0, at: [0, 0] })).to.deep.equal([-2, -2, 9, 9]);
    expect(receptiveField(graph, first, { channel: 0, at: [1, 2] })).to.deep.equal([6, 2, 17, 13]);
    expect(receptiveField(graph, first, { channel: 0, at: [54, 54] })).to.deep.equal([214, 214, 225, 225]);
  });

  it('of units behind a fully connected layer are all of it and its padding', () => {
    const graph = NETS.vgg16({ weights: 'none' });
    const [x0, y0, x1, y1] = receptiveField(graph, graph.outputs[0]!, { channel: 3 })!;
    expect([x0, y0]).to.deep.equal([-90, -90]);
    expect([x1, y1]).to.deep.equal([314, 314]);
  });

  it('follow the branch of a unit’s channel', () => {
    const graph = NETS.googlenet({ weights: 'none' });
    const [first] = outputsOf(graph, 'concat') as [string];
    const width = (channel?: number): number => {
      const [x0, , x1] = receptiveField(graph, first, { channel, at: [14, 14] })!;
      return x1 - x0;
    };
    // 1×1, 3×3, 5×5 and pooled 3×3, on units 8 px apart that see 27 px
    expect([0, 64, 192, 224].map(width)).to.deep.equal([27, 43, 59, 43]);
    expect(width()).to.equal(59);
  });

  for (const [name, op] of [
    ['googlenet', 'concat'],
    ['resnet18', 'add'],
  ] as const) {
    it(`hold every pixel that matters, and end where none does: ${name}`, function () {
      this.timeout(60_000);
      const graph = NETS[name]({ divisor: 8, side: 96 });
      const tensor = outputsOf(graph, op)[1]!;
      const [, channels, rows, cols] = graph.values.get(tensor)!.shape as [number, number, number, number];
      const [middle, corner] = [[rows >> 1, cols >> 1] as const, [0, cols - 1] as const];
      // A sum has one branch for all channels, and its ReLU comes later
      const { inputs } = graph.nodes.find(({ outputs: [y] }) => y === tensor)!;
      const parts = op === 'concat' ? inputs.map((part) => graph.values.get(part)!.shape[1]!) : [channels];
      const { data } = evaluate(graph, { image: new Random(1).tensor([1, 3, 96, 96]) }, [tensor])[tensor]!;
      let start = 0;
      for (const size of parts) {
        const active = Array.from({ length: size }, (_, i) => start + i).reduce((a, b) => {
          const valueOf = (channel: number): number => data[(channel * rows + middle[0]) * cols + middle[1]]!;
          return valueOf(b) > valueOf(a) ? b : a;
        });
        checkByPerturbation(graph, tensor, { channel: active, at: middle });
        checkByPerturbation(graph, tensor, { channel: active, at: corner });
        start += size;
      }
    });
  }

  it('go through transposed and grouped convolutions, slices, borders, and channels that are shuffled', () => {
    const random = new Random(3);
    const builder = graphBuilder();
    const windows = { strides: [2, 2], pads: [1, 0, 0, 1], dilations: [1, 1], autoPad: 'NOTSET' };
    const x = builder.input('x', 'float32', [1, 4, 12, 12]);
    const grouped = builder.add('conv2d', [x, builder.constant('w', random.tensor([4, 2, 3, 3]))], {
      ...windows,
      group: 2,
    });
    const [, , p, q] = builder.value(grouped).shape as [number, number, number, number];
    const groups = builder.add('reshape', [grouped], { shape: [1, 2, 2, p, q], allowZero: false });
    const shuffled = builder.add('transpose', [groups], { permutation: [0, 2, 1, 3, 4] });
    const joined = builder.add('reshape', [shuffled], { shape: [1, 4, p, q], allowZero: false });
    const up = builder.add('conv2d-input-grad', [joined, builder.constant('v', random.tensor([4, 2, 3, 3]))], {
      ...windows,
      group: 2,
      inputShape: [1, 4, 12, 12],
    });
    const part = builder.add('slice', [up], { starts: [0, 1, 2, 9], sizes: [-1, 2, 8, 8], steps: [1, 1, 1, -1] });
    const bordered = builder.add('pad', [part], {
      low: [0, 0, 1, 0],
      high: [0, 0, 1, 2],
      interior: [0, 0, 0, 0],
      mode: 'constant',
      value: 0,
    });
    const graph = builder.build('net', [bordered]);
    for (const at of [
      [4, 4],
      [3, 5],
    ] as const)
      checkByPerturbation(graph, bordered, { channel: 1, at });
  });

  it('go through maps of another size', async () => {
    for (const [attributes, scale] of [
      [{ mode: 'nearest' }, 2],
      [{ mode: 'linear' }, 2],
      [{ mode: 'linear' }, 0.4],
      [{ mode: 'cubic', coordinate_transformation_mode: 'asymmetric' }, 1.7],
    ] as const) {
      const random = new Random(4);
      const weights = (name: string): FileTensor => ({
        name,
        dims: [1, 1, 3, 3],
        values: [...random.tensor([1, 1, 3, 3]).data],
      });
      const pads = { pads: [1, 1, 1, 1] };
      const graph = await importOnnx(
        onnxFile({
          nodes: [
            { type: 'Conv', inputs: ['x', 'v'], outputs: ['before'], attributes: pads },
            { type: 'Resize', inputs: ['before', '', 'scales'], outputs: ['resized'], attributes },
            { type: 'Conv', inputs: ['resized', 'w'], outputs: ['y'], attributes: pads },
          ],
          initializers: [weights('v'), weights('w'), { name: 'scales', dims: [4], values: [1, 1, scale, scale] }],
          inputs: [{ name: 'x', dims: [1, 1, 20, 20] }],
          outputs: [{ name: 'y' }],
        }),
      );
      for (const at of [
        [0, 0],
        [4, 3],
      ] as const)
        checkByPerturbation(graph, 'y', { channel: 0, at });
    }
  });

  it('are asked for units that exist', () => {
    const graph = NETS.alexnet({ weights: 'none' });
    const [first] = outputsOf(graph, 'conv2d') as [string];
    expect(() => receptiveField(graph, 'nowhere')).to.throw(ArgumentError, 'no tensor "nowhere"');
    expect(() => receptiveField(graph, first, { channel: 64 })).to.throw(ArgumentError, 'channel 64');
    expect(() => receptiveField(graph, first, { at: [0, 55] })).to.throw(ArgumentError, '55');
    const unrelated: Node[] = [];
    const constant = { ...graph, nodes: unrelated };
    expect(receptiveField(constant, first)).to.equal(undefined);
  });
});
