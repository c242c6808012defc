import type { Graph } from '../ir/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Executable, LaunchTime, RunOptions, Show } from './backend.ts';
import { checkInputs, checkRead, type Inputs, type State } from './check.ts';
import { Lifetime } from './lifetime.ts';
import { Program, type ProgramRun, type Session } from './program.ts';

/** Who has a device: does work on it, and once more on a new one when the first is lost under it. */
interface DeviceWork {
  withSession<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/** A graph on the GPU. Made by `WebGpuBackend.compile`. */
export class WebGpuExecutable implements Executable {
  readonly graph: Graph;
  readonly #device: DeviceWork;
  readonly #poison: boolean | undefined;
  readonly #state: State;
  readonly #onDispose: () => void;
  #program: Program | undefined;
  readonly #life: Lifetime;
  /** The state has had its first values. */
  #started = false;

  constructor(
    device: DeviceWork,
    { poison }: { readonly poison?: boolean },
    graph: Graph,
    state: State,
    onDispose: () => void,
  ) {
    this.graph = graph;
    this.#life = new Lifetime(graph);
    this.#state = state;
    this.#device = device;
    this.#poison = poison;
    this.#onDispose = onDispose;
  }

  /** Makes everything a run needs, so that the first run is as fast as the others. */
  async load(signal: AbortSignal | undefined): Promise<void> {
    this.#life.check(signal);
    await this.#life.guard(() => this.#device.withSession((session) => this.#programOn(session)));
    this.#life.check(signal);
  }

  run(inputs: Inputs, { read = this.graph.outputs, ...options }: RunOptions = {}): Promise<Record<string, Tensor>> {
    return this.use(inputs, options, (program, options) => {
      checkRead(this.graph, read);
      return program.run(inputs, read, options);
    });
  }

  async show(
    inputs: Inputs,
    show: Show,
    { read, ...options }: RunOptions & Required<Pick<RunOptions, 'read'>>,
  ): Promise<Record<string, Tensor>> {
    const { showOnCanvas } = await import('./canvas.ts');
    return this.use(inputs, options, (program, options) => showOnCanvas(program, inputs, show, read, options));
  }

  async profile(inputs: Inputs): Promise<readonly LaunchTime[]> {
    const { profile } = await import('./profile.ts');
    return this.use(inputs, {}, (program, options) => profile(program, inputs, options));
  }

  tierUp(): Promise<void> {
    return this.#life.guard(() =>
      this.#device.withSession(async (session) => (await this.#programOn(session)).tierUp()),
    );
  }

  dispose(): void {
    this.#life.end();
    this.#program?.destroy();
    this.#program = undefined;
    this.#onDispose();
  }

  /** Waits for the runs before, then works on whatever device there is; for what else a graph on a device is good for. */
  use<T>(
    inputs: Inputs,
    { steps = 1, signal, restore, onProgress }: RunOptions,
    work: (program: Program, options: ProgramRun) => Promise<T>,
  ): Promise<T> {
    const check = (): void => {
      this.#life.check(signal);
    };
    return this.#life.inTurn(async () => {
      check();
      checkInputs(this.graph, inputs, this.#started ? this.#state : {});
      const result = await this.#device.withSession(async (session) =>
        work(await this.#programOn(session), { check, onProgress, restore, steps, poison: this.#poison }),
      );
      this.#started = true;
      return result;
    });
  }

  /** This graph on a device: loaded once for each. */
  async #programOn(session: Session): Promise<Program> {
    if (this.#program?.session === session) return this.#program;
    const program = await Program.load(session, this.graph, this.#state);
    if (this.#life.ended) program.destroy();
    else this.#program = program;
    return program;
  }
}
