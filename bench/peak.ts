// What guided backpropagation through SqueezeNet takes of memory, in a page of its own: scripts/bench/peak.mjs reads it from
// outside meanwhile. Uses the library as a page does, and nothing else that takes memory.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { fold } from '../src/graph/fold.ts';
import { fetchBytes } from '../src/models/fetch.ts';
import { importOnnx } from '../src/onnx/import.ts';
import { sizeOf } from '../src/tensor/shape.ts';
import { float32 } from '../src/tensor/tensor.ts';
import { guidedBackprop, oneHot } from './guided.ts';
import { host } from './host.ts';

/** Passes of each part in a row; what the last ones gave is collected when the browser likes. */
const RUNS: Readonly<Record<string, number>> = { once: 1, often: 10 };

const [part] = host.parts;
const runs = RUNS[part!] ?? 0;
const backend = part === 'empty' ? undefined : await createCpuBackend();
const use = runs > 0 ? await ready() : undefined;
for (let i = 0; i < runs; i++) await use?.run();
await host.report('peak', { rows: [{ 'the backend counts, MB': backend && backend.counters.bytes / 1e6 }] });
// What is held until here was there when it was read.
use?.dispose();
backend?.dispose();
await host.done('');

async function ready(): Promise<{ run(): Promise<unknown>; dispose(): void }> {
  const graph = fold(
    await importOnnx(await fetchBytes(new URL('/models/squeezenet1.1.onnx', location.href)), { consume: true }),
  );
  const guided = guidedBackprop(graph);
  const image = graph.inputs[0]!;
  const { shape } = graph.values.get(image)!;
  const input = float32(
    shape,
    new Float32Array(sizeOf(shape)).map((_, i) => 50 * Math.sin(i)),
  );
  const executable = await backend!.compile(guided);
  return {
    run: () => executable.run({ [image]: input, seed: oneHot(guided, 'seed') }),
    dispose: () => {
      executable.dispose();
    },
  };
}
