import { unravel, valuesAt, type Explanation, type Grid } from './explanation.ts';

/** Units on each side of the one that is looked at. */
const REACH = 2;

/** A unit [1, c, h, w] in the middle of its neighbours of the channel, or [1, c] of those beside it. */
function around(at: number, shape: readonly number[]): Pick<Grid, 'rows' | 'columns' | 'places'> {
  const isMap = shape.length > 2;
  const [height, width] = isMap ? (shape.slice(-2) as [number, number]) : [1, shape.at(-1) ?? 1];
  const [y, x] = unravel(at % (height * width), [height, width]) as [number, number];
  const rows = height === 1 ? [0] : offsets();
  const columns = width === 1 ? [0] : offsets();
  const places = rows.flatMap((dy) =>
    columns.map((dx) => {
      const inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
      return inside ? at + dy * width + dx : -1;
    }),
  );
  return { rows: rows.length, columns: columns.length, places };
}

function offsets(): number[] {
  return Array.from({ length: 2 * REACH + 1 }, (_, i) => i - REACH);
}

/** ReLU and other clamps, from low to high. On the way back units strictly between the bounds are active, as in relu-grad. */
export function clamping(low: number, high: number): Explanation {
  const clamp = (value: number): number => Math.min(Math.max(value, low), high);
  return {
    forward: ({ outputs: [y] }, read, to) => {
      const grid = around(to, y!.shape);
      const values = valuesAt(read(0), grid.places);
      return { kind: 'clamped', ...grid, low, high, values, after: values.map(clamp) };
    },
    backward: ({ inputs: [x] }, read, { from }, dy) => {
      const grid = around(from, x!.shape);
      const values = valuesAt(dy, grid.places);
      const before = valuesAt(read(0), grid.places);
      const active = before.map((value, i) => grid.places[i]! >= 0 && value > low && value < high);
      return {
        kind: 'ruled',
        ...grid,
        values,
        output: before.map(clamp),
        active,
        gradient: values.map((value, i) => (active[i] ? value : 0)),
        guided: values.map((value, i) => (active[i] ? Math.max(value, 0) : 0)),
        deconvnet: values.map((value) => Math.max(value, 0)),
      };
    },
  };
}
