import type { Model } from '../../../src/internal.ts';

/** The network of a figure is ready. */
export class CnnLoadEvent extends Event {
  static readonly type = 'cnn-load';
  readonly model: Model;

  constructor(model: Model) {
    super(CnnLoadEvent.type, { bubbles: true, composed: true });
    this.model = model;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-load': CnnLoadEvent;
  }
}
