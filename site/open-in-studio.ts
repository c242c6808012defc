import { formatState, OPTIONS, START, VIEWS } from './studio/address.ts';
import { DRAWINGS } from './studio/views.ts';
import { say } from './studio/words.ts';

/** Puts a link to the studio under every figure of the page that the studio can show, aimed at what the figure shows when it is followed. */
export function openInStudio(root: ParentNode = document): void {
  for (const view of VIEWS) {
    for (const figure of root.querySelectorAll<HTMLElement>(DRAWINGS[view].tag)) {
      const link = document.createElement('a');
      link.textContent = say('Open in the studio');
      const aim = (): void => {
        link.href = studioAddress(figure, view);
      };
      aim();
      for (const type of ['pointerdown', 'focus']) link.addEventListener(type, aim);
      const line = document.createElement('p');
      line.className = 'in-studio';
      line.append(link);
      figure.after(line);
    }
  }
}

function studioAddress(element: HTMLElement, view: (typeof VIEWS)[number]): string {
  const figure = element as HTMLElement & Record<string, unknown>;
  const said = (name: string): string | undefined => {
    const value = figure[name] ?? figure.getAttribute(name);
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
  };
  const channel = said('channel') ?? said('channels');
  const at = said('at');
  const options = OPTIONS[view].filter((name) => figure.hasAttribute(name));
  const fragment = formatState({
    networks: [
      {
        model: said('model') ?? START.networks[0].model,
        layer: said('layer'),
        ...(channel !== undefined && /^\d+$/.test(channel) && { channel: Number(channel) }),
        ...(at !== undefined && /^\d+,\d+$/.test(at) && { at }),
      },
    ],
    picture: said('src') ?? START.picture,
    corpus: said('corpus') ?? START.corpus,
    view,
    options: Object.fromEntries(options.map((name) => [name, figure.getAttribute(name)!])),
  });
  return `studio.html#${fragment}`;
}
