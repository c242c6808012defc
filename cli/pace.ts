import { duration, pictures, short } from './words.ts';

const MILLION = 1e6;

/** How fast it went, and how long the pictures of a large corpus would take. */
export function paceText(count: number, ms: number, adapter: string): string {
  const perSecond = (1000 * count) / ms;
  const million = duration((1000 * MILLION) / perSecond);
  return `${pictures(count)} in ${duration(ms)} on ${adapter}: ${short(perSecond)} a second; a million would take ${million}, less in shards side by side`;
}
