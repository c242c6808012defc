/** `npm run quality`: what images grown by optimisation, trainings and maps are worth, measured. */
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { loadSqueezeNet } from '../test/goldens/checks.ts';
import { classModels } from './class-models.ts';
import { edges } from './edges.ts';
import { host } from './host.ts';
import { inversion } from './inversion.ts';
import { loadJudge } from './judge.ts';
import { localisation } from './localisation.ts';
import { training } from './training.ts';

declare function __exit(code: number): void;

const backend = await createWebGpuBackend();
console.log(`on ${backend.adapter.name}${backend.adapter.software ? ' (software)' : ''}`);
if (host.parts.includes('training')) await training(backend);
if (host.parts.includes('edges')) await edges(backend);
if (host.parts.includes('localisation')) await localisation(backend);
if (host.parts.some((part) => part === 'class-models' || part === 'inversion')) {
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
