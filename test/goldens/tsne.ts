import { affinities, divergenceOf, stepGraph, tsne, type Embedding } from '../../src/corpus/tsne.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { golden } from '../goldens.ts';
import { trustworthiness } from '../support/trustworthiness.ts';
import { largestDifference, relativeL2, type Row } from './report.ts';

const NEIGHBOURS = 12;

/** Rows become columns. */
function transposed({ shape, data }: Tensor): Tensor {
  const [n, d] = shape as [number, number];
  return float32(
    [d, n],
    Float32Array.from(data, (_, at) => data[(at % n) * d + Math.floor(at / n)]!),
  );
}

/** Exact t-SNE against scikit-learn's: what it starts from, and how good its map becomes. */
export async function checkTsne(backend: Backend, report: (row: Row) => void): Promise<void> {
  const { manifest, tensor } = await golden('tsne');
  const [data, expectedP, start, gradient, map] = await Promise.all(['data', 'P', 'Y0', 'grad0', 'Y'].map(tensor));
  const subject = 't-SNE of 300 digits';
  const row = (quantity: string, measure: string, value: number, bound: number, atLeast = false): void =>
    report({ subject, quantity, measure, value, bound, atLeast });

  const p = await affinities(backend, transposed(data!), manifest['perplexity'] as number);
  row('P', 'relative L2', relativeL2(p.data, expectedP!.data), 1e-4);

  // From the golden P, so that one difference does not hide another
  const n = start!.shape[0]!;
  const still = float32([2, n], new Float32Array(2 * n));
  const executable = await backend.compile(stepGraph(expectedP!));
  const y = transposed(start!);
  const inputs = { y, velocity: still, gains: still, exaggeration: float32([1], [1]), rates: float32([2], [0, 0]) };
  const { gradient: found } = await executable.run(inputs, { read: ['gradient'] });
  executable.dispose();
  row('gradient', 'relative L2', relativeL2(found!.data, transposed(gradient!).data), 1e-4);
  const divergence = await divergenceOf(backend, expectedP!, y);
  const expected = manifest['kl_at_Y0'] as number;
  row('KL(P‖Q) at the start', 'relative', Math.abs(divergence / expected - 1), 1e-5);

  const run = async (): Promise<Embedding> => {
    let last: Embedding | undefined;
    for await (const embedding of tsne(backend, data!, { start: start!, iterations: 500 })) last = embedding;
    return last!;
  };
  const first = await run();
  row('KL(P‖Q) after 500', 'nats', first.divergence!, 0.28);
  const reference = trustworthiness(data!, map!.data, NEIGHBOURS);
  const trust = trustworthiness(data!, first.positions, NEIGHBOURS);
  row(
    'trustworthiness',
    `${NEIGHBOURS} neighbours; theirs less 0.01`,
    trust,
    Number((reference - 0.01).toFixed(7)),
    true,
  );
  row('a second run', 'largest difference', largestDifference((await run()).positions, first.positions), 0);
}
