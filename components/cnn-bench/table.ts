import { html, nothing, type TemplateResult } from 'lit';
import { cellText, COLUMNS, sorted, type Column, type Order, type Row } from './rows.ts';
import { t } from '../internal/languages/words.ts';

export interface TableReader {
  readonly order: Order | undefined;
  readonly chosen: string | undefined;
  readonly onSort: (order: Order | undefined) => void;
  /** Undefined where rows are no layers. */
  readonly onChoose: ((layer: string) => void) | undefined;
}

const ALL = Object.keys(COLUMNS) as Column[];
const isText = (column: Column): boolean => column === 'layer' || column === 'kernel';

/** More than a reader looks through: the first in the order that was chosen. */
const MAX_ROWS = 500;

/** Rows that can be sorted by each column, and chosen. */
export function rowTable(rows: readonly Row[], { order, chosen, onSort, onChoose }: TableReader): TemplateResult {
  return html`<div class="frame" role="region" tabindex="0" aria-label=${t`Times and rates`}>
    <table part="table">
      <thead>
        <tr>
          ${ALL.map((column) => heading(column, order, onSort))}
        </tr>
      </thead>
      <tbody>
        ${sorted(rows, order)
          .slice(0, MAX_ROWS)
          .map(
            (row) =>
              html`<tr class=${onChoose && row.layer === chosen ? 'chosen' : ''}>
                <th scope="row" class="text">
                  ${
                    onChoose
                      ? html`<button
                          type="button"
                          aria-pressed=${row.layer === chosen}
                          @click=${() => {
                            onChoose(row.layer);
                          }}
                        >
                          ${row.layer}
                        </button>`
                      : row.layer
                  }
                </th>
                ${ALL.slice(1).map((column) => html`<td class=${isText(column) ? 'text' : ''}>${cellText(row, column)}</td>`)}
              </tr>`,
          )}
        ${
          rows.length > MAX_ROWS
            ? html`<tr>
                <td class="text">${t`and ${rows.length - MAX_ROWS} more`}</td>
              </tr>`
            : nothing
        }
      </tbody>
    </table>
  </div>`;
}

/** Numbers largest first, then smallest first, then the order of execution again; names the other way round. */
function heading(column: Column, order: Order | undefined, onSort: TableReader['onSort']): TemplateResult {
  const mine = order?.column === column ? order : undefined;
  const first = isText(column);
  const next = !mine
    ? { column, ascending: first }
    : mine.ascending === first
      ? { column, ascending: !first }
      : undefined;
  return html`<th
    scope="col"
    class=${isText(column) ? 'text' : ''}
    aria-sort=${mine ? (mine.ascending ? 'ascending' : 'descending') : 'none'}
  >
    <button
      type="button"
      @click=${() => {
        onSort(next);
      }}
    >
      ${t(COLUMNS[column])}${mine ? (mine.ascending ? ' ▲' : ' ▼') : ''}
    </button>
  </th>`;
}
