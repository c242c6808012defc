import { render } from 'lit';
import { announce } from '../../components/internal/announcer.ts';
import { droppedFiles } from '../../src/internal.ts';
import { formatState, MAX_NETWORKS, parseState, START, type NetworkState, type StudioState } from './address.ts';
import { Column } from './column.ts';
import { keepDropped } from './drop.ts';
import { showEmbedding } from './embed-dialog.ts';
import type { Chosen } from './figure.ts';
import { forgetFiles } from './files.ts';
import { studioTemplate } from './template.ts';
import { say } from './words.ts';

/** The studio: what is in the address is shown, and what the reader chooses is in the address. */
export class Studio {
  state: StudioState = START;
  readonly columns: Column[] = [];
  message = '';
  readonly #main: HTMLElement;
  readonly #site: URL;

  /** `site` is the folder that pictures and lists are relative to. */
  constructor(main: HTMLElement, site: URL) {
    this.#main = main;
    this.#site = site;
  }

  readonly address = (relative: string): string => new URL(relative, this.#site).href;

  start(): void {
    addEventListener('popstate', () => void this.#show(parseState(location.hash)));
    addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.classList.add('dropping');
    });
    addEventListener('dragleave', ({ relatedTarget }) => {
      if (!relatedTarget) document.body.classList.remove('dropping');
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      document.body.classList.remove('dropping');
      const column = (event.target as Element | null)?.closest<HTMLElement>('.column')?.dataset['index'];
      if (event.dataTransfer)
        void droppedFiles(event.dataTransfer).then((files) => this.take(files, Number(column ?? 0)));
    });
    addEventListener('paste', ({ clipboardData }) => {
      if (clipboardData?.files.length) void this.take([...clipboardData.files]);
    });
    void this.#show(parseState(location.hash));
  }

  /** The reader wants something else: a new entry of the history. */
  set(change: Partial<StudioState>): void {
    const next = { ...this.state, ...change };
    const fragment = `#${formatState(next)}`;
    if (fragment !== location.hash) history.pushState(null, '', fragment);
    void this.#show(next);
  }

  /** Changes one network, or removes it where there is no `change`. */
  setNetwork(index: number, change: Partial<NetworkState> | undefined): void {
    const networks = [...this.state.networks];
    if (change) networks[index] = { ...(networks[index] ?? START.networks[0]), ...change };
    else networks.splice(index, 1);
    const [first = START.networks[0], ...others] = networks.slice(0, MAX_NETWORKS);
    this.set({ networks: [first, ...others] });
  }

  /** Another network, of which nothing is known yet. */
  setModel(index: number, model: string): void {
    const nothing = {
      preprocessing: undefined,
      labels: undefined,
      layer: undefined,
      channel: undefined,
      at: undefined,
    };
    this.setNetwork(index, { ...nothing, model });
  }

  /** Files for network `index`, and pictures for all. */
  async take(files: readonly File[], index: number = 0): Promise<void> {
    if (files.length === 0) return;
    try {
      const { model, labels, picture, corpus } = await keepDropped(files);
      this.message = '';
      const isOther = model !== undefined && model !== this.state.networks[index]?.model;
      const pictures = { ...(picture && { picture }), ...(corpus && { corpus }) };
      if (picture ?? corpus) this.set(pictures);
      if (isOther) this.setModel(index, model);
      // The files of an address have come: it is as it was
      else if (model !== undefined) this.columns[index]?.close();
      if (labels !== undefined) this.setNetwork(index, { labels });
      if (!(picture ?? corpus ?? labels) && !isOther) void this.#show(this.state);
    } catch (error) {
      this.tell((error as Error).message);
    }
  }

  tell(message: string): void {
    this.message = message;
    announce(message);
    this.#render();
  }

  async copyAddress(): Promise<void> {
    await navigator.clipboard.writeText(location.href);
    this.tell(say('Copied.'));
  }

  async embed(): Promise<void> {
    const dialog = this.#main.querySelector('dialog')!;
    await showEmbedding(dialog, this.state, this.columns, this.address);
  }

  async forget(): Promise<void> {
    await forgetFiles();
    this.set(START);
    this.tell(say('Your files are forgotten.'));
  }

  async #show(state: StudioState): Promise<void> {
    this.state = state;
    while (this.columns.length > state.networks.length) this.columns.pop()!.close();
    while (this.columns.length < state.networks.length) this.columns.push(this.#column(this.columns.length));
    this.#render();
    await Promise.all(this.columns.map((column, i) => column.show(state, i)));
  }

  #column(index: number): Column {
    return new Column(this.address, {
      changed: () => {
        this.#render();
      },
      chose: (chosen) => {
        this.#chose(index, chosen);
      },
    });
  }

  #chose(index: number, { layer, channel, at, options }: Chosen): void {
    const before = this.state.networks[index];
    if (!before) return;
    const isFigure = Object.keys(options).length > 0 || layer === before.layer;
    const next = { ...this.state, options: isFigure ? options : this.state.options };
    this.columns[index]?.settle(next);
    const networks = [...this.state.networks];
    networks[index] = { ...before, layer, channel, at };
    const [first, ...others] = networks;
    const changed = { ...next, networks: [first!, ...others] as const };
    if (formatState(changed) !== formatState(this.state)) this.set(changed);
  }

  #render(): void {
    render(studioTemplate(this), this.#main);
  }
}
