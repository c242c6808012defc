import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import type { BackendHold } from '../../../src/engine/shared.ts';
import { ArgumentError, DeviceLostError, ShapeError, UseAfterDisposeError } from '../../../src/errors.ts';
import { augmentation } from '../../../src/methods/training/augmentation.ts';
import { examples, selected, type Examples } from '../../../src/methods/training/examples.ts';
import { inputOf } from '../../../src/methods/training/example-pictures.ts';
import { batchNorm, conv, dense, dropout, flatten, maxPool, relu } from '../../../src/methods/training/layers.ts';
import { meanSquares } from '../../../src/methods/training/losses.ts';
import type { Network } from '../../../src/methods/training/network.ts';
import { adam, sgd } from '../../../src/methods/training/optimisers.ts';
import { sequential } from '../../../src/methods/training/sequential.ts';
import {
  Trainer,
  TrainingDivergedError,
  type TrainerOptions,
  type TrainingSnapshot,
} from '../../../src/methods/training/trainer.ts';
import { jitter } from '../../../src/methods/parts/transforms.ts';
import { lose, openBackend } from '../../support/backends.ts';
import { Random } from '../../support/random.ts';
import { rejection } from '../../rejection.ts';

/** Pictures of noise with a bright quarter: which one it is is their class. */
function quarters(count: number, seed: number): Examples {
  const random = new Random(seed);
  const images = new Uint8Array(count * 36);
  const labels = Array.from({ length: count }, (_, i) => {
    const label = Math.floor(4 * random.next());
    for (let at = 0; at < 36; at++) {
      const [row, column] = [Math.floor(at / 6), at % 6];
      const bright = Math.floor(row / 3) * 2 + Math.floor(column / 3) === label;
      images[i * 36 + at] = Math.floor(100 * random.next()) + (bright ? 80 : 0);
    }
    return label;
  });
  return examples({ images, labels, classes: 4, shape: [1, 6, 6] });
}

const network = (seed = 1): Promise<Network> =>
  sequential([conv(6, 3), batchNorm(), relu(), maxPool(2), dropout(0.2), dense(4)], { input: [1, 6, 6], seed });

