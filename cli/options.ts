import { ArgumentError, BACKEND_CHOICES, HEAD_KINDS } from '../src/internal.ts';
import { UsageError, type Option, type Options } from './command.ts';

/** There or not. */
export function flag(says: string): Option<boolean> {
  return { value: undefined, says, byDefault: undefined, read: (written) => written !== undefined };
}

/** A text as it is. */
export function text(value: string, says: string): Option<string | undefined> {
  return { value, says, byDefault: undefined, read: (written) => written };
}

/** A text that a function of the library reads; `fallback` is what stands for nothing. */
export function read<T>(value: string, says: string, reader: (written: string) => T, fallback: string): Option<T>;
export function read<T>(value: string, says: string, reader: (written: string) => T): Option<T | undefined>;
export function read<T>(
  value: string,
  says: string,
  reader: (written: string) => T,
  fallback?: string,
): Option<T | undefined> {
  return {
    value,
    says,
    byDefault: fallback,
    read: (written = fallback) => (written === undefined ? undefined : asUsage(() => reader(written))),
  };
}

/** One of some words. */
export function choice<C extends string>(choices: readonly C[], says: string, fallback: C): Option<C>;
export function choice<C extends string>(choices: readonly C[], says: string): Option<C | undefined>;
export function choice<C extends string>(
  choices: readonly C[],
  says: string,
  fallback?: C,
): Option<C> | Option<C | undefined> {
  const reader = (written: string): C => {
    const found = choices.find((known) => known === written);
    if (found !== undefined) return found;
    throw new UsageError(`there is no "${written}": it is one of ${choices.join(', ')}`);
  };
  const value = choices.join('|');
  return fallback === undefined ? read(value, says, reader) : read(value, says, reader, fallback);
}

/** A number. */
export function number(value: string, says: string, fallback: number): Option<number>;
export function number(value: string, says: string): Option<number | undefined>;
export function number(value: string, says: string, fallback?: number): Option<number | undefined> {
  const reader = (written: string): number => {
    const found = written.trim() === '' ? NaN : Number(written);
    if (Number.isFinite(found)) return found;
    throw new UsageError(`"${written}" is no number`);
  };
  return fallback === undefined ? read(value, says, reader) : read(value, says, reader, String(fallback));
}

/** A channel by its number. */
export function channelOf(written: string): number {
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new UsageError(`"${written}" is no channel, which are whole numbers from 0 on`);
}

/** What the library says of a text that makes no sense is about what was typed. */
function asUsage<T>(reader: () => T): T {
  try {
    return reader();
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(error.message) : error;
  }
}

/** How a network is to be read: the same words as the attributes of the elements. */
export const READING_OPTIONS = {
  preprocessing: text(
    'json',
    'how pictures become inputs, as {"preset": "torch", "height": 224, "width": 224, "resize": 256}',
  ),
  labels: text('file', 'names of the classes, a JSON list'),
  logits: text('tensor', 'tensor of the class scores, where the file does not say it'),
  head: choice(HEAD_KINDS, 'what they mean; found in the file by default'),
} as const satisfies Options;

/** Which network, how it is to be read, and who runs it. */
export const NETWORK_OPTIONS = {
  model: text('name|file', 'a name of the list of models, or an ONNX file or its address (default: squeezenet1.1)'),
  manifest: text('file', 'a list of models that names refer to, instead of the bundled one'),
  ...READING_OPTIONS,
  backend: choice(BACKEND_CHOICES, 'who computes', 'auto'),
} as const satisfies Options;

/** What a command leaves behind. */
export const outOption = (kinds: string): Option<string | undefined> => text('file', `where to write: ${kinds}`);

/** Of every command. */
export const COMMON_OPTIONS = {
  json: flag('what is said, as JSON'),
  progress: flag('how far it is, on stderr, where that is no terminal either'),
  debug: flag('where in the program something went wrong'),
  help: flag('this text'),
} as const satisfies Options;
