import type {
  ActivationFrame,
  Attribution,
  Benchmark,
  Diagram,
  Embedding,
  Filters,
  Occlusion,
  TopPatches,
} from '../../../src/internal.ts';
import type { Mechanism } from '../../../src/mechanism.ts';
import type { TrainingStudy } from '../../../src/training.ts';
import type { Attacks } from '../attacks.ts';
import type { Grown } from '../growing/grown.ts';
import type { TrainingResult } from '../training-result.ts';

/** What a figure computes. */
export type FigureResult =
  | ActivationFrame
  | Attacks
  | Attribution
  | Benchmark
  | Diagram
  | Embedding
  | Filters
  | Grown
  | Mechanism
  | Occlusion
  | TopPatches
  | TrainingResult
  | TrainingStudy;

/** A figure is drawn to the end. */
export class CnnResultEvent<Result extends FigureResult = FigureResult> extends Event {
  static readonly type = 'cnn-result';
  readonly result: Result;

  constructor(result: Result) {
    super(CnnResultEvent.type, { bubbles: true, composed: true });
    this.result = result;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-result': CnnResultEvent;
  }
}
