import type { Graph } from '../../src/ir/graph.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { Contender } from '../interleave.ts';

/** A network with numbers for its input, for whoever can run it. */
export interface Subject {
  readonly name: string;
  /** ONNX file with one input and one output. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The file as this library reads it. */
  readonly graph: Graph;
  readonly input: Tensor;
}

export interface PeerOptions {
  /** The input is on the device before the run and the output stays there: only the arithmetic is timed. */
  readonly resident: boolean;
  /** The first run is timed too. */
  readonly cold?: boolean;
}

/** A library that has loaded a subject. */
export interface Peer extends Contender {
  /** The numbers that a run makes, in ONNX's layout. */
  output(): Promise<ArrayLike<number>>;
}
