import { ArgumentError, MAX_CHANNELS, parseChannels, shown } from '../../src/internal.ts';
import { countOf } from '../internal/attributes.ts';

export interface Feature {
  readonly layer: string;
  readonly channel: number;
}

/**
 * Channels as `3, 17`, or with their layers as `fire2: 3, 17; fire5: 42`; those without are of `layer`. Throws
 * ArgumentError saying what could be there.
 */
export function parseFeatures(text: string, layer: string): readonly Feature[] {
  const features = groupsOf(text).flatMap((group) => {
    // Names may have colons themselves: the last one counts
    const end = group.lastIndexOf(':');
    const channels = parseChannels(group.slice(end + 1));
    if (!channels) {
      const expected = 'channels as 3, 17, or with their layers as fire2: 3, 17; fire5: 42';
      throw new ArgumentError('a layer has no channels', { expected, got: shown(text) });
    }
    return channels.map((channel) => ({ layer: end < 0 ? layer : group.slice(0, end).trim(), channel }));
  });
  if (features.length <= MAX_CHANNELS) return features;
  throw new ArgumentError('the channels make no sense', { expected: `at most ${MAX_CHANNELS}`, got: shown(text) });
}

/** How many images there will be, and how many in a row: those of a layer where there are several layers of as many. */
export function gridOf(text: string): { readonly count: number; readonly columns: number } {
  const sizes = groupsOf(text)
    .slice(0, ROWS)
    .map((group) => countOf(group, 1));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const [first] = sizes as [number];
  const even = sizes.length > 1 && sizes.every((size) => size === first);
  return { count, columns: even ? first : Math.ceil(Math.sqrt(count)) };
}

/** That have room before they are read. */
const ROWS = 16;

/** One at least, if it is empty. */
function groupsOf(text: string): readonly string[] {
  const groups = text.split(';').filter((group) => group.trim() !== '');
  return groups.length > 0 ? groups : [''];
}
