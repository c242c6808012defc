import { OPTIONS, parseStoredId, type NetworkState, type StudioState, type View } from './address.ts';
import { keptFiles } from './files.ts';
import { FilesWanted } from './network.ts';
import { DRAWINGS, pictureFor } from './views.ts';

/** An element of the studio, as it is set: the names are those of its properties. */
type Figure = HTMLElement & Record<string, unknown>;

/** What a figure says that the reader did in it. */
export interface Chosen {
  readonly layer: string | undefined;
  readonly channel: number | undefined;
  readonly at: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

/** Makes the element of a view, of a network that the page holds under `name`. Throws {@link FilesWanted}. */
export async function makeFigure(
  state: StudioState,
  network: NetworkState,
  name: string,
  address: (relative: string) => string,
): Promise<HTMLElement> {
  const { tag, needs } = DRAWINGS[state.view];
  const figure = document.createElement(tag) as Figure;
  figure['model'] = name;
  if (needs === 'picture') await givePicture(figure, pictureFor(state), address);
  if (needs === 'corpus') await giveCorpus(figure, state.corpus, address);
  for (const option of OPTIONS[state.view]) {
    const value = state.options[option];
    if (value !== undefined) figure.setAttribute(option, value);
  }
  aim(figure, state.view, network);
  return figure;
}

/** Lets a figure look at the layer and unit that are chosen. */
export function aim(element: HTMLElement, view: View, { layer, channel, at }: NetworkState): void {
  const { unit, at: takesUnit } = DRAWINGS[view];
  const figure = element as Figure;
  figure['layer'] = layer;
  if (unit) figure[unit] = unit === 'channel' || channel === undefined ? channel : String(channel);
  if (takesUnit) figure['at'] = at;
}

/** What the reader has chosen in a figure, where that is not what was chosen before. */
export function chosenIn(element: HTMLElement, view: View): Chosen {
  const figure = element as Figure;
  const fresh = document.createElement(DRAWINGS[view].tag) as Figure;
  const { unit, at: takesUnit } = DRAWINGS[view];
  const channel = unit ? (figure[unit] as number | string | undefined) : undefined;
  const at = takesUnit ? figure['at'] : undefined;
  const changed = OPTIONS[view].filter((name) => figure[name] !== undefined && figure[name] !== fresh[name]);
  return {
    layer: figure['layer'] as string | undefined,
    channel: channel === undefined || !/^\d+$/.test(String(channel)) ? undefined : Number(channel),
    at: typeof at === 'string' && /^\d+,\d+$/.test(at) ? at : undefined,
    options: Object.fromEntries(changed.map((name) => [name, String(figure[name])])),
  };
}

async function givePicture(figure: Figure, picture: string, address: (relative: string) => string): Promise<void> {
  const stored = parseStoredId(picture);
  if (picture === 'webcam') figure['webcam'] = true;
  else if (!stored) figure['src'] = address(picture);
  else figure['image'] = (await filesOf(stored))[0];
  figure['alt'] = stored?.name ?? picture.replace(/^.*\/|\.[^.]*$/g, '').replaceAll('-', ' ');
}

async function giveCorpus(figure: Figure, corpus: string, address: (relative: string) => string): Promise<void> {
  const stored = parseStoredId(corpus);
  if (stored) figure['images'] = await filesOf(stored);
  else figure['corpus'] = address(corpus);
}

async function filesOf(stored: {
  readonly sha256: string;
  readonly name: string;
}): Promise<readonly [File, ...File[]]> {
  const files = await keptFiles(stored.sha256);
  if (!files) throw new FilesWanted(stored.name);
  return files;
}
