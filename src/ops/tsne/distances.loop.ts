import { BYTES, inParts } from '../internal/loops.ts';
import type { Loop, Machine } from '../loop.ts';

/** What an exponential costs, in multiplications. */
const EXPONENTIAL = 10;

/** Writes to y, an address, the squared distances of point i of x [d, n] from all. */
function distancesOf({ memory, kernels }: Machine, x: number, [d, n]: readonly number[], i: number, y: number): void {
  if (kernels) {
    kernels.run.distances(x, d!, n!, i, 0, n!, y);
    return;
  }
  const [points, row] = [memory.floats(x, d! * n!), memory.floats(y, n!)];
  row.fill(0);
  for (let axis = 0; axis < d! * n!; axis += n!)
    for (let j = 0; j < n!; j++) row[j]! += (points[axis + i]! - points[axis + j]!) ** 2;
}

export const squaredDistances: Loop<object> = ({ inputs }, machine) => {
  const { shape } = inputs[0]!;
  const [d, n] = shape as [number, number];
  return inParts(n, d * n * n, ({ inputs: [x], outputs: [y] }) => (from, to) => {
    for (let i = from; i < to; i++) distancesOf(machine, x!, shape, i, y! + BYTES * i * n);
  });
};

export const jointProbabilities: Loop<object> = ({ inputs, outputs }, machine) => {
  const { shape } = inputs[0]!;
  const [d, n] = shape as [number, number];
  const columns = outputs[0]!.shape[1]!;
  return inParts(n, (d + 2 * EXPONENTIAL) * n * n, ({ inputs: [x, rowsAt], outputs: [y] }) => (from, to) => {
    const rows = machine.memory.floats(rowsAt!, 3 * n);
    const picks = (i: number, distance: number): number =>
      Math.exp(Math.min(rows[i]! * (rows[n + i]! - distance), 0)) * rows[2 * n + i]!;
    for (let i = from; i < to; i++) {
      distancesOf(machine, x!, shape, i, y! + BYTES * i * columns);
      const row = machine.memory.floats(y! + BYTES * i * columns, columns);
      for (let j = 0; j < n; j++) row[j] = (picks(i, row[j]!) + picks(j, row[j]!)) / (2 * n);
      row.fill(0, n);
      row[i] = 0;
    }
  });
};
