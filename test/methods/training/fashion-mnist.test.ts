import { expect } from 'chai';
import { fetchExamples, type LabelledSet } from '../../../src/bundled-examples.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Examples } from '../../../src/methods/training/examples.ts';
import { conv, dense, maxPool, relu } from '../../../src/methods/training/layers.ts';
import { sgd } from '../../../src/methods/training/optimisers.ts';
import { cosine } from '../../../src/methods/training/schedules.ts';
import { sequential } from '../../../src/methods/training/sequential.ts';
import { Trainer } from '../../../src/methods/training/trainer.ts';
import { toOnnx } from '../../../src/onnx/export.ts';
import { inputOf, oracleAccuracy } from '../../goldens/labelled.ts';
import { oracle } from '../../goldens/oracle.ts';
import { openBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';

const LAYERS = [conv(8, 5), relu(), maxPool(2), conv(16, 5), relu(), maxPool(3), dense(10)];
const BATCH = 20;
/** All pictures once. */
const STEPS = 120;

describe('training on Fashion-MNIST', () => {
  let backend: Backend;
  let set: LabelledSet;
  before(async () => {
    [backend, set] = await Promise.all([openBackend(), fetchExamples('fashion-mnist')]);
  });
  after(() => {
    backend.dispose();
  });

  async function trained(examples: Examples): Promise<Trainer> {
    const network = await sequential(LAYERS, { input: [1, 28, 28] });
    const optimiser = sgd(cosine(0.03, { steps: STEPS }), { momentum: 0.9 });
    const trainer = await Trainer.create({ network, examples, batch: BATCH, optimiser, backend });
    await trainer.steps(STEPS);
    return trainer;
  }

  it('recognises most pictures that it has not seen after a single pass, and the saved file gives the same answers', async () => {
    const trainer = await trained(set.training);
    const { accuracy, count } = await trainer.evaluate(set.heldOut);
    expect(count).to.equal(800);
    expect(accuracy).to.be.above(0.7);

    const input = inputOf(set.heldOut, 0, count);
    const graph = await trainer.graph({ batch: count });
    const executable = await backend.compile(graph);
    const { [graph.outputs[0]!]: scores } = await executable.run({ images: input });
    executable.dispose();
    const file = toOnnx(await trainer.graph(), { batch: 'open' });
    expect(relativeError(scores!.data, await oracle(file, input))).to.be.below(1e-5);
    expect(await oracleAccuracy(file, set.heldOut)).to.equal(accuracy);
    trainer.dispose();
  });

  it('learns nothing from labels of other pictures', async () => {
    const { targets } = set.training;
    const turned = Uint8Array.from(targets.values, (_, i) => targets.values[(i + 1_230) % targets.values.length]!);
    const trainer = await trained({ ...set.training, targets: { ...targets, values: turned } });
    expect((await trainer.evaluate(set.heldOut)).accuracy).to.be.within(0.02, 0.25);
    trainer.dispose();
  });
});
