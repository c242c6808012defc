/** Something failed; the figure says so too, and offers to try again. */
export class CnnErrorEvent extends Event {
  static readonly type = 'cnn-error';
  readonly error: Error;

  constructor(error: Error) {
    super(CnnErrorEvent.type, { bubbles: true, composed: true });
    this.error = error;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-error': CnnErrorEvent;
  }
}
