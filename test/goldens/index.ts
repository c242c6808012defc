/**
 * `npm run goldens`: every figure of the references, measured on both backends; exits with 1 when one is missed. `npm run goldens
 * -- exported` measures the attributions that are ONNX files alone.
 */
import type { Backend } from '../../src/engine/backend.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import {
  checkActivations,
  checkExactness,
  checkMaps,
  checkNet,
  checkOcclusion,
  checkOracle,
  loadNet,
  loadSqueezeNet,
  NETS,
  photoCase,
  PHOTOS,
} from './checks.ts';
import { golden } from '../goldens.ts';
import {
  ATTRIBUTED_NETS,
  checkAttributedNet,
  checkCams,
  checkChannels,
  checkMeans,
  checkRise,
  checkSignals,
} from './attribution.ts';
import { checkBetween } from './between.ts';
import { checkExported, checkExportedNets, EXPORTED } from './exported.ts';
import { checkFocus, checkMeasures } from './measures.ts';
import { checkOptimisation, optimCase } from './optim.ts';
import { checkPreset, PRESETS } from './presets.ts';
import { checkTsne } from './tsne.ts';
import { formatRow, holds, type Row } from './report.ts';

declare const __args: readonly string[];
declare function __exit(code: number): void;

const rows: Row[] = [];
const report = (row: Row): void => {
  rows.push(row);
  console.log(formatRow(row));
};

for (const open of [createWebGpuBackend, createCpuBackend]) {
  const backend = await open();
  console.log(`on ${backend.adapter.name}${backend.adapter.software ? ' (software)' : ''}`);
  if (__args.length === 0) await measure(backend);
  await measureExported(backend);
  backend.dispose();
}
if (__args.length === 0) await compare([await createWebGpuBackend(), await createCpuBackend()]);

/** Against onnxruntime, which runs the files. */
async function measureExported(backend: Backend): Promise<void> {
  await checkExportedNets(backend, report);
  const model = await loadSqueezeNet(backend);
  const { sample } = await photoCase('chelsea', model);
  for (const method of EXPORTED) await checkExported('SqueezeNet, chelsea', method, model, sample, report);
  model.dispose();
}

async function compare(backends: readonly [Backend, Backend]): Promise<void> {
  console.log('between them');
  const [backend] = backends;
  for (const net of NETS) {
    const input = await (await golden(net)).tensor('input');
    const { graph } = await loadNet(net, backend, input.shape.slice(2) as [number, number]);
    await checkBetween(net, graph, input, backends, report);
  }
  const model = await loadSqueezeNet(backend);
  for (const photo of PHOTOS) {
    const { sample } = await photoCase(photo, model);
    await checkBetween(`SqueezeNet, ${photo}`, model.graph, sample.input, backends, report);
  }
  for (const each of backends) each.dispose();
}

async function measure(backend: Backend): Promise<void> {
  await checkTsne(backend, report);
  for (const net of NETS) await checkNet(net, backend, report);
  for (const net of Object.keys(ATTRIBUTED_NETS) as (keyof typeof ATTRIBUTED_NETS)[])
    await checkAttributedNet(net, backend, report);
  const model = await loadSqueezeNet(backend);
  for (const photo of PHOTOS) {
    const subject = await photoCase(photo, model);
    await checkActivations(subject, report);
    await checkOracle(subject, backend, report);
    await checkMaps(subject, report);
    await checkExactness(subject, report);
    await checkOcclusion(subject, 8, report);
    await checkOcclusion(subject, 16, report);
    await checkCams(subject, report);
    await checkSignals(subject, report);
    await checkMeans(subject, report);
    await checkRise(subject, report);
    await checkChannels(subject, ['fire9', 'fire5'], report);
    await checkMeasures(subject, report);
  }
  await checkFocus(model, report);
  const [coffee, chelsea] = await Promise.all(PHOTOS.map((photo) => photoCase(photo, model)));
  await checkOptimisation(await optimCase(model, chelsea!, coffee!), report);
  const nets = ['vgg11-div4', 'resnet18-div4-bn'] as const;
  const subjects = new Map([['SqueezeNet', model]]);
  for (const net of nets) subjects.set(net, await loadNet(net, backend));
  for (const [subject, net] of subjects) {
    for (const name of PRESETS) await checkPreset(name, subject, net, 281, report);
  }
}

const missed = rows.filter((row) => !holds(row)).length;
console.log(`${rows.length - missed} passed, ${missed} failed`);
__exit(missed === 0 ? 0 : 1);
