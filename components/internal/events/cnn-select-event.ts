import type { Unit } from '../../../src/internal.ts';

/** The reader chose a layer of the network, or a unit or channel of it. */
export class CnnSelectEvent extends Event {
  static readonly type = 'cnn-select';
  readonly layer: string;
  readonly unit: Unit | undefined;

  constructor(layer: string, unit: Unit | undefined) {
    super(CnnSelectEvent.type, { bubbles: true, composed: true });
    this.layer = layer;
    this.unit = unit;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-select': CnnSelectEvent;
  }
}
