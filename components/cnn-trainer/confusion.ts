import { picturesText } from '../internal/whole.ts';
import { html, nothing, type TemplateResult } from 'lit';
import type { Picture } from '../../src/internal.ts';
import type { Confusion } from '../../src/training.ts';
import { canvas } from '../internal/canvas.ts';
import { button } from '../internal/controls.ts';
import { brief } from '../internal/link.ts';
import { t } from '../internal/languages/words.ts';

/** Row and column: pictures of a class, taken for another. */
export type Confused = readonly [of: number, as: number];

/** Beyond so many classes the matrix is as large as a page, and nearly empty. */
const MOST_CLASSES = 30;
/** Pictures of a cell that are shown. */
const MOST_PICTURES = 24;

export interface ConfusionReader {
  readonly classes: readonly string[];
  /** The cell whose pictures are shown. */
  readonly open: Confused | undefined;
  /** The cell where the keyboard is. */
  readonly at: Confused;
  readonly onMove: (cell: Confused) => void;
  readonly onOpen: (cell: Confused) => void;
}

/** What pictures of each class are taken for. */
export function confusionView(confusion: Confusion | undefined, reader: ConfusionReader): TemplateResult {
  const { classes } = reader;
  if (!confusion || classes.length > MOST_CLASSES) {
    const words = confusion ? t`With ${classes.length} classes the matrix is left out.` : t('Not tried yet.');
    return html`<div class="matrix blank muted">${words}</div>`;
  }
  const ids = [...classes.keys()];
  const press = (event: KeyboardEvent): void => {
    const [of, as] = reader.at;
    const [down, right] = STEPS[event.key] ?? [0, 0];
    const to: Confused = [clamp(of + down, ids.length), clamp(as + right, ids.length)];
    if (event.key === 'Enter' || event.key === ' ') reader.onOpen(reader.at);
    else if (event.key in STEPS) reader.onMove(to);
    else return;
    event.preventDefault();
  };
  return html`<div class="matrix">
    <table
      role="grid"
      part="confusion"
      aria-label=${t`Confusion matrix: rows are classes, columns what they are taken for`}
      @keydown=${press}
    >
      <thead>
        <tr>
          <th scope="col">${t`class`}</th>
          ${ids.map((id) => html`<th scope="col" title=${brief(classes[id]!)}>${id}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${ids.map((of) => rowOf(confusion, of, ids, reader))}
      </tbody>
    </table>
  </div>`;
}

function rowOf(confusion: Confusion, of: number, ids: readonly number[], reader: ConfusionReader): TemplateResult {
  const { classes, open, at } = reader;
  const whole = ids.reduce((sum, as) => sum + confusion.count(of, as), 0);
  return html`<tr>
    <th scope="row"><span>${of}</span> ${brief(classes[of]!)}</th>
    ${ids.map((as) => {
      const count = confusion.count(of, as);
      const isHere = at[0] === of && at[1] === as;
      return html`<td
        role="gridcell"
        class=${of === as ? 'right' : 'wrong'}
        .style=${`--_part: ${whole > 0 ? count / whole : 0}`}
        tabindex=${isHere ? 0 : -1}
        aria-selected=${open?.[0] === of && open[1] === as}
        aria-label=${cellText(classes, [of, as], count)}
        @click=${() => reader.onOpen([of, as])}
      >
        ${count > 0 ? count : nothing}
      </td>`;
    })}
  </tr>`;
}

const STEPS: Readonly<Record<string, Confused>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function clamp(at: number, count: number): number {
  return Math.min(Math.max(at, 0), count - 1);
}

/** A cell in words. */
export function cellText(classes: readonly string[], [of, as]: Confused, count: number): string {
  const pictures = picturesText(count);
  const [own, other] = [brief(classes[of]!), brief(classes[as]!)];
  return of === as ? t`${own}, found: ${pictures}` : t`${own} taken for ${other}: ${pictures}`;
}

/** The pictures of a cell; one of them may be looked at. */
export function cellView(
  cell:
    | { readonly text: string; readonly places: readonly number[]; readonly pictureOf: (place: number) => Picture }
    | undefined,
  onChoose: (place: number) => void,
): TemplateResult {
  if (!cell) {
    return html`<div class="panel cell">
      <p class="muted hint">${t`Choose a cell of the matrix to see which pictures are meant.`}</p>
    </div>`;
  }
  const further = cell.places.length - MOST_PICTURES;
  return html`<div class="panel cell" part="cell">
    <h3>${cell.text}</h3>
    <ul>
      ${cell.places
        .slice(0, MOST_PICTURES)
        .map(
          (place) =>
            html`<li>
              ${button(canvas(cell.pictureOf(place), t`picture ${place}`, 'confused'), () => onChoose(place), { label: t`Look at picture ${place}` })}
            </li>`,
        )}
    </ul>
    ${further > 0 ? html`<p class="muted">${t`And ${further} more.`}</p>` : nothing}
  </div>`;
}
