import type { NetworkState, StudioState } from './address.ts';
import { aim, chosenIn, makeFigure, type Chosen } from './figure.ts';
import { keyOf, openNetwork, type OpenNetwork } from './network.ts';

/** What a column tells the studio. */
interface Listener {
  /** It has something new to show. */
  changed(): void;
  /** The reader chose in the graph or in the figure. */
  chose(chosen: Chosen): void;
}

/** One network of the studio: its graph, and the figure of what is chosen there. */
export class Column {
  network: OpenNetwork | undefined;
  graph: (HTMLElement & { layer?: string | undefined }) | undefined;
  figure: HTMLElement | undefined;
  error: unknown;
  /** Of the download of the network, 0 to 1, where that is known. */
  progress: number | undefined;
  readonly #address: (relative: string) => string;
  readonly #listener: Listener;
  #networkKey: string | undefined;
  #figureKey: string | undefined;
  /** Counts what was asked for, so that only the newest is shown. */
  #turn = 0;

  constructor(address: (relative: string) => string, listener: Listener) {
    this.#address = address;
    this.#listener = listener;
  }

  /** Shows network `index` of a state; what has not changed stays. */
  async show(state: StudioState, index: number): Promise<void> {
    const turn = ++this.#turn;
    const wanted = state.networks[index]!;
    try {
      await this.#open(wanted, turn);
      if (turn === this.#turn && this.network) await this.#draw(state, wanted, this.network, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = error;
    }
    if (turn === this.#turn) this.#listener.changed();
  }

  /** The figure shows this already: the reader did it there. */
  settle(state: StudioState): void {
    if (this.network) this.#figureKey = figureKey(state, this.network);
  }

  close(): void {
    this.#turn++;
    this.network?.release();
    this.network = undefined;
  }

  async #open(wanted: NetworkState, turn: number): Promise<void> {
    const key = keyOf(wanted);
    if (this.network && this.#networkKey === key) return;
    this.error = undefined;
    const before = this.network;
    [this.network, this.graph, this.figure, this.#figureKey] = [undefined, undefined, undefined, undefined];
    this.progress = undefined;
    this.#listener.changed();
    try {
      const network = await openNetwork(wanted, this.#address, ({ loadedBytes, totalBytes }) => {
        if (turn !== this.#turn || !totalBytes) return;
        this.progress = loadedBytes / totalBytes;
        this.#listener.changed();
      });
      if (turn !== this.#turn) {
        network.release();
        return;
      }
      [this.network, this.#networkKey] = [network, key];
    } finally {
      before?.release();
    }
    const graph: Column['graph'] & object = document.createElement('cnn-graph');
    Object.assign(graph, { model: this.network.name });
    graph.addEventListener('cnn-select', ({ layer }) => {
      this.#listener.chose({ layer, channel: undefined, at: undefined, options: {} });
    });
    this.graph = graph;
  }

  async #draw(state: StudioState, wanted: NetworkState, network: OpenNetwork, turn: number): Promise<void> {
    this.graph!.layer = wanted.layer;
    const key = figureKey(state, network);
    if (this.figure && key === this.#figureKey) {
      aim(this.figure, state.view, wanted);
      return;
    }
    this.error = undefined;
    const figure = await makeFigure(state, wanted, network.name, this.#address);
    if (turn !== this.#turn) return;
    [this.figure, this.#figureKey] = [figure, key];
    const { view } = state;
    // Figures say nothing of most choices: it is looked for what has changed after whatever a reader may have done.
    for (const type of ['change', 'click', 'keyup']) {
      figure.addEventListener(type, () => {
        setTimeout(() => {
          if (figure === this.figure) this.#listener.chose(chosenIn(figure, view));
        });
      });
    }
    figure.addEventListener('cnn-select', ({ layer, unit }) => {
      this.#listener.chose({ layer, channel: unit?.channel, at: undefined, options: chosenIn(figure, view).options });
    });
  }
}

/** Tells figures apart that have to be made anew, whatever layer they look at. */
const figureKey = ({ view, picture, corpus, options }: StudioState, { name }: OpenNetwork): string =>
  JSON.stringify([name, view, picture, corpus, options]);
