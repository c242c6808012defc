import { expect } from 'chai';
import { UnsupportedOpError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { toOnnx } from '../../src/onnx/export.ts';
import { exporterOf } from '../../src/ops/exporters.ts';
import { runOnnx } from '../goldens/oracle.ts';
import { cases } from '../ops/cases.ts';
import { instance, TOLERANCE, type OpCase } from '../ops/harness.ts';
import { relativeError } from '../support/numbers.ts';
import { ops } from '../support/ops.ts';

const CHANCE = 'bits of a counter-based generator, which are only asked for while images or weights grow';
const OPTIMISER = 'a step of an optimiser: what it trains is saved, not how';
const MAP = 'a step of t-SNE, of which nobody needs a file';

/** Operations that no ONNX file can have, and why not. */
const WITHOUT: Readonly<Record<string, string>> = {
  'adam-step': OPTIMISER,
  augment: CHANCE,
  'delta-bar-delta': MAP,
  'joint-probabilities': MAP,
  mosaic: 'packed pixels of a canvas',
  perplexity: MAP,
  'random-choice': CHANCE,
  'random-keep': CHANCE,
  'rmsprop-step': OPTIMISER,
  'sgd-step': OPTIMISER,
  'squared-distances': MAP,
  'tsne-divergence': MAP,
  'tsne-forces': MAP,
  'tsne-gradient': MAP,
};

const written = cases.filter(({ op }) => exporterOf(op));

/** Inputs that are weights, and so constants: these lie in the file in another form. */
const WEIGHTS: Readonly<Record<string, readonly number[]>> = { 'gemm-halves': [1] };

/** What comes of a case as a file under onnxruntime, against float64; or the reason why it cannot be a file. */
async function check(opCase: OpCase): Promise<string | undefined> {
  const { graph, feeds } = instance({ ...opCase, constants: WEIGHTS[opCase.op] ?? opCase.constants ?? [] });
  let file: Uint8Array;
  try {
    file = toOnnx(graph);
  } catch (error) {
    if (!(error instanceof UnsupportedOpError)) throw error;
    return error.message;
  }
  const expected = evaluate(graph, feeds);
  const found = await runOnnx(file, feeds);
  for (const name of graph.outputs) {
    expect(found[name]!.shape, name).to.deep.equal([...expected[name]!.shape]);
    expect(relativeError(found[name]!.data, expected[name]!.data), name).to.be.at.most(TOLERANCE);
  }
  return undefined;
}

describe('operations as ONNX files', () => {
  it('leave out those that no file needs', () => {
    const lacking = ops.map(({ type }) => type).filter((type) => !exporterOf(type));
    expect(lacking.toSorted()).to.deep.equal(Object.keys(WITHOUT));
  });

  for (const opCase of written) {
    it(`${opCase.op}: ${opCase.label}`, async () => {
      expect(await check(opCase)).to.equal(undefined);
    });
  }
});
