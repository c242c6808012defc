import { expect } from 'chai';
import { findHead, type Head, type HeadHints } from '../../src/engine/head.ts';
import { Model } from '../../src/engine/model.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { ArgumentError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { graphBuilder } from '../support/ops.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT } from '../support/tiny.ts';

type Draw = (b: GraphBuilder, image: string) => readonly string[];

/** A network of a picture [1, 3, 8, 8] whose outputs `draw` makes. */
function network(draw: Draw): Graph {
  const b = graphBuilder();
  return b.build('net', draw(b, b.input('image', 'float32', [1, 3, 8, 8])));
}

/** Maps [1, k, 8, 8]. */
function maps(b: GraphBuilder, image: string, k: number, name: string): string {
  const weights = b.constant('weights', new Random(k).tensor([k, 3, 1, 1]));
  const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
  return b.add('conv2d', [image, weights], attributes, { name, outputs: [name] });
}

/** Scores [1, k]. */
function scores(b: GraphBuilder, image: string, k: number, name: string = 'scores'): string {
  const mean = b.add('reduce', [image], { mode: 'mean', axes: [2, 3], keepdims: false });
  const weights = b.constant('weights', new Random(k).tensor([k, 3]));
  const attributes = { alpha: 1, beta: 1, transA: false, transB: true };
  return b.add('gemm', [mean, weights], attributes, { name, outputs: [name] });
}

const shaped = (b: GraphBuilder, x: string, shape: number[], name: string): string =>
  b.add('reshape', [x], { shape, allowZero: false }, { outputs: [name] });
const softmax = (b: GraphBuilder, x: string, axis: number = 1, log: boolean = false): string =>
  b.add('softmax', [x], { axis, log });
const turned = (b: GraphBuilder, x: string): string => b.add('transpose', [x], { permutation: [0, 2, 3, 1] });

const find = (draw: Draw, hints: Partial<HeadHints> = {}): Head =>
  findHead(network(draw), { labels: 0, ...hints }).head;

