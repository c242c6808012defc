import { render, type TemplateResult } from 'lit';
import { announce } from '../../components/internal/announcer.ts';
import { beginToSpeak, explain, speak, type Rendered } from '../../components/internal/languages/words.ts';
import { droppedFiles } from '../../src/internal.ts';
import { acceptFiles } from '../drops.ts';
import { formatState, parseState, parseStoredId, START, type NetworkState, type StudioState } from './address.ts';
import { Column } from './column.ts';
import { keepDropped } from './drop.ts';
import { showEmbedding } from './embed-dialog.ts';
import type { Chosen } from './figure.ts';
import { forgetFiles, keptFiles } from './files.ts';
import { bundledNetworks } from './network.ts';
import { say } from './words.ts';

/** Choices in a graph or figure that follow so soon are one step of the history, ms. */
const RAPID_MS = 300;

type Networks = StudioState['networks'];

/** Networks with another at `index`, or without it. */
function replaced(networks: Networks, index: number, network: NetworkState | undefined): Networks {
  const next = [...networks];
  next.splice(index, 1, ...(network ? [network] : []));
  const [first = START.networks[0], ...others] = next;
  return [first, ...others];
}

/** The studio: what is in the address is shown, and what the reader chooses is in the address. */
export class Studio {
  state: StudioState = START;
  readonly columns: Column[] = [];
  message = '';
  readonly #main: Rendered & HTMLElement;
  readonly #site: URL;
  readonly #template: (studio: Studio) => TemplateResult;
  /** When the reader chose in a graph or figure last, ms. */
  #chosen = -Infinity;

  /** `site` is the folder that pictures and lists are relative to; `template` makes all of the studio as it is. */
  constructor(main: HTMLElement, site: URL, template: (studio: Studio) => TemplateResult) {
    this.#template = template;
    this.#main = Object.assign(main, {
      requestUpdate: () => {
        this.#render();
      },
    });
    this.#site = site;
  }

  readonly address = (relative: string): string => new URL(relative, this.#site).href;

  /** What went wrong, in the language of the page. */
  errorText(error: unknown): string {
    return speak(this.#main, () => explain(error as Error));
  }

  start(): void {
    addEventListener('popstate', () => void this.#show(parseState(location.hash)));
    acceptFiles((data, target) => {
      const column = target?.closest<HTMLElement>('.column')?.dataset['index'];
      void droppedFiles(data).then((files) => this.take(files, Number(column ?? 0)));
    });
    void this.#show(parseState(location.hash));
    beginToSpeak(this.#main);
  }

  /** The reader wants something else: a new entry of the history, or the same once more. */
  set(change: Partial<StudioState>, entry: 'pushState' | 'replaceState' = 'pushState'): void {
    const next = { ...this.state, ...change };
    const fragment = `#${formatState(next)}`;
    if (fragment !== location.hash) history[entry](null, '', fragment);
    void this.#show(next);
  }

  /** Changes one network, or removes it where there is no `change`. */
  setNetwork(index: number, change: Partial<NetworkState> | undefined): void {
    const { networks } = this.state;
    const network = change && { ...(networks[index] ?? START.networks[0]), ...change };
    this.set({ networks: replaced(networks, index, network) });
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

  /** One of the list that is not there yet, to be compared with the others. */
  addNetwork(): void {
    const { networks } = this.state;
    const others = bundledNetworks().filter(({ id }) => networks.every(({ model }) => model !== id));
    this.setModel(networks.length, others[0]?.id ?? START.networks[0].model);
  }

  /** Files for network `index`, and pictures for all. */
  async take(files: readonly File[], index: number = 0): Promise<void> {
    if (files.length === 0) return;
    try {
      const before = this.state.networks[index] ?? START.networks[0];
      const present = parseStoredId(before.model);
      // Weights of a network that could not be read without them
      const lacking = this.columns[index]?.network ? undefined : present;
      const dropped = await keepDropped(files, lacking && (await keptFiles(lacking.sha256)));
      const { model = before.model, labels, picture, corpus } = dropped;
      const isOther = parseStoredId(model)?.name !== present?.name;
      const network = { ...(isOther ? {} : before), model, ...(labels !== undefined && { labels }) };
      this.tell('');
      this.set({
        networks: replaced(this.state.networks, index, network),
        ...(picture && { picture }),
        ...(corpus && { corpus }),
      });
    } catch (error) {
      this.tell(this.errorText(error));
    }
  }

  tell(message: string): void {
    this.message = message;
    announce(this.#main, () => message);
    this.#render();
  }

  async copyAddress(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.tell(say('Copied.'));
    } catch {
      // Refused to this page: it is in the browser's own field of addresses
      this.tell(location.href);
    }
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
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a.language')) link.hash = formatState(state);
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
    const networks = replaced(this.state.networks, index, { ...before, layer, channel, at });
    const changed = { ...next, networks };
    if (formatState(changed) === formatState(this.state)) return;
    // Whoever holds an arrow key down goes back in one step
    const isRapid = performance.now() - this.#chosen < RAPID_MS;
    this.#chosen = performance.now();
    this.set(changed, isRapid ? 'replaceState' : 'pushState');
  }

  #render(): void {
    // The words of the elements are asked for before there is one: nothing shifts when they come
    speak(this.#main, () => render(this.#template(this), this.#main));
  }
}
