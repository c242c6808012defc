import { parseArgs } from 'node:util';
import { UsageError, type Command, type Options } from './command.ts';
import { COMMON_OPTIONS } from './options.ts';

/** What was typed behind the name of a command. */
export interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
}

/** Reads what was typed. Throws {@link UsageError}. */
export function parse(command: Command, typed: readonly string[]): Parsed {
  const options: Options = { ...command.options, ...COMMON_OPTIONS };
  const { values, positionals } = split(options, typed);
  const read = Object.entries(options).map(([name, option]): [string, unknown] => {
    const written = values[name];
    try {
      return [name, option.read(written === undefined ? undefined : String(written))];
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`--${name}: ${error.message}`) : error;
    }
  });
  const result = { values: Object.fromEntries(read), operands: positionals };
  if (values['help'] === undefined) checkOperands(command, positionals);
  return result;
}

function split(
  options: Options,
  typed: readonly string[],
): { values: Readonly<Record<string, string | boolean | undefined>>; positionals: readonly string[] } {
  const described = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  try {
    const { values, positionals } = parseArgs({
      args: withNegatives(options, typed),
      options: Object.fromEntries(described),
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    // The first sentence says what is wrong, others how to write names that begin with a dash
    if (error instanceof TypeError) throw new UsageError(error.message.split(/\.\s|\n/)[0]!.replace(/\.$/, ''));
    throw error;
  }
}

/** A number below 0 behind a name, as in `--range -1,1`, is no name of its own. */
function withNegatives(options: Options, typed: readonly string[]): string[] {
  return typed.flatMap((word, i) => {
    const isValue = (at: number): boolean =>
      /^-[\d.]/.test(typed[at] ?? '') && options[(typed[at - 1] ?? '').replace(/^--/, '')]?.value !== undefined;
    if (isValue(i)) return [];
    return isValue(i + 1) ? [`${word}=${typed[i + 1]!}`] : [word];
  });
}

function checkOperands({ name, operand }: Command, operands: readonly string[]): void {
  const most = operand === undefined ? 0 : operand.endsWith('...') ? Infinity : 1;
  const optional = operand?.startsWith('[') === true;
  if (operand !== undefined && !optional && operands.length === 0) throw new UsageError(`${name} needs ${operand}`);
  if (operands.length > most) throw new UsageError(`there is something more than ${name} takes: "${operands[most]!}"`);
}
