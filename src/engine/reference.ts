import { UseAfterDisposeError } from '../errors.ts';
import { evaluate } from '../graph/evaluate.ts';
import type { Graph } from '../ir/graph.ts';
import { loadAllReferences } from '../ops/registry.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { AdapterDescription, Backend, CompileOptions, Counters, Executable, RunOptions } from './backend.ts';
import { checkInputs, checkRead, checkState, checkWanted, type Inputs, type State } from './check.ts';

/** Float64 arithmetic in plain loops: very slow, and the reference for every other backend. */
export function createReferenceBackend(): Backend {
  return new ReferenceBackend();
}

class ReferenceBackend implements Backend {
  readonly adapter: AdapterDescription = { backend: 'cpu', name: 'JavaScript, float64', software: true };
  readonly counters: Counters = {
    buffers: 0,
    bytes: 0,
    pipelines: 0,
    submits: 0,
    uploadedBytes: 0,
    readbackBytes: 0,
  };
  disposed = false;

  async compile(graph: Graph, { state = {}, signal }: CompileOptions = {}): Promise<Executable> {
    if (this.disposed) throw new UseAfterDisposeError('the reference backend');
    checkWanted(graph, false, signal);
    checkState(graph, state);
    await loadAllReferences();
    return new ReferenceExecutable(this, graph, state);
  }

  dispose(): void {
    this.disposed = true;
  }
}

class ReferenceExecutable implements Executable {
  readonly graph: Graph;
  readonly #backend: ReferenceBackend;
  readonly #state: State;
  /** What the last step left. */
  #carried: Inputs = {};
  #disposed = false;

  constructor(backend: ReferenceBackend, graph: Graph, state: State) {
    this.#backend = backend;
    this.graph = graph;
    this.#state = state;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- errors become rejections
  async run(
    inputs: Inputs,
    { read = this.graph.outputs, steps = 1, signal, onProgress }: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    checkWanted(this.graph, this.#disposed || this.#backend.disposed, signal);
    checkInputs(this.graph, inputs, this.#carried as Record<string, never>);
    checkRead(this.graph, read);
    const pairs = Object.entries(this.#state);
    const needed = [...new Set([...read, ...pairs.map(([, output]) => output)])];
    // A run of no steps only reads the state.
    let exact: Record<string, Tensor> = { ...this.#carried };
    for (let step = 1; step <= steps; step++) {
      exact = evaluate(this.graph, { ...this.#carried, ...inputs }, needed);
      this.#carried = Object.fromEntries(pairs.map(([input, output]) => [input, exact[output]!]));
      inputs = Object.fromEntries(Object.entries(inputs).filter(([name]) => !Object.hasOwn(this.#state, name)));
      onProgress?.(step / steps);
    }
    return Object.fromEntries(
      read.map((name) => {
        const { shape, data } = exact[name]!;
        const { dtype } = this.graph.values.get(name)!;
        return [name, tensor(dtype, shape, data)];
      }),
    );
  }

  tierUp(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#disposed = true;
  }
}
