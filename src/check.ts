import { ArgumentError } from './errors.ts';

// Checks of what callers give. Types do not hold in scripts without them, so each takes anything.

/** Characters of a text that an error repeats. */
const SHOWN = 60;

/** A value as an error names it: texts in quotes and cut off, lists and objects by their kind. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}"`;
  if (Array.isArray(value)) {
    const simple = value.length <= 4 && !value.some(Array.isArray);
    return simple ? `[${value.map(shown).join(', ')}]` : `a list of ${value.length}`;
  }
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.prototype.toString.call(value).replace(/^\[object (.*)\]$/, 'an object ($1)');
}

/** Throws {@link ArgumentError} unless `value` is a whole number from `least` to `most`; returns it. */
export function checkWhole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw new ArgumentError(`${name} makes no sense`, {
    expected: `a whole number from ${least} to ${most}`,
    got: shown(value),
  });
}

/** Where a number may lie; any finite one by default. */
export interface NumberLimits {
  readonly least?: number;
  readonly most?: number;
  /** Less than the least: it must be larger. */
  readonly above?: number;
  /** More than the most: it must be smaller. */
  readonly below?: number;
}

/** Throws {@link ArgumentError} unless `value` is a finite number within limits; returns it. */
export function checkNumber(name: string, value: unknown, limits: NumberLimits = {}): number {
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = limits;
  const fits = Number.isFinite(value) && least <= Number(value) && Number(value) <= most;
  if (fits && above < Number(value) && Number(value) < below) return Number(value);
  throw new ArgumentError(`${name} makes no sense`, { expected: `a number${wordsFor(limits)}`, got: shown(value) });
}

function wordsFor({ least, most, above, below }: NumberLimits): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const words = [
    [least, 'of at least'],
    [above, 'above'],
    [most, 'of at most'],
    [below, 'below'],
  ] as const;
  return words.flatMap(([limit, word]) => (limit === undefined ? [] : [` ${word} ${limit}`])).join(' and');
}

/** Throws {@link ArgumentError} unless `value` is one of some texts; returns it. */
export function checkChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const known = choices.find((choice) => choice === value);
  if (known !== undefined) return known;
  throw new ArgumentError(`there is no ${name} ${shown(value)}`, { expected: choices.join(', ') });
}

/** Throws {@link ArgumentError} unless `value` is a text; returns it. */
export function checkText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ArgumentError(`${name} makes no sense`, { expected: 'a text', got: shown(value) });
}

/** Throws {@link ArgumentError} unless `value` is a list of at most so many; returns it. */
export function checkList<T>(name: string, value: readonly T[] | undefined, most: number = Infinity): readonly T[] {
  const given: unknown = value;
  if (value && Array.isArray(given) && given.length <= most) return value;
  throw new ArgumentError(`${name} makes no sense`, {
    expected: most === Infinity ? 'a list' : `a list of at most ${most}`,
    got: Array.isArray(given) ? `a list of ${given.length}` : shown(given),
  });
}
