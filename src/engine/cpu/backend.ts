import { checkChoice, checkList } from '../../check.ts';
import { INSTRUCTION_SETS, type InstructionSet } from '../../cpu/instructions.ts';
import { UseAfterDisposeError } from '../../errors.ts';
import { fuse } from '../../graph/fuse.ts';
import { maskSooner } from '../../graph/mask-sooner.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph } from '../../ir/graph.ts';
import { definedElsewhere } from '../../ops/registry.ts';
import { WorkerLost } from '../../work/line.ts';
import type { AdapterDescription, Backend, CompileOptions, Counters } from '../backend.ts';
import { checkState } from '../check.ts';
import { CpuExecutable } from './executable.ts';
import type { Holding, Host } from './host.ts';
import { loadHost } from './load-host.ts';
import type { CpuOptions } from './options.ts';
import { openWorkerHost } from './worker-host.ts';

/** A Worker that died so often is not opened again: the thread that asks computes then. */
const MAX_LOSSES = 2;

const NAMES: Readonly<Record<InstructionSet | 'none', string>> = {
  'relaxed-simd': 'WebAssembly, relaxed SIMD',
  simd: 'WebAssembly SIMD',
  none: 'JavaScript (WebAssembly is refused here)',
};

/**
 * Computes on the CPU in float32: in a Worker of its own, in kernels for WebAssembly SIMD; in plain loops where a policy or
 * the engine refuses WebAssembly, and on the caller's thread, with pauses, where it refuses Workers. Throws ArgumentError for
 * instructions that there are none of, ModelFetchError where the code for the caller's thread cannot be fetched.
 */
export async function createCpuBackend(options: CpuOptions = {}): Promise<Backend> {
  const { instructions = INSTRUCTION_SETS } = options;
  for (const set of checkList('instructions', instructions)) checkChoice('instructions', set, INSTRUCTION_SETS);
  const backend = new CpuBackend(options);
  await backend.open();
  return backend;
}

/** What programs are loaded on, and how often it was lost. */
export class CpuBackend implements Backend {
  readonly options: CpuOptions;
  readonly #executables = new Set<CpuExecutable>();
  #host: Promise<Host> | undefined;
  /** Knows the operations that the page has defined, which cannot be sent to a Worker. */
  #local: Promise<Host> | undefined;
  #instructions: InstructionSet | undefined;
  #losses = 0;
  #disposed = false;
  readonly #loaded = new Map<Host, Set<Holding>>();
  readonly #done = { submits: 0, uploadedBytes: 0, readbackBytes: 0 };

  constructor(options: CpuOptions) {
    this.options = options;
  }

  get adapter(): AdapterDescription {
    return { backend: 'cpu', name: NAMES[this.#instructions ?? 'none'], software: true };
  }

  get counters(): Counters {
    const pieces = [...this.#loaded.values()].flatMap((holdings) => [
      ...new Map([...holdings].flatMap((holding) => [...holding])).values(),
    ]);
    return { buffers: pieces.length, bytes: pieces.reduce((sum, n) => sum + n, 0), pipelines: 0, ...this.#done };
  }

  async compile(given: Graph, { state = {}, signal }: CompileOptions = {}): Promise<CpuExecutable> {
    checkState(given, state);
    const executable = new CpuExecutable(this, given, fuse(maskSooner(prune(given))), state, () =>
      this.#executables.delete(executable),
    );
    this.#executables.add(executable);
    try {
      await executable.load(signal);
    } catch (error) {
      executable.dispose();
      throw error;
    }
    return executable;
  }

  dispose(): void {
    this.#disposed = true;
    for (const executable of this.#executables) executable.dispose();
    for (const opening of [this.#host, this.#local]) {
      opening?.then(
        (host) => {
          host.close();
        },
        () => undefined,
      );
    }
    this.#loaded.clear();
  }

  /** Where programs run; opened when first asked for, and again where it was lost. */
  open(): Promise<Host> {
    if (this.#disposed) return Promise.reject(new UseAfterDisposeError('the CPU backend'));
    return (this.#host ??= this.#openHost().catch((error: unknown) => {
      this.#host = undefined;
      throw error;
    }));
  }

  /** This thread, for operations that the page has defined. */
  openLocal(): Promise<Host> {
    if (this.#disposed) return Promise.reject(new UseAfterDisposeError('the CPU backend'));
    return (this.#local ??= this.#openLocal().catch((error: unknown) => {
      this.#local = undefined;
      throw error;
    }));
  }

  /** Does something on a host, and once more on a new one when the first is lost under it. */
  async withHost<T>(work: (host: Host) => Promise<T>): Promise<T> {
    for (;;) {
      const opening = this.open();
      const host = await opening;
      try {
        return await work(host);
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        // Others have lost it too: the first one counts.
        if (this.#host === opening) {
          this.#host = undefined;
          this.#losses++;
        }
        this.#loaded.delete(host);
      }
    }
  }

  /** Counts what a program holds; until what is returned is called. */
  note(host: Host, holding: Holding): () => void {
    const holdings = this.#loaded.get(host) ?? new Set();
    if (!this.#disposed) this.#loaded.set(host, holdings.add(holding));
    return () => void holdings.delete(holding);
  }

  noteRun(uploadedBytes: number, readbackBytes: number): void {
    this.#done.submits++;
    this.#done.uploadedBytes += uploadedBytes;
    this.#done.readbackBytes += readbackBytes;
  }

  async #openHost(): Promise<Host> {
    const { worker = true, instructions } = this.options;
    const host =
      (worker && this.#losses < MAX_LOSSES ? await openWorkerHost(instructions) : undefined) ??
      (await this.openLocal());
    this.#instructions = host.instructions;
    return host;
  }

  async #openLocal(): Promise<Host> {
    const { openLocalHost } = await loadHost();
    return openLocalHost(this.options.instructions, definedElsewhere);
  }
}
