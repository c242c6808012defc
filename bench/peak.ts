// What guided backpropagation through SqueezeNet takes of memory, in a page of its own: scripts/bench/peak.mjs reads it from
// outside meanwhile. Uses the library as a page does, and nothing else that takes memory.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { fold } from '../src/graph/fold.ts';
import { importOnnx } from '../src/onnx/import.ts';
import { sizeOf } from '../src/tensor/shape.ts';
import { float32 } from '../src/tensor/tensor.ts';
import { guidedBackprop, oneHot } from './guided.ts';
import { host } from './host.ts';

const RUNS = 10;
/** In which what is no longer needed can be cleaned up, and is read once more. */
const PAUSE_MS = 1500;

const [part] = host.parts;
if (part !== 'empty') {
  const backend = await createCpuBackend();
  if (part === 'guided') {
    const graph = fold(await importOnnx(await host.read('models/squeezenet1.1.onnx')));
    const guided = guidedBackprop(graph);
    const image = graph.inputs[0]!;
    const { shape } = graph.values.get(image)!;
    const input = float32(
      shape,
      new Float32Array(sizeOf(shape)).map((_, i) => 50 * Math.sin(i)),
    );
    const executable = await backend.compile(guided);
    for (let i = 0; i < RUNS; i++) await executable.run({ [image]: input, seed: oneHot(guided, 'seed') });
    await host.report('peak', { rows: [{ 'the backend counts, MB': backend.counters.bytes / 1e6 }] });
  }
}
await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
await host.done('');
