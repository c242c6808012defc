import { html, type TemplateResult } from 'lit';
import type { Filters } from '../../src/internal.ts';
import { short } from '../internal/scale.ts';
import { t } from '../internal/languages/words.ts';

const COLOURS = { R: 'red', G: 'green', B: 'blue' } as const;

/** What a plane of a filter is for: a channel of the layer before, or a colour. */
export function planeName({ planes, weights, group }: Filters, filter: number, plane: number): string {
  if (planes?.order === 'gray') return 'brightness';
  if (planes) return COLOURS[planes.order[plane] as keyof typeof COLOURS];
  const [k, c] = weights.shape as [number, number];
  return t`channel ${Math.floor(filter / (k / group)) * c + plane}`;
}

/** Weights [r, s] of a plane of a filter. */
function plane({ weights: { shape, data } }: Filters, filter: number, index: number): readonly (readonly number[])[] {
  const [, c, r, s] = shape as [number, number, number, number];
  const start = (filter * c + index) * r * s;
  return Array.from({ length: r }, (_, row) => [...data.subarray(start + row * s, start + (row + 1) * s)]);
}

/** Weights as they are in the file: those of a filter for some of its planes. */
export function numberTables(filters: Filters, filter: number, planes: readonly number[]): TemplateResult {
  const name = planes.map((index) => planeName(filters, filter, index)).join(', ');
  return html`<div
    class="numbers"
    part="numbers"
    tabindex="0"
    role="region"
    aria-label=${t`Numbers of filter ${filter}, ${name}`}
  >
    ${planes.map((index) => {
      const rows = plane(filters, filter, index);
      return html`<table>
        <caption>
          ${t`Filter ${filter}, ${planeName(filters, filter, index)}`}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${rows[0]!.map((_, col) => html`<th scope="col">${col}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, y) =>
              html`<tr>
                <th scope="row">${y}</th>
                ${row.map((value) => html`<td>${short(value)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>`;
    })}
  </div>`;
}
