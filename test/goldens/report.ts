/** One comparison with a reference. */
export interface Row {
  readonly subject: string;
  readonly quantity: string;
  /** How it was measured, such as `relative L2`. */
  readonly measure: string;
  readonly value: number;
  readonly bound: number;
  /** Cosines must reach their bound, errors must stay below it. */
  readonly atLeast?: boolean;
}

export function holds({ value, bound, atLeast = false }: Row): boolean {
  return atLeast ? value >= bound : value <= bound;
}

export function formatRow(row: Row): string {
  const number = row.atLeast ? row.value.toFixed(7) : row.value.toExponential(2);
  const bound = row.atLeast ? row.bound.toString() : row.bound.toExponential();
  return [
    holds(row) ? 'ok    ' : 'MISSED',
    row.subject.padEnd(26),
    row.quantity.padEnd(26),
    row.measure.padEnd(30),
    number.padStart(10),
    `${row.atLeast ? '≥' : '≤'} ${bound}`,
  ].join(' ');
}

/** ‖a − b‖ / ‖b‖ */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength(a, b);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** a·b / (‖a‖ ‖b‖) */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength(a, b);
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < b.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}

/** max |a − b| */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength(a, b);
  let largest = 0;
  // Not Math.max, which a NaN would pass through as NaN and every comparison with it fails quietly.
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

function sameLength(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new Error(`${a.length} values compared with ${b.length}`);
}
