import { ArgumentError } from '../errors.ts';

/** Parts of a corpus that several runs share out: which of them, from 1 on, are wholly in a result. */
export interface Shards {
  readonly of: number;
  /** Ascending. */
  readonly done: readonly number[];
}

/** What of a corpus went through: all of it, or some shards of it. */
export interface Coverage {
  /** All of it. */
  readonly complete: boolean;
  /** Undefined where it was not shared out, or every shard is there. */
  readonly shards?: Shards | undefined;
}

/**
 * What of a corpus several results cover together. Which of them comes first does not matter, nor which are joined first.
 * Throws ArgumentError where they are not shards of one division.
 */
export function joinCoverage(results: readonly Coverage[]): Coverage {
  const shards = results.flatMap((result) => result.shards ?? []);
  if (shards.length === 0) return { complete: results.every(({ complete }) => complete) };
  const divisions = new Set(shards.map(({ of }) => of));
  if (shards.length < results.length || divisions.size > 1) {
    const kinds = [...divisions].sort((a, b) => a - b).map((of) => `shards of ${of}`);
    throw new ArgumentError('these are no parts of one corpus', {
      expected: 'shards of one division',
      got: [...(shards.length < results.length ? ['a whole corpus'] : []), ...kinds].join(' and '),
    });
  }
  const [{ of }] = shards as [Shards];
  const done = [...new Set(shards.flatMap((one) => one.done))].sort((a, b) => a - b);
  return done.length === of ? { complete: true } : { complete: false, shards: { of, done } };
}
