// Loading a large network in a page of its own, as a figure does: scripts/bench/loading.mjs watches the page's thread and its
// memory meanwhile.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { loadModel } from '../src/engine/load.ts';
import { sizeOf } from '../src/tensor/shape.ts';
import { float32 } from '../src/tensor/tensor.ts';
import { host } from './host.ts';

const [file] = host.parts;
const backend = file === 'empty' ? undefined : await createCpuBackend();
const rows = backend ? [await load(file!)] : [];
await host.report('load', { rows });
backend?.dispose();
await host.done('');

async function load(name: string): Promise<Record<string, number>> {
  const began = performance.now();
  performance.mark('load from');
  let arrived = 0;
  const model = await loadModel(`/build/bench/files/${name}.onnx`, {
    backend: backend!,
    onProgress: ({ loadedBytes, totalBytes }) => {
      if (loadedBytes === totalBytes) arrived = performance.now() - began;
    },
  });
  const loaded = performance.now() - began;
  performance.mark('load loaded');
  const executable = await backend!.compile(model.graph);
  const compiled = performance.now() - began;
  const { shape } = model.input;
  await executable.run({ [model.graph.inputs[0]!]: float32(shape, new Float32Array(sizeOf(shape))) });
  performance.mark('load to');
  return {
    'download, ms': arrived,
    'read, import and fold, ms': loaded - arrived,
    'compile and pack, ms': compiled - loaded,
    'first run, ms': performance.now() - began - compiled,
    'the backend holds, MB': backend!.counters.bytes / 1e6,
  };
}
