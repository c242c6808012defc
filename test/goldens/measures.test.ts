import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { itOnCpu, openBackend } from '../support/backends.ts';
import { loadSqueezeNet, photoCase, type PhotoCase } from './checks.ts';
import { checkCurves, checkFocus, checkRandomised, checkRoad } from './measures.ts';
import { expectAll } from './expect-all.ts';

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

  itOnCpu('insertion and deletion', () => expectAll(6, (report) => checkCurves(chelsea, ['ig'], ['blur'], report)));

  it('ROAD', () => expectAll(2, (report) => checkRoad(chelsea, ['guided'], report)));

  itOnCpu('randomised weights', () => expectAll(3 * (2 + 4 * 3), (report) => checkRandomised(chelsea, report, 1)));

  itOnCpu('Focus', () => expectAll(20, (report) => checkFocus(model, report)));
});
