// One large network in a page of its own, forward and back, on a device with WebGPU's default limits and on the CPU.
import type { Backend } from '../src/engine/backend.ts';
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { loadModel } from '../src/engine/load.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { guidedBackprop } from '../src/methods/attribution/guided-backprop.ts';
import { forward } from '../src/methods/parts/forward.ts';
import type { Data } from '../src/tensor/tensor.ts';
import { relativeError } from '../test/support/numbers.ts';
import { Random } from '../test/support/random.ts';
import { host } from './host.ts';

interface Passes {
  readonly output: Data;
  readonly map: Data;
  readonly figures: Readonly<Record<string, number>>;
}

const SEED = 11;
const TARGET = 7;

const [address] = host.parts;
const limits: number[] = [];
const requestDevice = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (wanted = {}) {
  const device = await requestDevice.call(this, { ...wanted, requiredLimits: {} });
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  limits.push(maxStorageBufferBindingSize / 2 ** 20, maxBufferSize / 2 ** 20);
  return device;
};

const onGpu = await passes(await createWebGpuBackend(), 'WebGPU');
const onCpu = await passes(await createCpuBackend(), 'CPU');
const differences = {
  'output, relative L2': relativeError(onGpu.output, onCpu.output),
  'map, relative L2': relativeError(onGpu.map, onCpu.map),
};
const granted = { 'MiB a binding': limits[0]!, 'MiB a buffer': limits[1]! };
await host.report('large', { rows: [{ ...granted, ...onGpu.figures, ...onCpu.figures, ...differences }] });
await host.done('');

async function passes(backend: Backend, name: string): Promise<Passes> {
  const began = performance.now();
  const model = await loadModel(address!, { backend });
  const sample = { input: new Random(SEED).tensor(model.input.shape) };
  const loaded = performance.now();
  const [output] = await forward(model, await model.prepare(sample), [model.logits]);
  const seen = performance.now();
  const { map } = await guidedBackprop(model, sample, { target: TARGET });
  const figures = {
    [`${name}: load, ms`]: loaded - began,
    [`${name}: first forward, ms`]: seen - loaded,
    [`${name}: first guided backpropagation, ms`]: performance.now() - seen,
    [`${name}: holds at most, MB`]: backend.counters.bytes / 1e6,
  };
  model.dispose();
  backend.dispose();
  return { output: output!.data, map: map.data, figures };
}
