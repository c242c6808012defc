import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad, type Device } from '@jax-js/jax';
import { change, CLASSES, FILTERS, KERNEL, SIDE, type Lesson, type Pupil } from './pupil.ts';

type Weights = { conv1: np.Array; bias1: np.Array; conv2: np.Array; bias2: np.Array; dense: np.Array; bias: np.Array };
type State = { weights: Weights; velocity: Weights };

/** Training in jax-js: a whole step is one function that `jit` compiles; mini-batches are on its device from the start. */
export async function jaxPupil(
  { batches, rate, momentum, first, steps }: Lesson,
  device: Device,
): Promise<Pupil | undefined> {
  if (!(await init(device)).includes(device)) return undefined;
  defaultDevice(device);
  const data = batches.map(({ pictures, labels }) => ({
    x: np.array(pictures).reshape([labels.length, 1, SIDE, SIDE]),
    y: nn.oneHot(np.array(Int32Array.from(labels)), CLASSES),
  }));
  const begin = (): State => {
    const weights = {
      conv1: np.array(first.conv1).reshape([FILTERS[0], 1, KERNEL, KERNEL]),
      bias1: np.zeros([FILTERS[0], 1, 1]),
      conv2: np.array(first.conv2).reshape([FILTERS[1], FILTERS[0], KERNEL, KERNEL]),
      bias2: np.zeros([FILTERS[1], 1, 1]),
      dense: np.array(first.dense).reshape([CLASSES, first.dense.length / CLASSES]),
      bias: np.zeros([CLASSES]),
    };
    const velocity = tree.map<np.Array, np.Array, Weights>((values) => np.zeros(values.shape), tree.ref(weights));
    return { weights, velocity };
  };
  const step = jit(({ weights, velocity }: State, x: np.Array, y: np.Array): { state: State; loss: np.Array } => {
    const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(weights), x, y);
    const pairwise = tree.map<np.Array, np.Array, Weights>;
    const next = pairwise((v, g) => v.mul(momentum).add(g), velocity, gradient);
    const moved = pairwise((w, v) => w.sub(v.mul(rate)), weights, tree.ref(next));
    return { state: { weights: moved, velocity: next }, loss };
  });
  let state = begin();
  return {
    name: `jax-js ${device}`,
    run: async () => {
      defaultDevice(device);
      for (let i = 0; i < steps; i++) {
        const { x, y } = data[i % data.length]!;
        const { state: next, loss } = step(state, x.ref, y.ref);
        state = next;
        if (i === steps - 1) await loss.data();
        else loss.dispose();
      }
    },
    output: async () => {
      defaultDevice(device);
      const { x, y } = data[0]!;
      const { state: after, loss } = step(begin(), x.ref, y.ref);
      loss.dispose();
      const filters = (await after.weights.conv1.ref.data()) as Float32Array;
      tree.dispose(after);
      return change(filters, first.conv1);
    },
    dispose: () => {
      defaultDevice(device);
      tree.dispose(state);
      for (const { x, y } of data) tree.dispose([x, y]);
    },
  };
}

function lossOf({ conv1, bias1, conv2, bias2, dense, bias }: Weights, x: np.Array, y: np.Array): np.Array {
  const pooled = (input: np.Array, filters: np.Array, biases: np.Array): np.Array => {
    const maps = nn.relu(lax.conv(input, filters, [1, 1], 'SAME').add(biases));
    const [n, c, h, w] = maps.shape as [number, number, number, number];
    // Windows lie side by side: their largest numbers are those along two axes of a view.
    return maps.reshape([n, c, h / 2, 2, w / 2, 2]).max([3, 5]);
  };
  const maps = pooled(pooled(x, conv1, bias1), conv2, bias2);
  const rows = maps.reshape([maps.shape[0]!, -1]);
  const scores = np.matmul(rows, dense.transpose()).add(bias);
  return nn.logSoftmax(scores, -1).mul(y).sum(-1).mean().mul(-1);
}
