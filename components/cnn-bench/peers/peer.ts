import type { Graph, Tensor } from '../../../src/internal.ts';

/** What other libraries run on. */
export const PEER_BACKENDS = ['webgpu', 'wasm'] as const;
export type PeerBackend = (typeof PEER_BACKENDS)[number];

/** A network with numbers for its input, for whoever can run it. */
export interface PeerSubject {
  /** ONNX file with one input and one output. */
  readonly bytes: Uint8Array;
  /** The file as this library reads it. */
  readonly graph: Graph;
  readonly input: Tensor;
}

export interface PeerSettings {
  /** The input is on the device before the run and the output stays there: only the arithmetic is timed. */
  readonly resident: boolean;
}

/** A library that is ready to run a subject. */
export interface LoadedPeer {
  /** From numbers in memory to numbers in memory, unless they are resident. */
  run(): Promise<void>;
  /** The numbers that a run makes, in ONNX's layout. */
  output(): Promise<ArrayLike<number>>;
  dispose(): Promise<void>;
}
