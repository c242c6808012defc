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

/** Fetches a JSON list: a name, or a pair [synset, name], for each class in order. */
export async function loadLabels(
  url: string | URL,
  options: Pick<FetchOptions, 'signal'> = {},
): Promise<readonly Label[]> {
  const { json, base } = await fetchJson(url, options);
  return parseLabels(json, base);
}

/** Throws {@link ModelFormatError} with the entry that is none, or the limit. */
export function parseLabels(json: unknown, where: string = 'labels'): readonly Label[] {
  const expected = `a list of at most ${MAX_LABELS.toLocaleString('en')} with a name, or a pair [synset, name], for each class`;
  if (!Array.isArray(json)) throw new ModelFormatError('not a list of labels', { where, expected, got: typeof json });
  if (json.length > MAX_LABELS) {
    throw new ModelFormatError('too many labels', { where, expected, got: json.length.toLocaleString('en') });
  }
  return json.map((entry: unknown, id): Label => {
    if (isName(entry)) return { id, name: entry };
    if (Array.isArray(entry) && entry.length === 2 && entry.every(isName)) {
      return { id, synset: entry[0]!, name: entry[1]! };
    }
    throw new ModelFormatError('not a label', {
      where: `${where}, entry ${id}`,
      expected: `${expected}, of at most ${MAX_NAME_LENGTH.toLocaleString('en')} characters`,
      got: String(JSON.stringify(entry)).slice(0, MAX_SHOWN),
    });
  });
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
