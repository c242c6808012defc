import { isName, parseStoredId, type NetworkState, type StudioState } from './address.ts';
import { DRAWINGS, pictureFor } from './views.ts';

/** What an author needs to show a figure of the studio in an own page. */
export interface Embedding {
  readonly html: string;
  /** Names of files that have to lie beside the page. */
  readonly files: readonly string[];
}

/** The network as an element is told of it: how it prepares pictures, as JSON. */
export interface EmbeddedNetwork extends NetworkState {
  readonly json?: string | undefined;
  /** Files beside the network: its weights. */
  readonly beside?: readonly string[] | undefined;
}

/** HTML of what is seen; `address` makes those of the site absolute. */
export function embed(
  {
    networks,
    picture,
    corpus,
    view,
    options,
  }: Omit<StudioState, 'networks'> & {
    readonly networks: readonly EmbeddedNetwork[];
  },
  address: (relative: string) => string,
): Embedding {
  const files = new Set<string>();
  const located = (id: string, rename = (name: string): string => name): string => {
    const stored = parseStoredId(id);
    if (!stored) return address(id);
    const name = rename(stored.name);
    files.add(name);
    return encodeURIComponent(name);
  };
  const shown = pictureFor({ view, picture });
  const { tag, needs, unit, at: takesUnit } = DRAWINGS[view];
  const figures = networks.map(({ model, json, labels, layer, channel, at, beside = [] }) => {
    const attributes: Record<string, string | undefined> = {
      model: isName(model) ? model : located(model),
      preprocessing: json,
      labels: labels !== undefined ? located(labels, jsonName) : undefined,
      ...(needs === 'picture' && (shown === 'webcam' ? { webcam: '' } : { src: located(shown) })),
      ...(needs === 'corpus' && { corpus: located(corpus, corpusName) }),
      layer,
      ...(unit && channel !== undefined && { [unit]: String(channel) }),
      ...(takesUnit && channel !== undefined && { at }),
      ...options,
    };
    for (const name of beside) files.add(name);
    return `<${tag}${Object.entries(attributes).map(attribute).join('')}></${tag}>`;
  });
  const script = '<script type="module" src="unpool.min.js"></script>';
  return { html: [script, ...figures].join('\n'), files: [...files] };
}

/** Labels are read as JSON; what was dropped as lines is saved so. */
export const jsonName = (name: string): string => name.replace(/(\.json|\.txt)?$/i, '.json');

/** A folder is embedded as a list of its pictures. */
export const corpusName = (name: string): string => `${name.replace(/\.[^.]*$/, '')}-list.json`;

function attribute([name, value]: readonly [string, string | undefined]): string {
  if (value === undefined) return '';
  return value === '' ? ` ${name}` : ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
}
