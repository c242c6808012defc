import { withInputShapes } from '../../src/graph/batch.ts';
import { Random } from '../../test/support/random.ts';
import type { Goal, Row } from '../host.ts';
import { interleave } from '../interleave.ts';
import { unpool, type Own } from '../peers/unpool.ts';
import { flopsOf, squeezeNet } from '../subjects.ts';
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
    'cost per operation for the largest image, of that for the smallest',
  );
  const batches = await series(
    bench,
    BATCHES.map((batch) => ({ batch, px: side, units: batch })),
    'cost per operation for the largest batch, of that for one image',
  );
  return {
    rows: [...images.rows, ...batches.rows],
    goals: [images.goal, batches.goal],
    notes: [
      `Linear is 1 ×; two runs of the same differ by up to ${String(100 * NOISE)} %.`,
      'Halved again and again and rounded down, a small image loses more of its border than a large one, which therefore takes more operations a pixel.',
    ],
  };
};

interface Size {
  readonly batch: number;
  readonly px: number;
  /** Pixels, in multiples of the first's. */
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
  const contenders: Own[] = [];
  const operations: number[] = [];
  for (const { batch, px } of sizes) {
    const shape = [batch, 3, px, px];
    const input = random.tensor(shape, () => 100 * (random.next() - 0.5));
    const sized = withInputShapes(graph, { [image]: shape });
    operations.push(flopsOf(sized));
    contenders.push(await unpool(backend, sized, { [image]: input }, { resident: false, name: shape.join('×') }));
  }
  const timings = await interleave(contenders);
  for (const contender of contenders) await contender.dispose?.();
  const growth = (amounts: readonly number[]): number[] => {
    const costs = contenders.map(({ name }, i) => cost(timings.get(name)!) / amounts[i]!);
    return costs.map((each) => each / costs[0]!);
  };
  const perPixel = growth(sizes.map(({ units }) => units));
  const perOperation = growth(operations);
  const rows = contenders.map(({ name }, i) => {
    const { coreMs, wallMs, rounds } = timings.get(name)!;
    return {
      network,
      input: name,
      'core-ms': coreMs,
      'wall ms': wallMs,
      rounds,
      'cost of a pixel': `${perPixel[i]!.toFixed(2)} ×`,
      'cost of an operation': `${perOperation[i]!.toFixed(2)} ×`,
    };
  });
  return {
    rows,
    goal: { text: `${network}: ${text}`, reached: perOperation.at(-1)!, bound: { atMost: 1 + NOISE }, unit: '×' },
  };
}
