import type { TrainingResult } from '../internal/training-result.ts';

/** A training has gone on by some steps. */
export class CnnStepEvent extends Event {
  static readonly type = 'cnn-step';
  readonly result: TrainingResult;

  constructor(result: TrainingResult) {
    super(CnnStepEvent.type, { bubbles: true, composed: true });
    this.result = result;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-step': CnnStepEvent;
  }
}