describe('head', () => {
  it('sees a softmax and sigmoids through what comes behind them', () => {
    const endings: Readonly<Record<string, (b: GraphBuilder, p: string) => string>> = {
      nothing: (_, p) => p,
      reshape: (b, p) => shaped(b, p, [5], 'out'),
      'reshape to a map': (b, p) => shaped(b, p, [0, 5, 1, 1], 'out'),
      clip: (b, p) => b.add('clip', [p], { min: 0.1, max: 0.9 }),
      maximum: (b, p) => b.add('max', [p, b.scalar(1e-7)]),
      logarithm: (b, p) => b.add('log', [p]),
      transpose: (b, p) => b.add('transpose', [p], { permutation: [1, 0] }),
    };
    for (const [name, ending] of Object.entries(endings)) {
      const one = find((b, x) => [ending(b, softmax(b, scores(b, x, 5)))]);
      expect(one, name).to.include({ kind: 'one-of-many', logits: 'scores', classes: 5 });
      expect(one.says).to.equal('a softmax over 5 classes');
      const several = find((b, x) => [ending(b, b.add('sigmoid', [scores(b, x, 5)]))]);
      expect(several, name).to.include({ kind: 'several-of-many', logits: 'scores', classes: 5 });
    }
    const log = find((b, x) => [b.add('exp', [softmax(b, scores(b, x, 5), 1, true)])]);
    expect(log).to.include({ kind: 'one-of-many', logits: 'scores' });
    // A maximum of two tensors that vary is no bound.
    const [p, q] = ['p', 'q'] as const;
    const other = find((b, x) => [b.add('max', [softmax(b, scores(b, x, 5, p)), softmax(b, scores(b, x, 5, q))])]);
    expect(other.logits).not.to.be.oneOf([p, q]);
  });

  it('knows a softmax that is written out', () => {
    const written = (b: GraphBuilder, s: string): string => {
      const top = b.add('reduce', [s], { mode: 'max', axes: [1], keepdims: true });
      const e = b.add('exp', [b.add('sub', [s, top])]);
      return b.add('div', [e, b.add('reduce', [e], { mode: 'sum', axes: [1], keepdims: true })]);
    };
    expect(find((b, x) => [written(b, scores(b, x, 5))])).to.include({ kind: 'one-of-many', logits: 'scores' });
  });

  it('guesses where nothing says what the outputs are, and says so', () => {
    const many = find((b, x) => [scores(b, x, 5)]);
    expect(many.kind).to.equal('one-of-many');
    expect(many.says).to.contain('without a softmax, taken for');
    const single: Draw = (b, x) => [scores(b, x, 1)];
    expect(find(single)).to.include({ kind: 'values', classes: 1 });
    expect(find(single).says).to.contain('taken for a value');
    expect(find(single, { labels: 1 }).kind).to.equal('values');
    expect(find(single, { labels: 2 })).to.include({ kind: 'yes-or-no', classes: 2, positive: 1 });
    expect(find((b, x) => [b.add('tanh', [scores(b, x, 2)])]).kind).to.equal('values');
    // A softmax over one class is 1, whatever the network sees.
    expect(find((b, x) => [softmax(b, scores(b, x, 1))]).kind).to.equal('values');
  });

  it('averages maps, of whatever order', () => {
    const input = new Random(3).tensor([1, 3, 8, 8]);
    const draws: Readonly<Record<string, Draw>> = {
      'channels first': (b, x) => [maps(b, x, 4, 'm')],
      'channels last': (b, x) => [turned(b, maps(b, x, 4, 'm'))],
      softmax: (b, x) => [softmax(b, maps(b, x, 4, 'm'))],
      'softmax, channels last': (b, x) => [softmax(b, turned(b, maps(b, x, 4, 'm')), 3)],
      'sigmoids, channels last': (b, x) => [b.add('sigmoid', [turned(b, maps(b, x, 4, 'm'))])],
      places: (b, x) => [softmax(b, shaped(b, maps(b, x, 4, 'm'), [0, 4, 64], 'flat'))],
    };
    for (const [name, draw] of Object.entries(draws)) {
      const { graph, head } = findHead(network(draw), { labels: 0 });
      expect(head.classes, name).to.equal(4);
      expect(head.says, name).to.match(/averaged over (8×8|64) places$/);
      const found = evaluate(graph, { image: input }, [head.logits, 'm']);
      expect(found[head.logits]!.shape, name).to.deep.equal([1, 4]);
      const m = found['m']!.data;
      const means = Array.from(
        { length: 4 },
        (_, c) => [...m.subarray(64 * c, 64 * c + 64)].reduce((a, b) => a + b) / 64,
      );
      expect(relativeError(found[head.logits]!.data, means), name).to.be.below(1e-12);
    }
  });

  it('chooses among several outputs what looks like classes', () => {
    const box: Draw = (b, x) => [shaped(b, scores(b, x, 12), [1, 3, 4], 'boxes'), scores(b, x, 5, 'logits')];
    expect(find(box).logits).to.equal('logits');
    expect(find(box).says).to.contain('“logits” of 2 outputs');
    expect(find((b, x) => [scores(b, x, 7, 'aux'), scores(b, x, 5, 'main')]).logits).to.equal('main');
    expect(find((b, x) => [scores(b, x, 7, 'embedding'), softmax(b, scores(b, x, 5, 's'))]).logits).to.equal('s');
    // Scores and their softmax are one.
    expect(find((b, x) => [scores(b, x, 5, 's'), softmax(b, 's')])).to.include({ logits: 's', kind: 'one-of-many' });
    const two: Draw = (b, x) => [scores(b, x, 7, 'a'), scores(b, x, 5, 'b')];
    expect(find(two, { labels: 5 }).logits).to.equal('b');
    expect(find(two, { logits: 'a' })).to.include({ logits: 'a', classes: 7 });
  });

  it('knows what is made of scores that are named, before or after a softmax', () => {
    const draw: Draw = (b, x) => [b.add('sigmoid', [shaped(b, scores(b, x, 5), [5], 'flat')], {}, { outputs: ['p'] })];
    for (const logits of ['scores', 'flat', 'p']) {
      expect(find(draw, { logits }), logits).to.include({ kind: 'several-of-many', classes: 5 });
    }
  });

  it('asks where it cannot know', async () => {
    const question = async (draw: Draw, message: string | RegExp, hints: Partial<HeadHints> = {}): Promise<void> =>
      expectRejection(ArgumentError, message, () => find(draw, hints));
    await question(
      (b, x) => [scores(b, x, 7, 'a'), scores(b, x, 5, 'b')],
      /which of its outputs.*"a" 1×7, "b" 1×5.*`logits`/,
    );
    const boxes: Draw = (b, x) => [shaped(b, scores(b, x, 60), [1, 6, 10], 'detections')];
    await question(boxes, '"detections" 1×6×10');
    expect(find(boxes, { labels: 6 }).classes).to.equal(6);
    const picture: Draw = (b, x) => [maps(b, x, 3, 'restored')];
    await question(picture, 'makes a picture, not classes');
    expect(find(picture, { labels: 3 }).classes).to.equal(3);
    expect(find(picture, { kind: 'several-of-many' }).kind).to.equal('several-of-many');
    await question((b, x) => [scores(b, x, 5)], /expected 5 labels.*got 4 labels.*background/, { labels: 4 });
  });

  it('stays a question until somebody asks for classes', async () => {
    const graph = network((b, x) => [maps(b, x, 3, 'restored')]);
    const parts = { name: 'autoencoder', graph, backend: createReferenceBackend(), preprocessing: TINY_INPUT };
    const model = new Model(parts);
    expect(model.hasHead).to.equal(false);
    expect(model.layers).to.have.length(1);
    await expectRejection(ArgumentError, 'makes a picture', () => model.head);
    // Who gives labels has asked.
    const labels = ['a', 'b'].map((name, id) => ({ id, name }));
    await expectRejection(ArgumentError, 'got 2 labels', () => new Model({ ...parts, labels }));
  });

  it('leaves a graph alone that has its scores, and scores alone what it adds', () => {
    const graph = network((b, x) => [scores(b, x, 5)]);
    expect(findHead(graph, { labels: 0 }).graph).to.equal(graph);
    const { graph: more, head } = findHead(
      network((b, x) => [b.add('sigmoid', [scores(b, x, 1)])]),
      { labels: 2 },
    );
    const input = float32([1, 3, 8, 8], new Random(5).tensor([1, 3, 8, 8]).data);
    const found = evaluate(more, { image: input }, ['scores', head.logits]);
    const [s] = found['scores']!.data;
    expect([...found[head.logits]!.data]).to.deep.equal([-s!, s]);
  });
});
