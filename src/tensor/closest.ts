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

/** Characters that are compared: each costs a step for each of the other's. */
const LONGEST = 100;

/** The things by how like their names are to what was asked for; capitals do not matter. */
export function byLikeness<T>(asked: string, things: readonly T[], nameOf: (thing: T) => string): T[] {
  const wanted = asked.slice(0, LONGEST).toLowerCase();
  const ranked = things.map((thing) => ({
    thing,
    far: distance(wanted, nameOf(thing).slice(0, LONGEST).toLowerCase()),
  }));
  return ranked.sort((a, b) => a.far - b.far).map(({ thing }) => thing);
}
