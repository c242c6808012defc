import type { Progress } from './progress.ts';

/** What somebody may write behind a command, and what it becomes. */
export interface Option<T> {
  /** What stands behind the name in a help text, such as `px`; undefined of what is there or not. */
  readonly value: string | undefined;
  readonly says: string;
  /** As a help text shows it. */
  readonly byDefault: string | undefined;
  /** Of what was written; of undefined where nothing was. Throws with what could be there. */
  readonly read: (written: string | undefined) => T;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever each becomes
export type Options = Readonly<Record<string, Option<any>>>;

/** The options of a command by name, as they were read. */
export type Values<O extends Options> = { readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never };

/** Where a command runs. */
export interface Surroundings {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** For what has to be said before the end. */
  readonly say: (report: Report) => void;
}

/** What a command has to say: lines for people, and the same for programs. */
export interface Report {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** Something of it went wrong, though not all. */
  readonly isPartial?: boolean;
}

export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What stands behind the name: `<picture>`, `<file>...` for one or more; undefined where nothing does. */
  readonly operand: string | undefined;
  readonly options: O;
  /** What people would type, without the name of the program. */
  readonly examples: readonly string[];
  readonly run: (
    values: Values<O>,
    operands: readonly string[],
    surroundings: Surroundings,
  ) => Promise<Report | undefined>;
}

/** A command with the types of its options inside. */
export function command<O extends Options>(described: Command<O>): Command {
  return described as unknown as Command;
}

/** Something was typed that makes no sense: the exit code is 2, and the line points to the help text. */
export class UsageError extends Error {}
