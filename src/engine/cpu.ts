import { UseAfterDisposeError } from '../errors.ts';
import { evaluate } from '../graph/evaluate.ts';
import type { Graph } from '../ir/graph.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { AdapterDescription, Backend, Counters, Executable, RunOptions } from './backend.ts';
import { checkInputs, checkRead, checkWanted, type Inputs } from './check.ts';

/** Float64 arithmetic in plain loops: very slow, and the reference for every other backend. */
export function createCpuBackend(): Backend {
  return new CpuBackend();
}

class CpuBackend implements Backend {
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

  // eslint-disable-next-line @typescript-eslint/require-await -- errors become rejections
  async compile(graph: Graph, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Executable> {
    if (this.disposed) throw new UseAfterDisposeError('the CPU backend');
    checkWanted(graph, false, signal);
    return new CpuExecutable(this, graph);
  }

  dispose(): void {
    this.disposed = true;
  }
}

class CpuExecutable implements Executable {
  readonly graph: Graph;
  readonly #backend: CpuBackend;
  #disposed = false;

  constructor(backend: CpuBackend, graph: Graph) {
    this.#backend = backend;
    this.graph = graph;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- errors become rejections
  async run(
    inputs: Inputs,
    { read = this.graph.outputs, signal, onProgress }: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    checkWanted(this.graph, this.#disposed || this.#backend.disposed, signal);
    checkInputs(this.graph, inputs);
    checkRead(this.graph, read);
    const exact = evaluate(this.graph, inputs, read);
    onProgress?.(1);
    return Object.fromEntries(
      Object.entries(exact).map(([name, { shape, data }]) => {
        const { dtype } = this.graph.values.get(name)!;
        return [name, tensor(dtype, shape, data)];
      }),
    );
  }

  dispose(): void {
    this.#disposed = true;
  }
}
