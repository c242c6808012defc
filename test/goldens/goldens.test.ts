import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { golden } from '../goldens.ts';
import { itOnGpu, onGpu, openBackend } from '../support/backends.ts';
import { checkBetween } from './between.ts';
import {
  checkActivations,
  checkExactness,
  checkMaps,
  checkNet,
  loadNet,
  loadSqueezeNet,
  NETS,
  photoCase,
} from './checks.ts';
import { checkOptimisation, optimCase } from './optim.ts';
import { checkPreset, PRESETS } from './presets.ts';
import { checkTsne } from './tsne.ts';
import { expectAll } from './expect-all.ts';

/** The golden values that take seconds; `npm run goldens` measures all. */
describe('goldens', () => {
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

  for (const net of NETS) it(net, () => expectAll(5, (report) => checkNet(net, backend, report)));

  // They say more of methods than of kernels: on a GPU `npm run goldens` measures them.
  for (const name of onGpu ? [] : PRESETS) {
    it(`preset ${name}`, () =>
      expectAll(3, async (report) => {
        await checkPreset(name, 'SqueezeNet', model, 281, report);
        for (const net of ['vgg11-div4', 'resnet18-div4-bn'] as const) {
          const other = await loadNet(net, backend);
          await checkPreset(name, net, other, 281, report);
          other.dispose();
        }
      }));
  }

  itOnGpu('the same on both backends', async () => {
    const cpu = await createCpuBackend();
    for (const net of ['resnet18-div4-bn', 'caffenet-lrn-group2-div8'] as const) {
      const input = await (await golden(net)).tensor('input');
      const other = await loadNet(net, backend, input.shape.slice(2) as [number, number]);
      await expectAll(4, (report) => checkBetween(net, other.graph, input, [backend, cpu], report));
      other.dispose();
    }
    cpu.dispose();
  });

  it('t-SNE', () => expectAll(6, (report) => checkTsne(backend, report)));

  it('SqueezeNet on a photo', () =>
    expectAll(20, async (report) => {
      const coffee = await photoCase('coffee', model);
      await checkActivations(coffee, report);
      await checkMaps(coffee, report);
      await checkExactness(coffee, report);
    }));

  it('SqueezeNet, optimised', async function () {
    this.timeout(180_000); // half a minute where nothing else runs
    await expectAll(22, async (report) => {
      const [coffee, chelsea] = [await photoCase('coffee', model), await photoCase('chelsea', model)];
      await checkOptimisation(await optimCase(model, chelsea, coffee), report);
    });
  });
});
