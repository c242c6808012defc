import { withInputShapes } from '../../src/graph/batch.ts';
import { Random } from '../../test/support/random.ts';
import type { Goal, Row } from '../host.ts';
import { interleave } from '../interleave.ts';
import { unpool } from '../peers/unpool.ts';
import { squeezeNet } from '../subjects.ts';
import type { Bench, Part } from './part.ts';

const SIDES = [224, 448, 896] as const;
const BATCHES = [1, 8, 64] as const;
/** By which two runs of the same differ. */
const NOISE = 0.05;

/** How the cost grows with the image and with the batch. */
export const scaling: Part = async (bench) => {
  const [side] = SIDES;
  const images = await series(
    bench,
    SIDES.map((px) => ({ batch: 1, px, units: (px / side) ** 2 })),
    'cost per pixel of the largest image, of that of the smallest',
  );
  const batches = await series(
    bench,
    BATCHES.map((batch) => ({ batch, px: side, units: batch })),
    'cost per image in the largest batch, of that of one alone',
  );
  return {
    rows: [...images.rows, ...batches.rows],
    goals: [images.goal, batches.goal],
    notes: [`Linear is 1 ×; two runs of the same differ by up to ${String(100 * NOISE)} %.`],
  };
};

interface Size {
  readonly batch: number;
  readonly px: number;
  /** Work, in multiples of the first's. */
  readonly units: number;
}

async function series(
  { backend, cost }: Bench,
  sizes: readonly Size[],
  text: string,
): Promise<{ rows: Row[]; goal: Goal }> {
  const { name: network, graph } = await squeezeNet();
  const image = graph.inputs[0]!;
  const random = new Random(3);
  const contenders = [];
  for (const { batch, px } of sizes) {
    const shape = [batch, 3, px, px];
    const input = random.tensor(shape, () => 100 * (random.next() - 0.5));
    const sized = withInputShapes(graph, { [image]: shape });
    contenders.push(await unpool(backend, sized, { [image]: input }, { resident: false }, shape.join('×')));
  }
  const timings = await interleave(contenders);
  for (const contender of contenders) await contender.dispose?.();
  const costs = contenders.map(({ name }, i) => cost(timings.get(name)!) / sizes[i]!.units);
  const ratios = costs.map((each) => each / costs[0]!);
  const rows = contenders.map(({ name }, i) => {
    const { coreMs, wallMs, rounds } = timings.get(name)!;
    const growth = `${ratios[i]!.toFixed(2)} ×`;
    return { network, input: name, 'core-ms': coreMs, 'wall ms': wallMs, rounds, 'cost for each unit of work': growth };
  });
  return {
    rows,
    goal: { text: `${network}: ${text}`, reached: ratios.at(-1)!, bound: { atMost: 1 + NOISE }, unit: '×' },
  };
}
