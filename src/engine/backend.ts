import type { Graph } from '../ir/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Who does the arithmetic; shown with every figure. */
export interface AdapterDescription {
  /** `webgpu`, `cpu`, … */
  readonly backend: string;
  /** Such as `NVIDIA H100` or `SwiftShader`. */
  readonly name: string;
  /** Arithmetic on the CPU that only looks like a GPU, or no GPU at all. */
  readonly software: boolean;
}

/** What a backend holds and has done; a leak shows as a difference between two readings. */
export interface Counters {
  readonly buffers: number;
  readonly bytes: number;
  readonly pipelines: number;
  /** Since the backend was made. */
  readonly submits: number;
  readonly uploadedBytes: number;
  readonly readbackBytes: number;
}

export interface RunOptions {
  /** Tensors to return; the graph's outputs by default. Only tensors the graph was compiled to keep can be read. */
  readonly read?: readonly string[];
  /** How often in a row, each time with what {@link CompileOptions.state} says of the time before; once by default. */
  readonly steps?: number | undefined;
  /**
   * Gives the values of {@link CompileOptions.state} from before this run. Called where they were lost with the device, to
   * go on with on another.
   */
  readonly restore?: (() => Readonly<Record<string, Tensor>>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called between slices of work with the share done, 0…1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Pixels of a run, and where they are shown. */
export interface Show {
  /** Output of the graph, uint32 [height, at least width]: R, G, B, A from the lowest byte on; opaque or all zero. */
  readonly pixels: string;
  readonly width: number;
  readonly canvas: HTMLCanvasElement;
}

/** Time of one launch; on the CPU of one node. */
export interface LaunchTime {
  readonly node: string;
  /** Empty on the CPU. */
  readonly shader: string;
  readonly flops: number;
  /** Of the tensors it reads and writes, each once. */
  readonly bytes: number;
  readonly ms: number;
  /** Whose: the GPU's own or, where there is none, the one on the wall, which counts the way to the GPU too. */
  readonly clock: 'gpu' | 'wall';
}

export interface CompileOptions {
  /**
   * Inputs that each step gives to the next: input → the output that becomes it. They stay where the work is done, such
   * as the image being optimised. Their first values are given to the first run; later ones may leave them out.
   */
  readonly state?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A graph made ready to run on a backend. Inputs are given by name; a run never changes them. */
export interface Executable {
  readonly graph: Graph;
  /**
   * Rejects with an AbortError when the signal fires, DeviceLostError when the device is lost for good, or with it a state
   * that this run was not given and cannot {@link RunOptions.restore}.
   * Runs of one executable are queued.
   */
  run(inputs: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** As `run`, and shows pixels without reading them; absent where that is no other way: see `runAndShow`. */
  show?(
    inputs: Readonly<Record<string, Tensor>>,
    show: Show,
    options: RunOptions & Required<Pick<RunOptions, 'read'>>,
  ): Promise<Record<string, Tensor>>;
  /** Runs once and times each launch, as fast as it becomes; absent where it is not known. */
  profile?(inputs: Readonly<Record<string, Tensor>>): Promise<readonly LaunchTime[]>;
  /**
   * Resolves when runs are as fast as they become. What is compiled at first is code that compiles soon; once a graph has run
   * for long, faster code takes its place, without being asked. Both give the same numbers, to the last bit.
   */
  tierUp(): Promise<void>;
  /** Frees what this executable alone holds. Weights shared with other executables stay. */
  dispose(): void;
}

/** Runs graphs: on WebGPU, on the CPU in float32, or in float64 (slow, the reference). */
export interface Backend {
  readonly adapter: AdapterDescription;
  readonly counters: Counters;
  /** Uploads the constants (once per tensor identity, shared), plans the memory, compiles the pipelines in parallel. */
  compile(graph: Graph, options?: CompileOptions): Promise<Executable>;
  dispose(): void;
}
