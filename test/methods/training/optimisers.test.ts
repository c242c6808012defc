import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { Trainer } from '../../../src/methods/training/trainer.ts';
import { onGpu, openBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';
import { goldenSet, LOSSES, numbers, SETTINGS, type SetName } from './goldens.ts';

/** Adam and RMSprop blow the rounding of a bias without gradient up to full steps. */
const WITHOUT_GRADIENT = 'conv3.bias';

/** Of the other sets, the setting whose last weights are kept. */
const WITH_WEIGHTS = 'momentum_wd';

interface Tolerance {
  readonly losses: number;
  readonly weights: number;
}

/** Where float32 is compared; the second numbers are of AdamW, whose first step divides by what is nearly 0. */
const TOLERANCES: Readonly<Record<SetName, (setting: string) => Tolerance>> = {
  'plain-dequantised': (setting) =>
    setting === 'adamw' ? { losses: 1e-4, weights: 1e-3 } : { losses: 1e-5, weights: 1e-5 },
  // Backgrounds are equal over whole areas: one that is nearly 0 passes a ReLU or not by rounding, all of it at once.
  batchnorm: () => ({ losses: 1e-3, weights: 1e-3 }),
  // It has ties: which of equal numbers is the largest of a window is a matter of rounding.
  plain: () => ({ losses: 2e-3, weights: Infinity }),
};

async function check(backend: Backend, set: SetName, setting: string): Promise<string> {
  const { manifest, network, data, split } = await goldenSet(set);
  const trainer = await Trainer.create({ network, examples: data, batch: 32, backend, ...SETTINGS[setting]! });
  try {
    const { losses, gradientNorms, weights } = await trainer.steps(10, { weights: true });
    const { losses: last } = await trainer.steps(1);
    const { [LOSSES]: expected, grad_norms: norms } = manifest.values.training[setting]!;
    const gap = (a: ArrayLike<number>, b: readonly number[]): number =>
      Math.max(...b.map((value, i) => Math.abs(a[i]! / value - 1)));
    const found = gap([...losses, ...last], expected);
    const { losses: mostLosses, weights: mostWeights } = TOLERANCES[set](setting);
    expect(found, 'losses').to.be.at.most(mostLosses);
    expect(gap(gradientNorms, norms), 'lengths of gradients').to.be.at.most(10 * mostLosses);
    if (set !== 'plain-dequantised' && setting !== WITH_WEIGHTS) return `${setting} ${found.toExponential(1)}`;
    const errors = Object.entries(split(await numbers(set, `final_${setting}`)))
      .filter(([name]) => set !== 'batchnorm' || name !== WITHOUT_GRADIENT)
      .map(([name, golden]) => relativeError(weights![name]!.data, golden.data));
    const worst = Math.max(...errors);
    expect(worst, 'weights').to.be.at.most(mostWeights);
    return `${setting} ${found.toExponential(1)} ${worst.toExponential(1)}`;
  } finally {
    trainer.dispose();
  }
}

describe('ten steps of a training', () => {
  const backends = new Map<string, Backend>();
  const reached: string[] = [];
  before(async () => {
    backends.set('fast', await openBackend({ poison: true }));
    backends.set('float64', createReferenceBackend());
  });
  after(() => {
    console.log(reached.join('\n'));
    for (const backend of backends.values()) backend.dispose();
  });

  // What imitates a GPU takes seconds for each: there every kind of step is made once.
  const settings = onGpu
    ? [WITH_WEIGHTS, 'nesterov', 'sgd_clip', 'adamw', 'rmsprop_momentum_wd']
    : Object.keys(SETTINGS);
  const some = onGpu ? [WITH_WEIGHTS] : [WITH_WEIGHTS, 'sgd', 'adam', 'adamw', 'rmsprop', 'momentum_smooth'];
  for (const [set, list] of [
    ['plain-dequantised', settings],
    ['batchnorm', some],
    ['plain', onGpu ? ['adam'] : ['sgd', 'adam']],
  ] as const) {
    for (const setting of list) {
      it(`are PyTorch's: ${set}, ${setting}`, async () => {
        reached.push(`${set} ${await check(backends.get('fast')!, set, setting)}`);
      });
    }
  }

  for (const setting of onGpu ? [] : ['nesterov', 'adamw', 'rmsprop_momentum_wd']) {
    it(`are PyTorch's in float64: ${setting}`, async () => {
      reached.push(`float64 ${await check(backends.get('float64')!, 'plain-dequantised', setting)}`);
    });
  }

  it('keep the running statistics of PyTorch', async () => {
    const { network, data } = await goldenSet('batchnorm');
    const trainer = await Trainer.create({ network, examples: data, backend: backends.get('fast')! });
    const { weights } = await trainer.steps(1, { weights: true });
    trainer.dispose();
    for (const layer of ['bn1', 'bn2', 'bn3']) {
      for (const [role, kept] of [
        ['mean', 'mean'],
        ['variance', 'var'],
      ] as const) {
        const expected = await numbers('batchnorm', `${layer}_running_${kept}_1`);
        const error = relativeError(weights![`${layer}.${role}`]!.data, expected);
        expect(error, `${layer}.${role}`).to.be.at.most(1e-6);
      }
    }
  });
});
