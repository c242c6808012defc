import { html, type TemplateResult } from 'lit';
import type { FieldBox, Picture } from '../../src/internal.ts';
import { percentOf } from './probe.ts';

/** What a unit sees, on the picture. */
export function boxOn({ width, height }: Picture, [x0, y0, x1, y1]: FieldBox): TemplateResult {
  const place = `left: ${percentOf(x0 / width)}; top: ${percentOf(y0 / height)}; width: ${percentOf((x1 - x0) / width)}; height: ${percentOf((y1 - y0) / height)}`;
  return html`<span class="mark"><span class="cursor" part="box" .style=${place}></span></span>`;
}
