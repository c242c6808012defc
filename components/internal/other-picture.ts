import { html, nothing, type TemplateResult } from 'lit';
import type { ImageSource, Sample } from '../../src/internal.ts';
import { canvas } from './canvas.ts';
import { t } from './languages/words.ts';

/** A second picture that a figure works with: as the network sees it, and as it is until then. */
export function otherPicture(
  title: string,
  {
    source,
    sample,
    alt,
    part,
  }: {
    readonly source: ImageSource | undefined;
    readonly sample: Sample | undefined;
    readonly alt: string;
    readonly part: string;
  },
): TemplateResult {
  const said = t(alt);
  const before = typeof source === 'string' ? html`<img part=${part} src=${source} alt=${said} />` : nothing;
  return html`<div class="panel">
    <h3>${t(title)}</h3>
    <div class="image-area">${sample ? canvas(sample.crop, said, part) : before}</div>
  </div>`;
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** A name that no other source of pictures of the page has. */
export function sourceName(source: ImageSource | undefined): string | undefined {
  if (typeof source !== 'object') return source;
  const number = numbers.get(source) ?? ++count;
  numbers.set(source, number);
  return `picture ${number}`;
}
