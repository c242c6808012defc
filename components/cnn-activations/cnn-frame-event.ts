import type { ActivationsResult } from './result.ts';

/** The figure is drawn; of a video many times a second. */
export class CnnFrameEvent extends Event {
  static readonly type = 'cnn-frame';
  readonly result: ActivationsResult;

  constructor(result: ActivationsResult) {
    super(CnnFrameEvent.type, { bubbles: true, composed: true });
    this.result = result;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-frame': CnnFrameEvent;
  }
}