describe('a trainer', () => {
  let backend: Backend;
  let data: Examples;
  const open = async (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
    Trainer.create({
      network: await network(),
      examples: data,
      optimiser: adam(0.01),
      batch: 16,
      backend,
      augmentation: augmentation({ shift: 1, contrast: 0.1 }),
      ...options,
    });
  before(async () => {
    backend = await openBackend({ poison: true });
    data = quarters(100, 1);
  });
  after(() => {
    backend.dispose();
  });

  it('learns, and is as good at what it has not seen', async () => {
    const trainer = await open();
    const heldOut = quarters(70, 2);
    const before = await trainer.evaluate(heldOut);
    expect(before.count).to.equal(70);
    expect(before.accuracy).to.be.below(0.6);
    const { losses, accuracies, gradientNorms, step, epoch, weights } = await trainer.steps(120);
    expect(step).to.equal(120);
    // 6 batches of 16 in each epoch of 100
    expect(epoch).to.be.closeTo(19.96, 1e-9);
    expect([losses.length, accuracies.length, gradientNorms.length]).to.deep.equal([120, 120, 120]);
    expect(losses.at(-1)!).to.be.below(0.5 * losses[0]!);
    expect(weights).to.equal(undefined);
    const after = await trainer.evaluate(heldOut);
    expect(after.accuracy).to.be.above(0.9);
    expect(after.loss).to.be.below(before.loss);
    trainer.dispose();
  });

  it('comes to the same bits in whatever portions, after a reset, paused or not', async () => {
    const trainer = await open();
    const whole = await trainer.steps(90, { weights: true });
    await trainer.reset();
    expect(trainer.step).to.equal(0);
    const parts: number[] = [];
    for (const count of [1, 30, 7, 52]) parts.push(...(await trainer.steps(count)).losses);
    expect(parts).to.deep.equal([...whole.losses]);
    expect(await trainer.weights()).to.deep.equal(whole.weights);

    await trainer.reset();
    const snapshots: TrainingSnapshot[] = [];
    await trainer.start({
      pace: 1,
      onSnapshot: (snapshot) => {
        snapshots.push(snapshot);
        if (snapshots.length === 3) trainer.pause();
      },
    });
    expect(trainer.isRunning).to.equal(false);
    expect(snapshots).to.have.length(3);
    await trainer.start({ steps: 90 - trainer.step, onSnapshot: (snapshot) => snapshots.push(snapshot) });
    expect(snapshots.flatMap(({ losses }) => [...losses])).to.deep.equal([...whole.losses]);
    expect(await trainer.weights()).to.deep.equal(whole.weights);

    await trainer.reset(7);
    expect([...(await trainer.steps(3)).losses]).not.to.deep.equal([...whole.losses.subarray(0, 3)]);
    await trainer.reset(1);
    expect([...(await trainer.steps(3)).losses]).to.deep.equal([...whole.losses.subarray(0, 3)]);
    trainer.dispose();
  });

  it('changes rate, batch and optimiser on the way', async () => {
    const trainer = await open({ augmentation: undefined });
    await trainer.steps(5);
    await trainer.set({ rate: 0 });
    const still = await trainer.weights();
    expect((await trainer.steps(2, { weights: true })).weights!['dense1.weight']).to.deep.equal(still['dense1.weight']);
    await trainer.set({ batch: 20, rate: 0.02 });
    expect((await trainer.steps(1)).rate).to.equal(0.02);
    expect(trainer.settings.batch).to.equal(20);
    await trainer.set({ optimiser: sgd(0.05, { momentum: 0.5 }), clip: 1, transforms: [jitter(1)] });
    const { losses, step } = await trainer.steps(60);
    expect(step).to.equal(68);
    expect(losses.at(-1)!).to.be.below(losses[0]!);
    await rejection(ArgumentError, () => trainer.set({ batch: 101 }));
    await rejection(ArgumentError, () => trainer.set({ rate: -1 }));
    trainer.dispose();
  });

  it('stops where there are no numbers any more, with the last good weights, and says at which layer', async () => {
    const trainer = await open({ optimiser: sgd(0.1), augmentation: undefined });
    const { weights } = await trainer.steps(4, { weights: true });
    await trainer.set({ rate: 1e6 });
    const error = await rejection(TrainingDivergedError, async () => {
      for (;;) await trainer.steps(30);
    });
    expect(error.step).to.be.at.least(4);
    expect(error.code).to.equal('diverged');
    const kept = await trainer.weights();
    for (const name of Object.keys(weights!)) expect(kept[name]!.data.every(Number.isFinite), name).to.equal(true);
    trainer.dispose();

    const plain = await sequential(
      [conv(3, 3, { name: 'first' }), relu({ name: 'middle' }), dense(4, { name: 'last' })],
      {
        input: [1, 6, 6],
      },
    );
    const broken = {
      ...plain,
      parameters: {
        ...plain.parameters,
        'last.bias': { ...plain.parameters['last.bias']!, data: Float32Array.of(0, NaN, 0, 0) },
      },
    };
    const other = await open({ network: broken });
    const second = await rejection(TrainingDivergedError, () => other.steps(3));
    expect([second.step, second.layer]).to.deep.equal([0, 'last']);
    other.dispose();
  });

  it('streams what does not fit', async () => {
    const small = await open();
    const expected = await small.steps(20, { weights: true });
    small.dispose();
    // Of a picture there are nine words, and one of its class.
    const streamed = await open({ residentBytes: 40 * 16 * 7 });
    const found = await streamed.steps(20, { weights: true });
    expect([...found.losses]).to.deep.equal([...expected.losses]);
    expect(found.weights).to.deep.equal(expected.weights);
    streamed.dispose();
  });

  it('goes on where the device is lost', async () => {
    const own = await openBackend();
    const expected = await open({ backend: own });
    const { losses } = await expected.steps(12);
    await expected.reset();
    await expected.steps(5);
    await lose(own, false);
    const { losses: rest, step } = await expected.steps(7);
    expect(step).to.equal(12);
    expect([...rest]).to.deep.equal([...losses.subarray(5)]);
    expected.dispose();
    own.dispose();
  });

  it('says what it takes each picture for, the first class where several are alike', async () => {
    const trainer = await open();
    await trainer.steps(20);
    const heldOut = quarters(150, 2);
    const { accuracy, predicted } = await trainer.evaluate(heldOut);
    const executable = await backend.compile(await trainer.graph());
    for (let i = 0; i < heldOut.count; i++) {
      const [scores] = Object.values(await executable.run({ images: inputOf(heldOut, i) }));
      const list = [...scores!.data];
      expect(predicted[i], `picture ${i}`).to.equal(list.indexOf(Math.max(...list)));
    }
    const right = [...predicted].filter((label, i) => heldOut.targets.values[4 * i + label] === 1).length;
    expect(accuracy).to.be.closeTo(right / 150, 1e-6);
    await trainer.reset();
    await trainer.steps(20);
    expect((await trainer.evaluate(heldOut)).predicted, 'again, of what is on the device').to.deep.equal(predicted);
    executable.dispose();
    trainer.dispose();

    const flat = await open({
      network: await sequential([flatten(), dense(4, { bias: false })], { input: [1, 6, 6] }),
    });
    const dark = examples({ images: new Uint8Array(72), labels: [0, 1], classes: 4, shape: [1, 6, 6] });
    expect([...(await flat.evaluate(dark)).predicted]).to.deep.equal([0, 0]);
    flat.dispose();
  });

  it('moves to another backend where the device is lost for good, and loses nothing', async () => {
    let isLost = false;
    const expectDevice = (): void => {
      if (isLost) throw new DeviceLostError('it is gone');
    };
    const first: Backend = {
      adapter: backend.adapter,
      counters: backend.counters,
      compile: async (graph, options) => {
        expectDevice();
        const executable = await backend.compile(graph, options);
        return {
          graph,
          run: async (...args) => {
            expectDevice();
            return executable.run(...args);
          },
          tierUp: () => executable.tierUp(),
          dispose: () => {
            executable.dispose();
          },
        };
      },
      dispose: () => undefined,
    };
    let released = 0;
    const held = (): BackendHold => ({
      backend: Promise.resolve(isLost ? backend : first),
      release: () => {
        released++;
      },
    });
    const expected = await open();
    const { weights } = await expected.steps(9, { weights: true });
    const heldOut = quarters(70, 2);
    const { loss } = await expected.evaluate(heldOut);
    expected.dispose();
    for (const how of ['steps', 'weights', 'evaluate'] as const) {
      isLost = false;
      released = 0;
      const trainer = await open({ backend: held });
      await trainer.steps(5);
      if (how === 'steps') isLost = true;
      await trainer.steps(4);
      isLost = true;
      if (how === 'evaluate') expect((await trainer.evaluate(heldOut)).loss).to.equal(loss);
      expect(await trainer.weights(), how).to.deep.equal(weights);
      expect([trainer.backend, released], how).to.deep.equal([backend, 1]);
      trainer.dispose();
      expect(released, how).to.equal(2);
    }
  });

  it('learns numbers too', async () => {
    const random = new Random(3);
    const images = Float32Array.from({ length: 64 * 4 }, () => random.normal());
    const targets = Float32Array.from({ length: 64 }, (_, i) => images[4 * i]! - 2 * images[4 * i + 3]!);
    const trainer = await open({
      network: await sequential([flatten(), dense(1)], { input: [1, 2, 2] }),
      examples: examples({ images, targets, outputs: 1, shape: [1, 2, 2] }),
      loss: meanSquares(),
      optimiser: sgd(0.1),
      augmentation: undefined,
    });
    const { losses, accuracies, weights } = await trainer.steps(150, { weights: true });
    expect(losses.at(-1)!).to.be.below(1e-4);
    expect(accuracies[0]).to.deep.equal(NaN);
    expect(weights!['dense1.weight']!.data[3]).to.be.closeTo(-2, 0.01);
    trainer.dispose();
  });

  it('says what does not fit', async () => {
    const images = new Uint8Array(72);
    const shape = [1, 6, 6] as const;
    expect(() => examples({ images, labels: [0, 4], classes: 4, shape })).to.throw(ArgumentError, 'picture 1');
    expect(() => examples({ images, labels: [0], classes: 4, shape })).to.throw(ArgumentError);
    expect(() => examples({ images, labels: [0, 1.5], classes: 4, shape })).to.throw(ArgumentError);
    expect(() => examples({ images: images.subarray(1), labels: [0, 1], classes: 4, shape })).to.throw(ArgumentError);
    expect(() => examples({ images, shape })).to.throw(ArgumentError, 'nothing to learn');
    const two = examples({ images, labels: [0, 1], classes: 4, shape });
    expect((await rejection(ArgumentError, () => open({ examples: two }))).message).to.contain('fewer pictures');
    const five = examples({ images, labels: [0, 1], classes: 5, shape });
    await rejection(ArgumentError, () => open({ examples: five, batch: 2 }));
    const wide = examples({ images, labels: [0], classes: 4, shape: [2, 6, 6] });
    await rejection(ShapeError, () => open({ examples: wide, batch: 1 }));
    expect(selected(two, [1]).count).to.equal(1);
    const trainer = await open();
    const aborted = await trainer.steps(5, { signal: AbortSignal.abort() }).catch((error: unknown) => error);
    expect((aborted as DOMException).name).to.equal('AbortError');
    expect(trainer.step).to.equal(0);
    trainer.dispose();
    trainer.dispose();
    await rejection(UseAfterDisposeError, () => trainer.steps(1));
  });
});
