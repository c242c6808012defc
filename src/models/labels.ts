import { ArgumentError, ModelFormatError } from '../errors.ts';
import { MAX_LABELS, MAX_NAME_LENGTH } from '../limits.ts';
import { byLikeness } from '../tensor/closest.ts';
import { fetchJson, type FetchOptions } from './fetch.ts';

/** A class of a network; `id` is its index in the scores. */
export interface Label {
  readonly id: number;
  readonly name: string;
  /** WordNet id, such as n02123045. */
  readonly synset?: string;
}

/** Characters of a wrong entry or query that an error repeats, and classes that it names. */
const MAX_SHOWN = 80;
const MAX_NAMED = 5;

/** Fetches labels as JSON, in any of the forms of {@link parseLabels}. */
export async function loadLabels(
  url: string | URL,
  options: Pick<FetchOptions, 'signal'> = {},
): Promise<readonly Label[]> {
  const { json, base } = await fetchJson(url, { ...options, keep: true });
  return parseLabels(json, base);
}

const EXPECTED =
  'a list, or an object with the keys 0, 1, 2…, of a name, a pair [synset, name] or {id, name} for each class';

/**
 * Checks a list of labels, or an object by number as Keras writes it. A class with an empty name is called by its number.
 * Throws {@link ModelFormatError} naming the entry, and where numbers are missing or occur twice.
 */
export function parseLabels(json: unknown, where: string = 'labels'): readonly Label[] {
  if (typeof json !== 'object' || json === null) {
    throw new ModelFormatError('not a list of labels', { where, expected: EXPECTED, got: typeof json });
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(json);
  if (entries.length > MAX_LABELS) {
    const [expected, got] = [`at most ${MAX_LABELS.toLocaleString('en')}`, entries.length.toLocaleString('en')];
    throw new ModelFormatError('too many labels', { where, expected, got });
  }
  const labels = entries.map(([key, entry]) => parseLabel(key, entry, where)).sort((a, b) => a.id - b.id);
  const wrong = labels.findIndex(({ id }, i) => id !== i);
  if (wrong >= 0) {
    const twice = labels[wrong - 1]?.id === labels[wrong]!.id;
    throw new ModelFormatError(
      `class ${twice ? labels[wrong]!.id : wrong} has ${twice ? 'several labels' : 'no label'}`,
      {
        where,
        expected: `one label for each of the classes 0…${labels.length - 1}`,
      },
    );
  }
  return labels;
}

function parseLabel(key: string, entry: unknown, where: string): Label {
  const fields: unknown = typeof entry === 'string' ? { name: entry } : Array.isArray(entry) ? pair(entry) : entry;
  const { id = Number(key), name, synset } = (fields ?? {}) as Partial<Record<keyof Label, unknown>>;
  if (!Number.isSafeInteger(id) || !isName(name) || !(synset === undefined || isName(synset))) {
    throw new ModelFormatError('not a label', {
      where: `${where}, entry ${key}`,
      expected: `${EXPECTED}, of at most ${MAX_NAME_LENGTH.toLocaleString('en')} characters`,
      got: JSON.stringify(entry).slice(0, MAX_SHOWN),
    });
  }
  const text = name.trim() === '' ? `class ${id as number}` : name;
  return { id: id as number, name: text, ...(synset !== undefined && { synset }) };
}

function pair([synset, name, ...rest]: readonly unknown[]): object {
  return rest.length === 0 && typeof synset === 'string' ? { synset, name } : {};
}

function isName(entry: unknown): entry is string {
  return typeof entry === 'string' && entry.length <= MAX_NAME_LENGTH;
}

/**
 * The class meant by an id, a synset or a name (capitals do not matter).
 * Throws {@link ArgumentError} listing what comes close, or all that an ambiguous name may mean.
 */
export function findLabel(labels: readonly Label[], query: string | number): Label {
  const text = String(query).trim().toLowerCase();
  const byId = /^\d+$/.test(text) ? labels[Number(text)] : undefined;
  if (byId) return byId;
  const exact = labels.filter(({ name, synset }) => name.toLowerCase() === text || synset === text);
  if (exact.length === 1) return exact[0]!;
  const shown = String(query).slice(0, MAX_SHOWN);
  if (exact.length > 1) {
    const more = exact.length > MAX_NAMED ? ` or ${exact.length - MAX_NAMED} more` : '';
    throw new ArgumentError(`"${shown}" names several classes`, {
      expected: exact.slice(0, MAX_NAMED).map(describe).join(' or ') + more,
      remedy: 'Use the number or the synset.',
    });
  }
  throw new ArgumentError(`there is no class "${shown}"`, {
    expected: `a name, a synset or 0…${labels.length - 1}`,
    ...(/^\d+$/.test(text)
      ? {}
      : {
          remedy: `Close are ${byLikeness(text, labels, ({ name }) => name)
            .slice(0, MAX_NAMED)
            .map(describe)
            .join(', ')}.`,
        }),
  });
}

function describe({ id, name, synset }: Label): string {
  return `"${name}" (${id}${synset === undefined ? '' : `, ${synset}`})`;
}
