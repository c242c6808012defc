import type { Life, Room } from '../arrange.ts';

/** A line of the cache. */
const ALIGNMENT_BYTES = 64;

/**
 * All tensors in one piece of memory: the largest first, each at the lowest place that is free while it lives (Pisarchyk &
 * Lee 2020, "Efficient memory management for deep neural net inference", greedy by size). Takes less than slots, of which
 * each is as large as the largest tensor in it.
 */
export function inOnePiece(lives: readonly Life[]): Room {
  const at: { slot: number; offset: number }[] = [];
  /** Of those that have a place: in the order of their places. */
  const placed: { readonly life: Life; readonly offset: number; readonly end: number }[] = [];
  let bytes = 0;
  for (const index of [...lives.keys()].sort((a, b) => lives[b]!.bytes - lives[a]!.bytes)) {
    const life = lives[index]!;
    const taken = Math.ceil(life.bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    let offset = 0;
    for (const other of placed) {
      if (other.offset >= offset + taken) break;
      if (other.life.from <= life.to && life.from <= other.life.to) offset = Math.max(offset, other.end);
    }
    const before = placed.findLastIndex((other) => other.offset <= offset);
    placed.splice(before + 1, 0, { life, offset, end: offset + taken });
    at[index] = { slot: 0, offset };
    bytes = Math.max(bytes, offset + taken);
  }
  return { slots: [bytes], at };
}
