import type { Command, Options } from './command.ts';
import { COMMON_OPTIONS } from './options.ts';

/** Characters of a line of a help text. */
const WIDTH = 100;
/** Of the column with the names. */
const COLUMN = 28;

/** What `unpool --help` prints. */
export function helpOfAll(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, operand, summary }) => [[name, operand].filter(Boolean).join(' '), summary] as const,
  );
  return [
    'Usage: unpool <command> [options]',
    '',
    'What convolutional networks see, on the GPU where Node has one, else on the CPU.',
    '',
    'Commands:',
    ...rows.flatMap(([left, right]) => row(left, right)),
    '',
    'Options:',
    ...row('--help', 'this text; of a command behind its name'),
    ...row('--version', 'the version of the package'),
    '',
    'Exit codes: 0, 1 where something went wrong, 2 where what was typed makes no sense, 130 after Ctrl-C.',
  ].join('\n');
}

/** What `unpool saliency --help` prints. */
export function helpOf({ name, operand, summary, options, examples }: Command): string {
  return [
    `Usage: ${['unpool', name, operand, '[options]'].filter(Boolean).join(' ')}`,
    '',
    ...wrap(summary, WIDTH),
    '',
    'Options:',
    ...rowsOf(options),
    ...rowsOf(COMMON_OPTIONS),
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((example) => `  unpool ${example}`),
  ].join('\n');
}

function rowsOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, { value, says, byDefault }]) => {
    const words = value?.includes('|') === true && value.length > COLUMN - name.length - 7 ? 'word' : value;
    const choices = words === value ? '' : `: ${value!.split('|').join(', ')}`;
    const standard = byDefault === undefined ? '' : ` (default: ${byDefault})`;
    return row(`--${name}${words === undefined ? '' : ` <${words}>`}`, `${says}${choices}${standard}`);
  });
}

/** Two columns; what is too wide for the first has a line to itself. */
function row(left: string, right: string): string[] {
  const [first = '', ...more] = wrap(right, WIDTH - COLUMN);
  const indented = `  ${left}`;
  const rest = more.map((line) => ' '.repeat(COLUMN) + line);
  if (indented.length > COLUMN - 2) return [indented, ' '.repeat(COLUMN) + first, ...rest];
  return [indented.padEnd(COLUMN) + first, ...rest];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
