import type { NodeContext } from '../../ir/node.ts';
import { poolWindows, tapIndex, type Windows } from '../internal/window.ts';
import { concrete, type MaxPoolAttributes } from '../pool/max-pool.ts';
import { unravel, valuesAt, type Explanation, type Grid } from './explanation.ts';

function windowsOf({ node, attributes, inputs: [x] }: NodeContext<MaxPoolAttributes>): Windows {
  return poolWindows(node, x!.shape, concrete(attributes, x!.shape));
}

/** What lies under the window of an output unit. */
function under({ h, w }: Windows, to: number): Pick<Grid, 'rows' | 'columns' | 'places'> {
  const p = Math.floor(to / w.count) % h.count;
  const plane = Math.floor(to / (h.count * w.count)) * h.size;
  const places: number[] = [];
  for (let r = 0; r < h.kernel; r++) {
    for (let s = 0; s < w.kernel; s++) {
      const [y, x] = [tapIndex(h, p, r), tapIndex(w, to % w.count, s)];
      places.push(y < 0 || x < 0 ? -1 : (plane + y) * w.size + x);
    }
  }
  return { rows: h.kernel, columns: w.kernel, places };
}

/** The output units with a place of the input under their windows, in rows. */
function over({ h, w }: Windows, from: number): Pick<Grid, 'rows' | 'columns' | 'places'> {
  const [channel, y, x] = unravel(from, [Infinity, h.size, w.size]) as [number, number, number];
  const covering = ({ count, kernel }: Windows['h'], covers: (window: number, tap: number) => boolean): number[] =>
    [...Array(count).keys()].filter((window) => [...Array(kernel).keys()].some((tap) => covers(window, tap)));
  const rows = covering(h, (window, tap) => tapIndex(h, window, tap) === y);
  const columns = covering(w, (window, tap) => tapIndex(w, window, tap) === x);
  return {
    rows: rows.length,
    columns: columns.length,
    places: rows.flatMap((p) => columns.map((q) => (channel * h.count + p) * w.count + q)),
  };
}

export const maxPooling: Explanation<MaxPoolAttributes> = {
  records: 1,
  forward: (context, read, to) => {
    const grid = under(windowsOf(context), to);
    const values = valuesAt(read(0), grid.places);
    let chosen = -1;
    for (const [i, place] of grid.places.entries())
      if (place >= 0 && (chosen < 0 || values[i]! > values[chosen]!)) chosen = i;
    return { kind: 'maximum', ...grid, values, chosen };
  },
  backward: (context, _read, { from, to }, dy, recorded) => {
    const windows = windowsOf(context);
    const switches = recorded!;
    const arrived = (place: number): number =>
      over(windows, place).places.reduce((sum, at) => (switches[at] === place ? sum + dy[at]! : sum), 0);
    const grid = under(windows, to);
    const above = over(windows, from);
    return {
      kind: 'unpooled',
      ...grid,
      values: grid.places.map((place) => (place < 0 ? 0 : arrived(place))),
      windows: { ...above, values: valuesAt(dy, above.places), switches: valuesAt(switches, above.places) },
      sum: arrived(from),
    };
  },
};
