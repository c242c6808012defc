import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { ArgumentError } from '../../../src/errors.ts';
import { RULES } from '../../../src/graph/differentiate.ts';
import { examples } from '../../../src/methods/training/examples.ts';
import { inputOf } from '../../../src/methods/training/example-pictures.ts';
import { Inspector, layersOfNetwork } from '../../../src/methods/training/inspector.ts';
import { averagePool, batchNorm, conv, dense, tanh } from '../../../src/methods/training/layers.ts';
import { graphOf, type Network, type Weights } from '../../../src/methods/training/network.ts';
import { sequential } from '../../../src/methods/training/sequential.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import { openBackend } from '../../support/backends.ts';
import { Random } from '../../support/random.ts';
import { rejection } from '../../rejection.ts';

const weightsOf = ({ parameters, buffers }: Network): Weights => ({ ...parameters, ...buffers });

const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.hypot(...b.map((value, i) => value - a[i]!)) / Math.hypot(...b);

describe('an inspector', () => {
  let backend: Backend;
  let network: Network;
  let input: Tensor;
  before(async () => {
    backend = await openBackend({ poison: true });
    network = await sequential([conv(3, 3), batchNorm(), tanh(), averagePool(2), dense(4)], { input: [2, 6, 6] });
    const random = new Random(5);
    const images = Uint8Array.from({ length: 144 }, () => Math.floor(256 * random.next()));
    const two = examples({ images, labels: [0, 1], classes: 4, shape: [2, 6, 6], mean: [90, 20], std: [50, 60] });
    input = inputOf(two, 1);
    expect(input.shape).to.deep.equal([1, 2, 6, 6]);
    expect(input.data[36]!).to.be.closeTo((images[72 + 36]! - 20) / 60, 1e-6);
  });
  after(() => {
    backend.dispose();
  });

  /** In float64, by a graph of its own. */
  const scoresOf = async (weights: Weights, picture: Tensor): Promise<readonly number[]> => {
    const executable = await createReferenceBackend().compile(graphOf(network, weights));
    return [...Object.values(await executable.run({ images: picture }))[0]!.data].map(Number);
  };

  it('sees scores, layers and gradients of whatever weights it is given', async () => {
    const inspector = await Inspector.open(network, backend, { layer: 'averagePool1' });
    for (const seed of [1, 9]) {
      const weights = weightsOf(network.withSeed(seed));
      const { scores, layer, gradient } = await inspector.look(weights, input, 2);
      expect(layer.shape).to.deep.equal([3, 3, 3]);
      expect(gradient.shape).to.deep.equal([2, 6, 6]);
      expect(distance(scores, await scoresOf(weights, input))).to.be.below(2e-6);
      // Central differences of the score of class 2
      const STEP = 1 / 256;
      const slopes: number[] = [];
      for (let i = 0; i < 72; i++) {
        const moved = async (by: number): Promise<number> => {
          const data = Float32Array.from(input.data, (value, at) => (at === i ? value + by : value));
          return (await scoresOf(weights, float32(input.shape, data)))[2]!;
        };
        slopes.push(((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP));
      }
      expect(distance(gradient.data, slopes)).to.be.below(1e-3);
    }
    inspector.dispose();
  });

  it('knows the layers, and sends back by other rules', async () => {
    const layers = layersOfNetwork(network).map(({ name, shape }) => `${name} ${shape.join('×')}`);
    expect(layers).to.include.members(['conv1 1×3×6×6', 'tanh1 1×3×6×6', 'averagePool1 1×3×3×3', 'dense1 1×4']);
    const guided = await Inspector.open(network, backend, { layer: 'conv1', rules: RULES.guided });
    expect((await guided.look(weightsOf(network), input, 0)).layer.shape).to.deep.equal([3, 6, 6]);
    guided.dispose();
    await rejection(ArgumentError, () => Inspector.open(network, backend, { layer: 'conv7' }));
  });
});
