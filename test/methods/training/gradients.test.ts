import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { rowsOf } from '../../../src/methods/training/examples.ts';
import { firstState, inputsOf, toldOf } from '../../../src/methods/training/feeding.ts';
import { softmaxCrossEntropy } from '../../../src/methods/training/losses.ts';
import { sgd } from '../../../src/methods/training/optimisers.ts';
import { dataKindOf, INPUTS, trainingGraph } from '../../../src/methods/training/training-graph.ts';
import { relativeError } from '../../support/numbers.ts';
import { openBackend } from '../../support/backends.ts';
import { goldenSet, numbers, type SetName } from './goldens.ts';

/** A bias before batch normalisation has no gradient but rounding. */
const WITHOUT_GRADIENT = 'conv3.bias';

describe('gradients of a training', () => {
  const backends = new Map<string, Backend>();
  before(async () => {
    backends.set('fast', await openBackend({ poison: true }));
    backends.set('float64', createReferenceBackend());
  });
  after(() => {
    for (const backend of backends.values()) backend.dispose();
  });

  for (const set of ['plain-dequantised', 'batchnorm'] satisfies SetName[]) {
    for (const name of ['float64', 'fast']) {
      it(`are PyTorch's: ${set}, ${name}`, async () => {
        const { manifest, network, data, split } = await goldenSet(set);
        const optimiser = sgd(0.1);
        const recipe = {
          network,
          loss: softmaxCrossEntropy(),
          optimiser,
          batch: 32,
          clip: undefined,
          augmentation: undefined,
          transforms: [],
          seed: 1,
        };
        const step = trainingGraph(recipe, data, dataKindOf(data, data.count), 'gradients');
        const executable = await backends.get(name)!.compile(step.graph, { state: step.state });
        const order = Uint32Array.from({ length: 32 }, (_, i) => i);
        const found = await executable.run(
          inputsOf(step, {
            ...firstState(network.parameters, network.buffers, optimiser),
            ...toldOf(step, optimiser, order, 1, { step: 0, since: 0 }),
            [INPUTS.images]: rowsOf(data.images),
            [INPUTS.targets]: rowsOf(data.targets),
          }),
        );
        executable.dispose();
        const loss = Number(found[step.trace]!.data[0]);
        expect(Math.abs(loss / manifest.values.loss.float64 - 1), 'loss').to.be.at.most(1e-6);
        const scores = relativeError(found[step.scores]!.data, await numbers(set, 'logits'));
        expect(scores, 'scores').to.be.at.most(2e-6);
        const errors = Object.entries(split(await numbers(set, 'grads'))).map(
          ([name, golden]) => [name, relativeError(found[step.gradients.get(name)!]!.data, golden.data)] as const,
        );
        console.log(
          set,
          name,
          loss,
          scores,
          errors.map(([name, error]) => `${name} ${error.toExponential(1)}`).join(', '),
        );
        for (const [parameter, error] of errors)
          if (parameter !== WITHOUT_GRADIENT || set !== 'batchnorm') expect(error, parameter).to.be.at.most(1e-5);
      });
    }
  }
});
