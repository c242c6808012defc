/** `npm run quality`: what images grown by optimisation and trainings are worth, measured. */
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { loadSqueezeNet } from '../test/goldens/checks.ts';
import { classModels } from './class-models.ts';
import { host } from './host.ts';
import { inversion } from './inversion.ts';
import { loadJudge } from './judge.ts';
import { training } from './training.ts';

declare function __exit(code: number): void;

const backend = await createWebGpuBackend();
console.log(`on ${backend.adapter.name}${backend.adapter.software ? ' (software)' : ''}`);
if (host.parts.includes('training')) await training(backend);
if (host.parts.some((part) => part !== 'training')) {
  const model = await loadSqueezeNet(backend);
  if (host.parts.includes('class-models')) {
    const judge = await loadJudge(backend, model.labels);
    await classModels(model, judge);
    judge.dispose();
  }
  if (host.parts.includes('inversion')) await inversion(model);
  model.dispose();
}
backend.dispose();
__exit(0);
