import { formatState, isName, OPTIONS, START, VIEWS, type View } from './studio/address.ts';
import { DRAWINGS } from './studio/views.ts';

type Figure = HTMLElement & Readonly<Record<string, unknown>>;

/**
 * Aims the links of the page that stand under figures, at what these show now; `site` is the folder to which the studio's
 * addresses are relative. What a figure shows changes: its link is aimed again by whoever turns to it.
 */
export function aimAtStudio(site: URL): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.in-studio a')) {
    const aim = (): void => {
      const figure = figureAbove(link);
      if (figure) link.hash = fragmentFor(figure, site);
    };
    aim();
    for (const type of ['pointerover', 'pointerdown', 'focus']) link.addEventListener(type, aim);
  }
}

/** The figure, which may still wait in a template to be asked for. */
function figureAbove(link: HTMLAnchorElement): Figure | undefined {
  for (let at = link.parentElement!.previousElementSibling; at; at = at.previousElementSibling) {
    const figure = at instanceof HTMLTemplateElement ? at.content.firstElementChild : at;
    if (figure?.localName.startsWith('cnn-')) return figure as Figure;
  }
  return undefined;
}

/** What the studio shows where it has no view like the figure: the same network, layer and picture. */
function fragmentFor(figure: Figure, site: URL): string {
  const view = VIEWS.find((name) => DRAWINGS[name].tag === figure.localName);
  const said = (name: string): string | undefined => {
    const value = figure[name] ?? figure.getAttribute(name);
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
  };
  const located = (name: string): string | undefined => {
    const value = said(name);
    return value === undefined ? undefined : withinSite(value, site);
  };
  const model = said('model') ?? START.networks[0].model;
  const unit = view === undefined ? 'channel' : DRAWINGS[view].unit;
  // The first of several, as `17, 42` or `fire2: 17, 42; fire5: 3`
  const [, layer, channel] = /^\s*(?:([^:;]+):)?\s*(\d+)/.exec((unit && said(unit)) ?? '') ?? [];
  const at = said('at');
  return formatState({
    networks: [
      {
        model: isName(model) ? model : withinSite(model, site),
        layer: layer ?? said('layer'),
        ...(channel !== undefined && { channel: Number(channel) }),
        ...(at !== undefined && /^\d+,\d+$/.test(at) && { at }),
      },
    ],
    picture: located('src') ?? START.picture,
    corpus: located('corpus') ?? START.corpus,
    view: view ?? START.view,
    options: view ? optionsOf(figure, view) : {},
  });
}

const optionsOf = (figure: Figure, view: View): Record<string, string> =>
  Object.fromEntries(
    OPTIONS[view].flatMap((name) => {
      const value = figure.getAttribute(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );

/** An address of the page, as the studio names it: relative to the site where it lies there. */
function withinSite(address: string, site: URL): string {
  const { href } = new URL(address, document.baseURI);
  return href.startsWith(site.href) ? href.slice(site.href.length) : href;
}
