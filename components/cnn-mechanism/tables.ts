import { html, nothing, type TemplateResult } from 'lit';
import { unravel, type Grid } from '../../src/mechanism.ts';
import { short } from '../internal/scale.ts';

export interface NumberTable {
  readonly caption: string | TemplateResult;
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
  /** What stands where there is no number, by index. */
  readonly absent?: (index: number) => string | undefined;
  /** Of rows and columns. */
  readonly labels: readonly [rows: readonly string[], columns: readonly string[]];
  /** Index of the number that the walk goes through. */
  readonly marked?: number | undefined;
  /** The magnitude that has the full colour. */
  readonly largest: number;
  /** What it is named by in the style sheet, and from outside. */
  readonly part: string;
}

/** Numbers in rows and columns, coloured by sign and size; the same for those who hear it. */
export function numberTable(given: NumberTable): TemplateResult {
  const { caption, rows, columns, values, absent, labels, marked, largest, part } = given;
  const cell = (index: number): TemplateResult => {
    const value = values[index]!;
    const text = absent?.(index);
    if (text !== undefined) return html`<td class="absent">${text}</td>`;
    const mark = index === marked ? ' marked' : '';
    return html`<td class="${value < 0 ? 'minus' : 'plus'}${mark}" .style=${`--_share: ${share(value, largest)}`}>
      ${short(value)}
    </td>`;
  };
  return html`<table part=${part}>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <td></td>
        ${labels[1].map((label) => html`<th scope="col">${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${range(rows).map(
        (row) =>
          html`<tr>
            <th scope="row">${labels[0][row]}</th>
            ${range(columns).map((column) => cell(row * columns + column))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export interface ListTable {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly {
    readonly label: string | TemplateResult;
    /** Numbers; a text where there is none. */
    readonly values: readonly (number | string)[];
    readonly marked?: boolean;
    readonly isSum?: boolean;
  }[];
  readonly part: string;
}

/** A list of numbers with names; each column has its own largest colour. */
export function listTable({ caption, heads, rows, part }: ListTable): TemplateResult {
  const numbers = (column: number): number[] =>
    rows.flatMap(({ values, isSum }) => {
      const value = values[column];
      return typeof value === 'number' && !isSum ? [value] : [];
    });
  const largest = heads.slice(1).map((_, column) => largestOf(numbers(column)));
  return html`<table class="list" part=${part}>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ label, values, marked, isSum }) =>
          html`<tr class=${`${marked ? 'chosen' : ''} ${isSum ? 'sum' : ''}`}>
            <th scope="row">${label}</th>
            ${values.map((value, column) =>
              typeof value === 'string'
                ? html`<td class="absent">${value}</td>`
                : html`<td
                    class=${value < 0 ? 'minus' : 'plus'}
                    .style=${isSum ? nothing : `--_share: ${share(value, largest[column]!)}`}
                  >
                    ${short(value)}
                  </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Largest magnitude. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Rows and columns of a grid by where they lie in a tensor [1, c, h, w]; `·` where they lie outside. */
export function placesOf({ rows, columns, places }: Grid, shape: readonly number[]): NumberTable['labels'] {
  const first = (found: readonly number[], axis: number): string => {
    const inside = found.find((place) => place >= 0);
    return inside === undefined ? '·' : String(unravel(inside, shape).at(axis));
  };
  return [
    range(rows).map((row) => first(places.slice(row * columns, (row + 1) * columns), -2)),
    range(columns).map((column) =>
      first(
        places.filter((_, i) => i % columns === column),
        -1,
      ),
    ),
  ];
}

function share(value: number, largest: number): number {
  return largest === 0 ? 0 : Math.abs(value) / largest;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
