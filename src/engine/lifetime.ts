import type { Graph } from '../ir/graph.ts';
import { checkWanted } from './check.ts';

/** Until an executable is disposed: its runs come one after the other, and what ends them is said. */
export class Lifetime {
  readonly #graph: Graph;
  #queue: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }

  /** Throws UseAfterDisposeError, or the signal's reason. */
  check(signal: AbortSignal | undefined): void {
    checkWanted(this.#graph, this.#ended, signal);
  }

  /** Does something once what came before is done. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => this.guard(work));
    const done = (): void => undefined;
    this.#queue = result.then(done, done);
    return result;
  }

  /** Whatever fails because the memory went away under it failed because of the disposal. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.check(undefined);
      throw error;
    }
  }
}
