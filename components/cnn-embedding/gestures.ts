export interface GestureHandlers {
  /** A pointer is at a place, px from the corner of the element. */
  readonly onPoint: (x: number, y: number) => void;
  /** It was pressed and let go there. */
  readonly onChoose: (x: number, y: number) => void;
  readonly onLeave: () => void;
  readonly onPan: (dx: number, dy: number) => void;
  readonly onZoom: (factor: number, at: readonly [x: number, y: number]) => void;
}

interface Pointer {
  readonly x: number;
  readonly y: number;
}

/** Nearer than this it was a press, not a drag, px. */
const STILL_PX = 4;
/** Zoom for a notch of the wheel, which browsers report as about 100 px. */
const WHEEL_ZOOM = 1.0015;

/**
 * Dragging, pinching and the wheel over an element. The wheel scrolls the page unless the element has the focus, so that
 * nobody is caught in a map on the way down.
 */
export class Gestures {
  readonly #handlers: GestureHandlers;
  /** Pointers that are down. */
  readonly #down = new Map<number, Pointer>();
  /** Since the first went down, px. */
  #moved = 0;

  constructor(handlers: GestureHandlers) {
    this.#handlers = handlers;
  }

  readonly listeners = {
    pointerdown: (event: PointerEvent): void => {
      if (this.#down.size === 0) this.#moved = 0;
      this.#down.set(event.pointerId, placeOf(event));
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    pointermove: (event: PointerEvent): void => {
      const to = placeOf(event);
      const from = this.#down.get(event.pointerId);
      if (from) this.#drag(event.pointerId, from, to);
      else this.#handlers.onPoint(to.x, to.y);
    },
    pointerup: (event: PointerEvent): void => {
      const { x, y } = placeOf(event);
      if (this.#down.delete(event.pointerId) && this.#down.size === 0 && this.#moved < STILL_PX)
        this.#handlers.onChoose(x, y);
    },
    pointercancel: ({ pointerId }: PointerEvent): void => {
      this.#down.delete(pointerId);
    },
    pointerleave: ({ pointerType }: PointerEvent): void => {
      if (pointerType === 'mouse') this.#handlers.onLeave();
    },
    wheel: (event: WheelEvent): void => {
      if (!event.ctrlKey && !(event.currentTarget as Element).matches(':focus')) return;
      event.preventDefault();
      const { x, y } = placeOf(event);
      this.#handlers.onZoom(WHEEL_ZOOM ** -event.deltaY, [x, y]);
    },
  };

  #drag(id: number, from: Pointer, to: Pointer): void {
    this.#moved += Math.hypot(to.x - from.x, to.y - from.y);
    this.#down.set(id, to);
    const [other] = [...this.#down].filter(([key]) => key !== id).map(([, pointer]) => pointer);
    if (!other) {
      this.#handlers.onPan(to.x - from.x, to.y - from.y);
      return;
    }
    const [before, after] = [from, to].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
    if (before! > 0) this.#handlers.onZoom(after! / before!, [(to.x + other.x) / 2, (to.y + other.y) / 2]);
  }
}

function placeOf(event: MouseEvent): Pointer {
  const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
