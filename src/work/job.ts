/** What a job may use besides its arguments, wherever it runs. */
export interface Tools {
  readonly signal: AbortSignal | undefined;
  /** To be awaited every few milliseconds of arithmetic, see `breather`. */
  readonly breathe: () => Promise<void>;
  /** 0…1 */
  readonly onProgress: (done: number) => void;
}

/** What a job gives back: a value that can be cloned, and which of its buffers are handed over instead of copied. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly transfer?: Transferable[];
}

/** A piece of heavy work, the same in the Worker and on the page's thread. Addresses in its arguments are absolute. */
export type JobRun<Args, Result> = (args: Args, tools: Tools) => Promise<Outcome<Result>>;

/** A job as the page knows it: its name in the table of src/worker.ts, and the code for where there is no Worker. */
export interface Job<Args, Result> {
  readonly name: string;
  readonly load: () => Promise<JobRun<Args, Result>>;
}

/** What the page says to the Worker. */
export type Order =
  | { readonly kind: 'start'; readonly id: number; readonly job: string; readonly args: unknown }
  | { readonly kind: 'stop'; readonly id: number };

/** What the Worker says to the page. `alive` comes every second while it has work. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PackedError }
  /** The Worker is of another build, whose table has no such job. */
  | { readonly kind: 'unknown'; readonly id: number };

/** An error that can be cloned. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  /** Fields beyond those of every error: code, details, nodes. */
  readonly fields: Readonly<Record<string, unknown>>;
}
