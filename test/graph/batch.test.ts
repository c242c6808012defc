import { expect } from 'chai';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1, autoPad: 'NOTSET' } as const;
const product = { alpha: 1, beta: 1, transA: false, transB: true };

/** Convolution, flattening and a matrix product over images [n, 2, 6, 6]. */
function classifier(): Graph {
  const random = new Random(1);
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [1, 2, 6, 6]);
  const y = builder.add('conv2d', [x, builder.constant('w', random.tensor([3, 2, 3, 3]))], conv);
  const flat = builder.add('reshape', [y], { shape: [0, -1], allowZero: false });
  const scores = builder.add('gemm', [flat, builder.constant('fc', random.tensor([5, 108]))], product, {
    name: 'scores',
  });
  return builder.build('net', [scores]);
}

describe('withInputShapes', () => {
  it('makes the same network for another batch, with the same constants', () => {
    const graph = classifier();
    const three = withInputShapes(graph, { x: [3, 2, 6, 6] });
    expect(three.values.get('scores')!.shape).to.deep.equal([3, 5]);
    for (const [name, constant] of graph.constants) expect(three.constants.get(name)).to.equal(constant);
    const images = new Random(2).tensor([3, 2, 6, 6]);
    const together = evaluate(three, { x: images })['scores']!.data;
    for (const i of [0, 1, 2]) {
      const image = float32([1, 2, 6, 6], images.data.subarray(i * 72, (i + 1) * 72));
      const alone = evaluate(graph, { x: image })['scores']!.data;
      expect(relativeError(together.slice(i * 5, (i + 1) * 5), alone)).to.equal(0);
    }
    expect(withInputShapes(three, { x: [1, 2, 6, 6] }).values).to.deep.equal(graph.values);
  });

  it('says which node fixes a size', () => {
    const where = 'node "scores" \\(gemm\\)';
    expect(() => withInputShapes(classifier(), { x: [1, 2, 8, 8] })).to.throw(
      ShapeError,
      new RegExp(`${where}: the model fixes a size that does not fit "x" 1×2×8×8`),
    );
  });

  it('refuses inputs and shapes that cannot be', () => {
    expect(() => withInputShapes(classifier(), { image: [1] })).to.throw(ArgumentError, /no input "image"; expected x/);
    expect(() => withInputShapes(classifier(), { x: [2, 6, 6] })).to.throw(
      ShapeError,
      /a size like 1×2×6×6; got 2×6×6/,
    );
    expect(() => withInputShapes(classifier(), { x: [0, 2, 6, 6] })).to.throw(ShapeError, /impossible/);
  });

  for (const net of [
    'models/squeezenet1.1',
    'test/fixtures/nets/resnet18-div4-bn',
    'test/fixtures/nets/alexnet-div8',
  ]) {
    it(`gives ${net} another batch`, async () => {
      const bytes = new Uint8Array(await (await fetch(`/${net}.onnx`)).arrayBuffer());
      const graph = fold(await importOnnx(bytes));
      const four = withInputShapes(graph, { input: [4, 3, 224, 224] });
      expect(four.values.get('logits')!.shape).to.deep.equal([4, 1000]);
      expect([...four.constants.values()]).to.deep.equal([...graph.constants.values()]);
    });
  }
});
