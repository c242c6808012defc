// Some of the architectures of test/zoo; `npm run zoo` has them all.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildZoo, faultOf, look } from '../../scripts/zoo/look.mjs';

/** Small ones, each with something that others have not: shuffles, GELU, attention, layer normalisation. */
const NETWORKS = ['shufflenet_v2_x0_5', 'mobilevit_xxs', 'edgenext_xx_small'];

before(buildZoo);

for (const name of NETWORKS) {
  test(`${name}: its output is onnxruntime's, its gradient that in float64`, async () => {
    const verdict = await look(name);
    assert.equal(faultOf(verdict), undefined, JSON.stringify(verdict));
  });
}
