/** Work goes on. */
export class CnnProgressEvent extends Event {
  static readonly type = 'cnn-progress';
  readonly phase: 'loading' | 'running';
  /** 0…1; undefined where the length of the work is not known. */
  readonly done: number | undefined;

  constructor(phase: 'loading' | 'running', done: number | undefined) {
    super(CnnProgressEvent.type, { bubbles: true, composed: true });
    this.phase = phase;
    this.done = done;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'cnn-progress': CnnProgressEvent;
  }
}
