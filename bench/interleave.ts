import { host, type Spread } from './host.ts';

/** Something to be timed beside others. */
export interface Contender {
  readonly name: string;
  /** One run; resolves when its result is there. */
  run(): Promise<unknown>;
  /** CPU time of who does the work, where that is not the browser. */
  cpuMs?(): Promise<number | null>;
  dispose?(): void | Promise<void>;
}

/** Time of one run. */
export interface Timing {
  readonly rounds: number;
  readonly wallMs: Spread;
  /** CPU time of all processes that did the work; undefined where the system does not tell. */
  readonly coreMs: Spread | undefined;
}

/** Systems count CPU time in steps of 10 ms for each process: runs are repeated until that is a small share. */
const BLOCK_MS = 400;
const QUICK_BLOCK_MS = 150;
const PAUSE_MS = 200;
const ROUNDS = 7;
const QUICK_ROUNDS = 3;
/** A contender that is so slow that its rounds would take longer than this gets fewer, but two. */
const PATIENCE_MS = 6_000;
/** Engines compile WebAssembly once more, better, after some calls. */
const WARM_RUNS = 5;

/**
 * Times contenders in turn, A B C A B C …, so that whatever else the machine does meets all of them. Each is run once
 * before, to compile and to find how often it fits into a block.
 */
export async function interleave(contenders: readonly Contender[]): Promise<Map<string, Timing>> {
  const [most, block] = host.quick ? [QUICK_ROUNDS, QUICK_BLOCK_MS] : [ROUNDS, BLOCK_MS];
  const schedule = [];
  for (const contender of contenders) {
    const first = await time(contender, 1);
    // The first run compiles: where that shows, a second one tells more.
    const { wallMs } = first.wallMs > PATIENCE_MS / 2 ? first : await time(contender, 1);
    schedule.push({
      contender,
      repeats: Math.ceil(block / wallMs),
      rounds: Math.min(most, Math.max(2, Math.floor(PATIENCE_MS / wallMs))),
      samples: [] as Sample[],
    });
  }
  for (let round = 0; round < most; round++) {
    for (const { contender, repeats, rounds, samples } of schedule) {
      if (round >= rounds) continue;
      // Short runs find the caches as other contenders left them: the first of a block is not what a page sees.
      if (repeats > 1) await contender.run();
      samples.push(await time(contender, repeats));
    }
  }
  return new Map(
    schedule.map(({ contender: { name }, rounds, samples }) => {
      const coreMs = samples.flatMap((sample) => sample.coreMs ?? []);
      return [
        name,
        {
          rounds,
          wallMs: spread(samples.map(({ wallMs }) => wallMs)),
          coreMs: coreMs.length > 0 ? spread(coreMs) : undefined,
        },
      ];
    }),
  );
}

/** Runs contenders often enough for an engine to have its best code ready, and lets it finish. */
export async function warmUp(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) for (let i = 0; i < WARM_RUNS; i++) await contender.run();
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

interface Sample {
  readonly wallMs: number;
  readonly coreMs: number | undefined;
}

/** Of one run, on average; after a pause, so that what others left to be cleaned up does not count. */
async function time(contender: Contender, repeats: number): Promise<Sample> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const cpuMs = (): Promise<number | null> => contender.cpuMs?.() ?? host.cpuMs();
  const cpuBefore = await cpuMs();
  const before = performance.now();
  for (let i = 0; i < repeats; i++) await contender.run();
  const wallMs = (performance.now() - before) / repeats;
  const cpuAfter = await cpuMs();
  const coreMs = cpuBefore === null || cpuAfter === null ? undefined : (cpuAfter - cpuBefore) / repeats;
  return { wallMs, coreMs };
}

/** Least, middle and largest of some numbers. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}
