/** What the studio can show of a layer or unit, in the order of its tabs. */
export const VIEWS = ['activations', 'filters', 'saliency', 'occlusion', 'top-patches', 'feature', 'map'] as const;
export type View = (typeof VIEWS)[number];

/** One of the networks that are compared, and what of it is looked at. */
export interface NetworkState {
  /** Name of a bundled network, address of an ONNX file, or {@link storedId} of files of the reader. */
  readonly model: string;
  /** A line as `preprocessing.ts` writes it; what the list or the file says where it is missing. */
  readonly preprocessing?: string | undefined;
  /** Of files of the reader. */
  readonly labels?: string | undefined;
  readonly layer?: string | undefined;
  readonly channel?: number | undefined;
  /** The unit of the channel, as `y,x`. */
  readonly at?: string | undefined;
}

/** All that decides what the studio shows. */
export interface StudioState {
  /** One, or {@link MAX_NETWORKS} that are compared at most. */
  readonly networks: readonly [NetworkState, ...NetworkState[]];
  /** Address of a picture, relative to the site; {@link storedId} of one of the reader, or `webcam`. */
  readonly picture: string;
  /** Address of a list of pictures, or {@link storedId} of a folder of the reader. */
  readonly corpus: string;
  readonly view: View;
  /** What the reader chose in the figure, by the names of its attributes. */
  readonly options: Readonly<Record<string, string>>;
}

/** Attributes of each view's element that readers can change in the figure itself. */
export const OPTIONS: Readonly<Record<View, readonly string[]>> = {
  activations: ['scale', 'colormap', 'method'],
  filters: ['order', 'scale'],
  saliency: ['method', 'target', 'reduction', 'view', 'opacity', 'colormap'],
  occlusion: ['size', 'stride', 'fill', 'target', 'colormap'],
  'top-patches': ['method', 'each'],
  feature: ['preset', 'units', 'steps', 'seed'],
  map: ['algorithm', 'perplexity', 'neighbors', 'seed', 'pool', 'layout', 'marks'],
};

export const START: StudioState = {
  networks: [{ model: 'squeezenet1.1-fp16' }],
  picture: 'photos/european-honey-bee.jpg',
  corpus: 'corpus/index.json',
  view: 'activations',
  options: {},
};

/** How many networks are compared at most. */
export const MAX_NETWORKS = 4;

/** Stands for files that this browser keeps: their checksum, and the name by which other browsers ask for them. */
export const storedId = (sha256: string, name: string): string => `sha256:${sha256}/${name}`;

/** The parts of a {@link storedId}; undefined for anything else. */
export function parseStoredId(id: string): { readonly sha256: string; readonly name: string } | undefined {
  const [, sha256, name] = /^sha256:([0-9a-f]{64})\/(.+)$/s.exec(id) ?? [];
  return sha256 === undefined ? undefined : { sha256, name: name! };
}

/** What stands for a bundled network: neither an address nor a file. */
export const isName = (model: string): boolean => !parseStoredId(model) && !/[:/]|\.onnx$/i.test(model);

/** The part of the address after `#`: `model=…&layer=…&unit=17@3,4&show=saliency`. What is as at the start is left out, but the model. */
export function formatState({ networks, picture, corpus, view, options }: StudioState): string {
  const all = new URLSearchParams();
  for (const [i, { model, preprocessing, labels, layer, channel, at }] of networks.entries()) {
    const number = i === 0 ? '' : String(i + 1);
    const unit = channel === undefined ? undefined : `${channel}${at === undefined ? '' : `@${at}`}`;
    for (const [name, value] of Object.entries({ model, preprocessing, labels, layer, unit })) {
      if (value !== undefined) all.set(name + number, value);
    }
  }
  if (view !== START.view) all.set('show', view);
  if (picture !== START.picture) all.set('picture', picture);
  if (corpus !== START.corpus) all.set('corpus', corpus);
  for (const name of OPTIONS[view]) if (options[name] !== undefined) all.set(`with-${name}`, options[name]);
  // These mean nothing in a fragment, and addresses are read by people
  return all.toString().replace(/%(2F|3A|2C|40)/g, decodeURIComponent);
}

/** The inverse of {@link formatState}. What makes no sense is as at the start: an address is never an error. */
export function parseState(fragment: string): StudioState {
  const all = new URLSearchParams(fragment.replace(/^#/, ''));
  const said = (name: string): string | undefined => all.get(name)?.trim() || undefined;
  const first =
    networkOf(said, '') ?? networkOf((name) => (name === 'model' ? START.networks[0].model : said(name)), '');
  const others = Array.from({ length: MAX_NETWORKS - 1 }, (_, i) => networkOf(said, String(i + 2)));
  const view = VIEWS.find((name) => name === said('show')) ?? START.view;
  const options = OPTIONS[view].flatMap((name) => {
    const value = said(`with-${name}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    networks: [first!, ...others.filter((network) => network !== undefined)],
    picture: said('picture') ?? START.picture,
    corpus: said('corpus') ?? START.corpus,
    view,
    options: Object.fromEntries(options),
  };
}

function networkOf(said: (name: string) => string | undefined, number: string): NetworkState | undefined {
  const model = said(`model${number}`);
  if (model === undefined) return undefined;
  const [preprocessing, labels, layer] = ['preprocessing', 'labels', 'layer'].map((name) => said(name + number));
  const [, channel, at] = /^(\d{1,9})(?:@(\d+,\d+))?$/.exec(said(`unit${number}`) ?? '') ?? [];
  return {
    model,
    ...(preprocessing !== undefined && { preprocessing }),
    ...(labels !== undefined && { labels }),
    ...(layer !== undefined && { layer }),
    ...(channel !== undefined && { channel: Number(channel) }),
    ...(at !== undefined && { at }),
  };
}
