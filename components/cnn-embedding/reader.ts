import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Gestures } from './gestures.ts';
import { markAt, markBeyond, View, type Layout, type Mark, type Size } from './view.ts';

const KEY_ZOOM = 1.4;
const KEY_PAN_PX = 60;
/** A finger is this wide, px. */
const REACH_PX = 6;

const DIRECTIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** A reader on the map: which part is seen, at which picture they are, and how they get about. */
export class MapReader implements ReactiveController {
  /** Of the map, px; 0 until it is there. */
  size: Size = { width: 0, height: 0 };
  readonly #host: ReactiveControllerHost;
  readonly #onGo: (index: number) => void;
  readonly #view = new View();
  #layout: Layout | undefined;
  /** Where the pointer is, and where the reader stays. */
  #pointed: number | undefined;
  #chosen: number | undefined;
  #map: Element | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    if (width === 0) return;
    this.size = { width, height };
    // In the next frame: what is drawn may change the size again, which within one frame browsers call an endless loop.
    requestAnimationFrame(() => this.#host.requestUpdate());
  });
  readonly #gestures = new Gestures({
    onPoint: (x, y) => {
      this.#be(markAt(this.marks, x, y, REACH_PX), this.#chosen);
    },
    onChoose: (x, y) => {
      this.#be(this.#pointed, markAt(this.marks, x, y, REACH_PX));
    },
    onLeave: () => {
      this.#be(undefined, this.#chosen);
    },
    onPan: (dx, dy) => {
      this.#pan(dx, dy);
    },
    onZoom: (factor, at) => {
      this.#zoom(factor, at);
    },
  });
  /** Of the map. */
  readonly listeners: Gestures['listeners'] = this.#gestures.listeners;

  /** `onGo`: the reader went to another picture by the keyboard. */
  constructor(host: ReactiveControllerHost, onGo: (index: number) => void) {
    this.#host = host;
    this.#onGo = onGo;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#map = undefined;
  }

  /** The picture where the reader is. */
  get active(): number | undefined {
    return this.#pointed ?? this.#chosen;
  }

  get marks(): Mark[] {
    const layout = this.#layout;
    if (!layout) return [];
    return Array.from({ length: layout.places.length / 2 }, (_, i) => this.#view.markOf(layout, i, this.size));
  }

  /** Where the pictures are; undefined where there are none. */
  set layout(layout: Layout | undefined) {
    this.#layout = layout;
  }

  /** Follows the size of the map. */
  observe(map: Element): void {
    if (map !== this.#map) this.#observer.observe(map);
    this.#map = map;
  }

  /** There are other pictures. */
  leave(): void {
    this.#be(undefined, undefined);
    this.showAll();
  }

  choose(index: number): void {
    this.#be(undefined, index);
  }

  zoomIn(): void {
    this.#zoom(KEY_ZOOM);
  }

  zoomOut(): void {
    this.#zoom(1 / KEY_ZOOM);
  }

  showAll(): void {
    this.#view.fit();
    this.#host.requestUpdate();
  }

  press(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    if (ctrlKey || metaKey) return;
    const direction = DIRECTIONS[key];
    if (direction && shiftKey) this.#pan(-direction[0] * KEY_PAN_PX, -direction[1] * KEY_PAN_PX);
    else if (direction) this.#go(direction);
    else if (key === '+' || key === '=') this.zoomIn();
    else if (key === '-') this.zoomOut();
    else if (key === '0') this.showAll();
    else if (key === 'Escape') this.#be(undefined, undefined);
    else return;
    event.preventDefault();
  }

  /** To the next picture in a direction; at first to the one in the middle. */
  #go(direction: readonly [number, number]): void {
    const { marks, active } = this;
    const { width, height } = this.size;
    const next =
      active === undefined
        ? markAt(marks, width / 2, height / 2, Infinity)
        : markBeyond(marks, marks[active]!, direction);
    if (next === undefined) return;
    this.choose(next);
    this.#keepInView(marks[next]!);
    this.#onGo(next);
  }

  #keepInView({ x, y, side }: Mark): void {
    const { width, height } = this.size;
    const beyond = (at: number, end: number): number => Math.min(at - side, 0) + Math.max(at + side - end, 0);
    this.#pan(-beyond(x, width), -beyond(y, height));
  }

  #be(pointed: number | undefined, chosen: number | undefined): void {
    this.#pointed = pointed;
    this.#chosen = chosen;
    this.#host.requestUpdate();
  }

  #pan(dx: number, dy: number): void {
    this.#view.pan(dx, dy, this.size);
    this.#host.requestUpdate();
  }

  #zoom(factor: number, at: readonly [number, number] = [this.size.width / 2, this.size.height / 2]): void {
    this.#view.zoomBy(factor, at, this.size);
    this.#host.requestUpdate();
  }
}
