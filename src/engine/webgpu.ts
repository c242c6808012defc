import { DeviceLostError, UseAfterDisposeError } from '../errors.ts';
import { noCounters, openDevice, type Gpu } from '../gpu/device.ts';
import type { shaderOf } from '../../shaders/table.ts';
import { Pipelines } from '../gpu/pipelines.ts';
import type { Graph } from '../ir/graph.ts';
import type { Capabilities } from '../ir/op.ts';
import type { AdapterDescription, Backend, CompileOptions, Counters } from './backend.ts';
import { checkState } from './check.ts';
import { SharedConstants } from './constants.ts';
import { WebGpuExecutable } from './executable.ts';
import type { Session } from './program.ts';
import { Slicer } from './slices.ts';
import { readTuning, type Tuning } from './tuning.ts';

export interface WebGpuOptions {
  /** Done to each graph last, before its shaders are chosen, such as `halveWeights`. */
  readonly transform?: (graph: Graph) => Graph;
  /** Called when the device was lost again so soon that no other is opened without being asked. */
  readonly onGivenUp?: () => void;
  /** For tests: fill the memory of every run with NaN first, so that a shader which forgets to write an element shows. */
  readonly poison?: boolean;
  /** For tests: shaders instead of those of the library. */
  readonly shaders?: typeof shaderOf;
}

/** A device that is lost again within this time is not rebuilt without being asked. */
const RETRY_MS = 60_000;

/** Opens the GPU. Throws UnsupportedEnvironmentError where there is none. */
export async function createWebGpuBackend(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const backend = new WebGpuBackend(options);
  await backend.open();
  return backend;
}

/** Runs graphs on the GPU through the shaders of this library. Made by {@link createWebGpuBackend}. */
export class WebGpuBackend implements Backend {
  readonly options: WebGpuOptions;
  readonly #counters = noCounters();
  readonly #executables = new Set<WebGpuExecutable>();
  #gpu: Gpu | undefined;
  #tuning: Tuning | undefined;
  #session: Promise<Session> | undefined;
  /** Sessions whose device was lost, and whether work under way moves to a new one. */
  readonly #lost = new WeakMap<Session, { readonly retry: boolean }>();
  #lastLoss = -Infinity;
  #disposed = false;

  constructor(options: WebGpuOptions) {
    this.options = options;
  }

  get adapter(): AdapterDescription {
    return { backend: 'webgpu', ...this.#gpu!.adapter };
  }

  get counters(): Counters {
    return { ...this.#counters };
  }

  /** What the current device has. */
  get capabilities(): Capabilities {
    return this.#gpu!.capabilities;
  }

  /** Measured choices, used for what is compiled from now on. */
  get tuning(): Tuning {
    return (this.#tuning ??= readTuning(this.adapter.name));
  }

  /** The current device, for tests and benchmarks. */
  get device(): GPUDevice {
    return this.#gpu!.device;
  }

  async compile(graph: Graph, { state = {}, signal }: CompileOptions = {}): Promise<WebGpuExecutable> {
    checkState(graph, state);
    const executable = new WebGpuExecutable(this, this.options, graph, state, () =>
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
    void this.#session?.then(
      ({ gpu, pipelines }) => {
        pipelines.clear();
        gpu.close();
      },
      () => undefined,
    );
  }

  /** What runs on the current device; on a new one where the last was lost. */
  open(): Promise<Session> {
    if (this.#disposed) return Promise.reject(new UseAfterDisposeError('the WebGPU backend'));
    if (this.#session) return this.#session;
    const opening = this.#openSession();
    this.#session = opening;
    opening.catch(() => {
      if (this.#session === opening) this.#session = undefined;
    });
    return opening;
  }

  /** Does device work, and does it once more on a new device when the first is lost under it. */
  async withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.open();
    try {
      return await work(session);
    } catch (error) {
      if (!(error instanceof DeviceLostError) || !this.#noteLoss(session)) throw error;
    }
    return await work(await this.#reopen());
  }

  async #reopen(): Promise<Session> {
    try {
      return await this.open();
    } catch (cause) {
      if (cause instanceof UseAfterDisposeError) throw cause;
      throw new DeviceLostError('the GPU device was lost and no other could be opened', { cause });
    }
  }

  async #openSession(): Promise<Session> {
    const gpu = await openDevice(this.#counters);
    const session: Session = {
      gpu,
      pipelines: new Pipelines(gpu, this.options.shaders),
      constants: new SharedConstants(gpu),
      slicer: new Slicer(gpu),
      tuning: () => this.tuning,
      transform: this.options.transform,
      programs: new Set(),
    };
    this.#gpu = gpu;
    void gpu.whenLost.then(() => this.#noteLoss(session));
    return session;
  }

  /** Frees what was on a lost device, once. Returns whether its work may move to another. */
  #noteLoss(session: Session): boolean {
    const known = this.#lost.get(session);
    if (known) return known.retry;
    const now = performance.now();
    const retry = now - this.#lastLoss > RETRY_MS;
    this.#lastLoss = now;
    this.#lost.set(session, { retry });
    this.#session = undefined;
    for (const program of session.programs) program.destroy();
    session.pipelines.clear();
    if (!retry) this.options.onGivenUp?.();
    return retry;
  }
}
