import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import {
  ATTRIBUTED_NETS,
  checkAttributedNet,
  checkCams,
  checkChannels,
  checkRise,
  checkSignals,
} from './attribution.ts';
import { loadSqueezeNet, photoCase, PHOTOS } from './checks.ts';
import { formatRow, holds, type Row } from './report.ts';

/** What is measured of attributions in seconds; `npm run goldens` measures all. */
describe('goldens of attribution', () => {
  let backend: Backend;
  let model: Model;
  before(async () => {
    backend = await openBackend();
    model = await loadSqueezeNet(backend);
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  async function expectAll(atLeast: number, measure: (report: (row: Row) => void) => Promise<void>): Promise<void> {
    const rows: Row[] = [];
    await measure((row) => rows.push(row));
    expect(rows.length).to.be.at.least(atLeast);
    expect(rows.filter((row) => !holds(row)).map(formatRow)).to.deep.equal([]);
  }

  for (const net of Object.keys(ATTRIBUTED_NETS) as (keyof typeof ATTRIBUTED_NETS)[])
    it(net, () => expectAll(6, (report) => checkAttributedNet(net, backend, report)));

  for (const photo of PHOTOS)
    it(`class activation maps of ${photo}`, () =>
      expectAll(20, async (report) => checkCams(await photoCase(photo, model), report)));

  for (const photo of PHOTOS)
    it(`signals sent back to ${photo}, and masks`, () =>
      expectAll(7, async (report) => {
        const subject = await photoCase(photo, model);
        await checkSignals(subject, report);
        await checkRise(subject, report);
      }));

  it('channels left out', () =>
    expectAll(2, async (report) => checkChannels(await photoCase('coffee', model), ['fire9'], report)));
});
