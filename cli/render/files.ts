import { gunzipSync, gzipSync } from 'node:zlib';
import type { Found } from './in-page.ts';

/** Names of the files of figures, without endings: their ids, or their tags with a number, each once. */
export function fileNames(figures: readonly Found[]): string[] {
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  return figures.map(({ tag, id }) => {
    const count = (counts.get(tag) ?? 0) + 1;
    counts.set(tag, count);
    const plain = id
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100);
    const name = plain === '' ? `${tag}-${count}` : plain;
    let free = name;
    // Some disks do not tell large letters from small ones
    for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name}-${i}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/**
 * A stored figure whose addresses are as the page's own: where it was served for a while means nothing to its readers. `base` is
 * what addresses of the page are relative to.
 */
export function withPageAddresses(file: Uint8Array, origin: string, base: string): Uint8Array {
  const folder = new URL('.', base).href;
  const stored: unknown = JSON.parse(gunzipSync(file).toString('utf8'), (_, value: unknown) =>
    typeof value === 'string' && value.includes(origin) ? value.replaceAll(folder, '').replaceAll(origin, '') : value,
  );
  return gzipSync(JSON.stringify(stored));
}
