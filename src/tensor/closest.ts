/**
 * How much of `asked` must be changed to be found somewhere in `name` (Sellers 1980), then how much of `name` is
 * something else: `conv1` is closer to `/features/conv1/Conv` than to `conv2`.
 */
function distance(asked: string, name: string): number {
  let previous = new Array<number>(name.length + 1).fill(0);
  for (let i = 1; i <= asked.length; i++) {
    const row = [i];
    for (let j = 1; j <= name.length; j++) {
      const substitution = previous[j - 1]! + (asked[i - 1] === name[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return Math.min(...previous) + Math.abs(name.length - asked.length) / 100;
}

/** Characters of a name that are compared, and comparisons of two characters in all: some 20 ms. */
const MAX_LENGTH = 60;
const MAX_COMPARISONS = 4e6;

/**
 * The things by how like their names are to what was asked for; capitals do not matter. Of very many those that contain it
 * come first, and the others only as far as comparing them takes no time.
 */
export function byLikeness<T>(asked: string, things: readonly T[], nameOf: (thing: T) => string): T[] {
  const sought = asked.slice(0, MAX_LENGTH).toLowerCase();
  const most = Math.ceil(MAX_COMPARISONS / (MAX_LENGTH * (sought.length + 1)));
  const named = things.map((thing) => ({ thing, name: nameOf(thing).slice(0, MAX_LENGTH).toLowerCase() }));
  const within = named.length <= most ? named : [...named.filter(({ name }) => name.includes(sought)), ...named];
  const ranked = within.slice(0, most).map(({ thing, name }) => ({ thing, far: distance(sought, name) }));
  return [...new Set([...ranked.sort((a, b) => a.far - b.far).map(({ thing }) => thing), ...things])];
}
