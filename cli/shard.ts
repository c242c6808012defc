import { ArgumentError, type Coverage } from '../src/internal.ts';
import type { Shard } from './corpus.ts';

/** What a result covers after a run over the corpus, or over a shard of it, that went on from another. */
export function afterShard(from: Coverage | undefined, shard: Shard | undefined, isThrough: boolean): Coverage {
  // All shards of what is complete are in it already
  if (!shard || from?.complete) return { complete: isThrough };
  const done = new Set([...(from?.shards?.done ?? []), ...(isThrough ? [shard.number] : [])]);
  const shards = { of: shard.of, done: [...done].sort((a, b) => a - b) };
  return shards.done.length === shard.of ? { complete: true } : { complete: false, shards };
}

/** Throws {@link ArgumentError} where a file is of another part of the corpus than what is asked for. */
export function checkShard({ shards, complete }: Coverage, shard: Shard | undefined, file: string): void {
  if (shards?.of === shard?.of || (shard && complete)) return;
  const said = (of: number | undefined): string => (of === undefined ? 'the whole corpus' : `shards of ${of}`);
  throw new ArgumentError('the file is of another part of the corpus', {
    where: file,
    expected: said(shard?.of),
    got: said(shards?.of),
    remedy: 'Name another file.',
  });
}
