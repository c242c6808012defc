import { expect } from 'chai';
import { formatRow, holds, type Row } from './report.ts';

/** All rows that `measure` reports hold, and there are enough of them. */
export async function expectAll(
  atLeast: number,
  measure: (report: (row: Row) => void) => Promise<void>,
): Promise<void> {
  const rows: Row[] = [];
  await measure((row) => rows.push(row));
  expect(rows.length).to.be.at.least(atLeast);
  expect(rows.filter((row) => !holds(row)).map(formatRow)).to.deep.equal([]);
}
