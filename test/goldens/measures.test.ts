import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { loadSqueezeNet, photoCase, type PhotoCase } from './checks.ts';
import { checkCurves, checkFocus, checkRandomised, checkRoad } from './measures.ts';
import { formatRow, holds, type Row } from './report.ts';

/** Those that take seconds; `npm run goldens` measures all. */
describe('goldens, measures of maps', () => {
  let backend: Backend;
  let model: Model;
  let chelsea: PhotoCase;
  before(async () => {
    backend = await openBackend();
    model = await loadSqueezeNet(backend);
    chelsea = await photoCase('chelsea', model);
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  async function expectAll(count: number, measure: (report: (row: Row) => void) => Promise<void>): Promise<void> {
    const rows: Row[] = [];
    await measure((row) => rows.push(row));
    expect(rows.length).to.equal(count);
    expect(rows.filter((row) => !holds(row)).map(formatRow)).to.deep.equal([]);
  }

  it('insertion and deletion', () => expectAll(6, (report) => checkCurves(chelsea, ['ig'], ['blur'], report)));

  it('ROAD', () => expectAll(2, (report) => checkRoad(chelsea, ['guided'], report)));

  it('randomised weights', () => expectAll(3 * (2 + 4 * 3), (report) => checkRandomised(chelsea, report, 1)));

  it('Focus', () => expectAll(20, (report) => checkFocus(model, report)));
});
