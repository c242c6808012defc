import type { AdapterDescription } from '../../src/internal.ts';
import type { Evaluation, Weights } from '../../src/training.ts';

/** How far a training has come. */
export interface TrainingResult {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, the last one in part. */
  readonly epoch: number;
  /** Means of the last steps; no numbers before the first. */
  readonly loss: number;
  readonly accuracy: number;
  /** Of the pictures that are held out, when they were last tried; undefined where none are. */
  readonly heldOut: Evaluation | undefined;
  readonly weights: Weights;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}
