/** One table of results: what was measured, and what was hoped for. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly goals?: readonly Goal[];
  /** What a reader must know to read the table. */
  readonly notes?: readonly string[];
  /** What was compared with was not itself: the run says nothing. */
  readonly isVoid?: boolean;
}

/** A line of a table; the columns are the keys, in order. */
export type Row = Readonly<Record<string, string | number | Spread | undefined>>;

/** Of several measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Goal {
  readonly text: string;
  readonly reached: number;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit: '×' | '%' | 'ms' | '';
}

/** Of a script in Python. */
export interface Answer {
  readonly version: string;
  /** CPU time of its process so far. */
  readonly cpuMs: number;
  /** Of those of PyTorch: the numbers to compare, base64 of float32. */
  readonly result?: string;
}

/** What surrounds a benchmark. scripts/bench.mjs installs it in the page, or in Node before it starts. */
interface Host {
  /** Names of parts to run. */
  readonly parts: readonly string[];
  /** Fewer rounds. */
  readonly quick: boolean;
  /** Other libraries run here too: a page. */
  readonly peers: boolean;
  /** CPU time that all processes of the browser have used so far; null where the system does not tell. */
  cpuMs(): Promise<number | null>;
  /** A file of the repository. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** What the process of this name, of bench/`script`.py, says to a question; null where Python has not what it needs. */
  ask(
    script: 'scikit_learn' | 'torch_attributions' | 'torch_step' | 'torch_passes' | 'torch_training',
    name: string,
    question: object,
  ): Promise<Answer | null>;
  progress(text: string): void;
  report(part: string, outcome: Outcome): Promise<void>;
  done(adapter: string): Promise<void>;
}

export const host: Host = (globalThis as unknown as { readonly benchHost: Host }).benchHost;
