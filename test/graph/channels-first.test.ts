import { expect } from 'chai';
import { channelsFirst } from '../../src/graph/channels-first.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import { resolveTensor } from '../../src/graph/layers.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { atOnce } from '../../src/work/steps.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const turn = (b: GraphBuilder, x: string): string => b.add('transpose', [x], { permutation: [0, 2, 3, 1] });
const back = (b: GraphBuilder, x: string): string => b.add('transpose', [x], { permutation: [0, 3, 1, 2] });

/** A graph of a picture [1, 3, 4, 5]; with its channels first and folded, with numbers that have not changed. */
function folded(build: (b: GraphBuilder, x: string, random: Random) => string[]): { graph: Graph; ops: string[] } {
  const builder = graphBuilder();
  const graph = builder.build('net', build(builder, builder.input('x', 'float32', [1, 3, 4, 5]), new Random(1)));
  const result = fold(atOnce(channelsFirst(graph)));
  for (const batch of [1, 2]) {
    const shapes = { x: [batch, 3, 4, 5] };
    const x = new Random(2).tensor(shapes.x);
    const [before, after] = [graph, result].map((each) => evaluate(withInputShapes(each, shapes), { x }));
    for (const [i, output] of graph.outputs.entries()) {
      const [wanted, found] = [before![output]!, after![result.outputs[i]!]!];
      expect(found.shape).to.deep.equal(wanted.shape);
      expect(relativeError(found.data, wanted.data), output).to.be.below(1e-6);
    }
  }
  return { graph: result, ops: result.nodes.map(({ op }) => op) };
}

describe('maps with the channels last', () => {
  it('are computed with the channels first, whatever numbers they are computed with', () => {
    for (const shape of [[], [1], [3], [1, 1, 1, 3], [5, 3], [4, 1, 1], [1, 4, 5, 3]]) {
      const { graph, ops } = folded((b, x, random) => {
        const scaled = b.add('mul', [turn(b, x), b.constant('c', random.tensor(shape))], {}, { name: 'scaled' });
        return [b.add('tanh', [back(b, b.add('add', [b.constant('one', random.tensor([])), scaled]))])];
      });
      expect(
        ops.filter((op) => op !== 'mul' && op !== 'add' && op !== 'tanh'),
        String(shape),
      ).to.deep.equal([]);
      expect(graph.values.get(resolveTensor(graph, 'scaled'))!.shape).to.deep.equal([1, 3, 4, 5]);
    }
  });

  it('are gated by numbers that vary', () => {
    const { ops } = folded((b, x) => {
      const mean = b.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: false });
      const gate = b.add('reshape', [mean], { shape: [-1, 1, 1, 3], allowZero: false });
      return [back(b, b.add('mul', [b.add('tanh', [gate]), turn(b, x)]))];
    });
    expect(ops).not.to.include('transpose');
  });

  it('are there where somebody wants them so', () => {
    const { ops } = folded((b, x) => {
      const turned = b.add('tanh', [turn(b, x)]);
      return [turned, back(b, b.add('tanh', [turned]))];
    });
    expect(ops).to.deep.equal(['tanh', 'transpose', 'tanh']);
    // A second turn of the same kind is no way back.
    expect(folded((b, x) => [b.add('tanh', [turn(b, turn(b, x))])]).ops).to.include('transpose');
  });

  it('of a single channel may be views', () => {
    const { ops } = folded((b, x) => {
      const grey = b.add('reduce', [x], { mode: 'mean', axes: [1], keepdims: true });
      const last = b.add('reshape', [grey], { shape: [-1, 4, 5, 1], allowZero: false });
      const first = b.add('reshape', [b.add('tanh', [last])], { shape: [-1, 1, 4, 5], allowZero: false });
      return [b.add('tanh', [first])];
    });
    expect(ops).to.deep.equal(['reduce', 'tanh', 'tanh']);
  });
});
