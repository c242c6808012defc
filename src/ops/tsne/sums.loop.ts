import { overTensors, inParts, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { partsOf } from './sums.ts';

/** Points that the kernel takes at once. */
const FOUR = 4;
const OPERATIONS_OF_PAIR = 4;
const OPERATIONS_OF_LOGARITHM = 16;

/** Calls back for each pair of points i from one to before another, with 1 / (1 + distance²) and how they lie to each other. */
function eachPair(
  y: Numbers,
  n: number,
  [from, to]: readonly [number, number],
  visit: (i: number, j: number, w: number, dx: number, dy: number) => void,
): void {
  for (let i = from; i < to; i++) {
    for (let j = 0; j < n; j++) {
      const [dx, dy] = [y[i]! - y[j]!, y[n + i]! - y[n + j]!];
      if (i !== j) visit(i, j, 1 / (1 + dx * dx + dy * dy), dx, dy);
    }
  }
}

export const tsneForces: Loop<object> = (context, machine) => {
  const [n, columns] = context.inputs[0]!.shape as [number, number];
  const { parts, span } = partsOf(n);
  const { kernels } = machine;
  const operations = OPERATIONS_OF_PAIR * n * n;
  if (kernels) {
    return inParts(Math.ceil(n / FOUR), operations, ({ inputs: [p, y], outputs: [sums] }) => (from, to) => {
      kernels.run.forces(p!, columns, y!, n, FOUR * from, Math.min(FOUR * to, n), span, parts, sums!);
    });
  }
  const quantity = parts * n;
  return overTensors(context, machine, [n, 4 * operations], ({ inputs: [p, y], outputs: [sums] }, from, to) => {
    for (let row = 0; row < 5 * parts; row++) sums!.fill(0, row * n + from, row * n + to);
    eachPair(y!, n, [from, to], (i, j, w, dx, dy) => {
      const at = Math.floor(j / span) * n + i;
      const pull = p![i * columns + j]! * w;
      sums![at]! += w;
      sums![at + quantity]! += pull * dx;
      sums![at + 2 * quantity]! += pull * dy;
      sums![at + 3 * quantity]! += w * w * dx;
      sums![at + 4 * quantity]! += w * w * dy;
    });
  });
};

export const tsneDivergence: Loop<object> = (context, machine) => {
  const [n, columns] = context.inputs[0]!.shape as [number, number];
  const { parts, span } = partsOf(n);
  const quantity = parts * n;
  return overTensors(
    context,
    machine,
    [n, OPERATIONS_OF_LOGARITHM * n * n],
    ({ inputs: [p, y], outputs: [sums] }, from, to) => {
      for (let row = 0; row < 3 * parts; row++) sums!.fill(0, row * n + from, row * n + to);
      eachPair(y!, n, [from, to], (i, j, w) => {
        const at = Math.floor(j / span) * n + i;
        const wanted = p![i * columns + j]!;
        sums![at]! += w;
        sums![at + quantity]! += wanted;
        if (wanted !== 0) sums![at + 2 * quantity]! += wanted * Math.log(wanted / w);
      });
    },
  );
};

/** Below any sum of w that pushes points apart. */
const SMALLEST = 1.17549435e-38;

export const tsneGradient: Loop<object> = (context, machine) => {
  const [, parts, n] = context.inputs[0]!.shape as [number, number, number];
  return overTensors(
    context,
    machine,
    [2 * n, 4 * parts * n],
    ({ inputs: [sums, z, exaggeration], outputs: [dy] }, from, to) => {
      const scale = Math.max(z![0]!, SMALLEST);
      const total = (quantity: number, point: number): number => {
        let sum = 0;
        for (let part = 0; part < parts; part++) sum += sums![(quantity * parts + part) * n + point]!;
        return sum;
      };
      for (let at = from; at < to; at++) {
        const [axis, point] = [Math.floor(at / n), at % n];
        dy![at] = 4 * (exaggeration![0]! * total(1 + axis, point) - total(3 + axis, point) / scale);
      }
    },
  );
};
