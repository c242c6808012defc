#!/usr/bin/env node
import { VERSION } from '../src/version.ts';
import { UsageError, type Command, type Report } from './command.ts';
import { COMMANDS } from './commands.ts';
import { helpOf, helpOfAll } from './help.ts';
import { parse } from './parse.ts';
import { progressOn, silent } from './progress.ts';

const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const;

/** Does what was typed behind `unpool`; resolves to the exit code. */
async function main([name, ...typed]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${helpOfAll(COMMANDS)}\n`);
    return name === undefined ? EXIT.usage : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const found = COMMANDS.find((known) => known.name === name);
  if (!found) return complain(new UsageError(`there is no command "${name}"`), undefined, false);
  const interrupted = new AbortController();
  // Once: a second Ctrl-C ends it at once
  process.once('SIGINT', () => {
    interrupted.abort();
  });
  const isDebugging = typed.includes('--debug');
  try {
    return await run(found, typed, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.stderr.write('unpool: broken off\n');
      return EXIT.interrupted;
    }
    return complain(error, found, isDebugging);
  }
}

async function run(command: Command, typed: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, operands } = parse(command, typed);
  if (values['help'] === true) {
    process.stdout.write(`${helpOf(command)}\n`);
    return 0;
  }
  const isShown = values['progress'] === true || process.stderr.isTTY;
  const progress = isShown ? progressOn(process.stderr) : silent;
  try {
    const saying = (report: Report): void => {
      progress.end();
      say(report, values['json'] === true);
    };
    const report = await command.run(values as never, operands, { signal, progress, say: saying });
    if (report) saying(report);
    return signal.aborted ? EXIT.interrupted : report?.isPartial === true ? EXIT.failed : 0;
  } finally {
    progress.end();
  }
}

function say({ lines, json }: Report, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify(json, asLists)}\n` : `${lines.join('\n')}\n`);
}

/** Typed arrays as lists. */
function asLists(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
}

/** One line, and where in the program only if that was asked for. */
function complain(error: unknown, command: Command | undefined, isDebugging: boolean): number {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  const help = isUsage ? ` (unpool ${command ? `${command.name} ` : ''}--help)` : '';
  process.stderr.write(`unpool: ${message.replaceAll(/\s*\n\s*/g, ' ')}${help}\n`);
  if (isDebugging) process.stderr.write(`${error instanceof Error ? String(error.stack) : 'no stack'}\n`);
  return isUsage ? EXIT.usage : EXIT.failed;
}

// Whoever reads, such as `head`, may have enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
