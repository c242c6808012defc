import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { itOnCpu, openBackend } from '../support/backends.ts';
import { ATTRIBUTED_NETS, checkAttributedNet, checkCams, checkSignals } from './attribution.ts';
import { loadSqueezeNet, photoCase } from './checks.ts';
import { expectAll } from './expect-all.ts';

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

  for (const net of Object.keys(ATTRIBUTED_NETS) as (keyof typeof ATTRIBUTED_NETS)[])
    it(net, () => expectAll(6, (report) => checkAttributedNet(net, backend, report)));

  itOnCpu('class activation maps', () =>
    expectAll(20, async (report) => checkCams(await photoCase('coffee', model), report)),
  );

  itOnCpu('signals sent back', () =>
    expectAll(7, async (report) => checkSignals(await photoCase('coffee', model), report)),
  );
});
