import type { ReactiveControllerHost } from 'lit';
import { droppedFiles } from '../../src/internal.ts';

/** Files that a reader drags over a part of a figure and lets go there. */
export class FileDrop {
  readonly #host: ReactiveControllerHost;
  readonly #onDrop: (files: readonly File[]) => void;
  /** Something is over it. */
  isOver = false;

  constructor(host: ReactiveControllerHost, onDrop: (files: readonly File[]) => void) {
    this.#host = host;
    this.#onDrop = onDrop;
  }

  readonly over = (event: DragEvent): void => {
    event.preventDefault();
    this.#set(true);
  };

  readonly leave = (): void => {
    this.#set(false);
  };

  readonly drop = (event: DragEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    this.#set(false);
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(this.#onDrop);
  };

  #set(isOver: boolean): void {
    this.isOver = isOver;
    this.#host.requestUpdate();
  }
}
