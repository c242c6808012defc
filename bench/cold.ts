// What a reader waits for who opens a page: a library makes its network ready and runs it once. In a page of its own.
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { fold } from '../src/graph/fold.ts';
import { importOnnx } from '../src/onnx/import.ts';
import { guidedBackprop, oneHot } from './guided.ts';
import { host } from './host.ts';
import type { Peer, Subject } from './peers/peer.ts';
import { unpool } from './peers/unpool.ts';
import { squeezeNet } from './subjects.ts';

/** Makes a library ready for a subject. */
type Load = (subject: Subject) => Promise<Peer>;

const BESIDES = { resident: false, cold: true };

/** The code of the library is there before the clock starts; what it loads itself (wasm) counts. */
const LIBRARIES: Readonly<Record<string, () => Promise<Load>>> = {
  'Unpool webgpu': () =>
    Promise.resolve(async ({ bytes, input }) => {
      const graph = fold(await importOnnx(bytes));
      return unpool(await createWebGpuBackend(), graph, { [graph.inputs[0]!]: input }, BESIDES);
    }),
  'onnxruntime-web webgpu': async () => {
    const { ort } = await import('./peers/ort.ts');
    return (subject) => ort(subject, 'webgpu', BESIDES);
  },
  'tfjs webgpu': async () => {
    const { tfjs } = await import('./peers/tfjs.ts');
    return (subject) => tfjs(subject, 'webgpu', BESIDES);
  },
  'onnxruntime-web wasm': async () => {
    const { ort } = await import('./peers/ort.ts');
    return (subject) => ort(subject, 'wasm', BESIDES);
  },
  'tfjs wasm': async () => {
    const { tfjs } = await import('./peers/tfjs.ts');
    return (subject) => tfjs(subject, 'wasm', BESIDES);
  },
  'Unpool cpu': () =>
    Promise.resolve(async ({ bytes, input }) => {
      const graph = fold(await importOnnx(bytes));
      return unpool(await createCpuBackend(), graph, { [graph.inputs[0]!]: input }, BESIDES);
    }),
  'Unpool cpu, guided': () =>
    Promise.resolve(async ({ bytes, input }) => {
      const graph = fold(await importOnnx(bytes));
      const guided = guidedBackprop(graph);
      const feeds = { [graph.inputs[0]!]: input, seed: oneHot(guided, 'seed') };
      return unpool(await createCpuBackend(), guided, feeds, BESIDES);
    }),
  // It knows no gradients: the file with the backward pass is there before.
  'onnxruntime-web wasm, guided': async () => {
    const [{ ortGraph }, { onnxOf }] = await Promise.all([import('./peers/ort.ts'), import('./onnx-of.ts')]);
    const { graph } = await squeezeNet();
    const guided = guidedBackprop(graph);
    const model = onnxOf(guided);
    const seed = oneHot(guided, 'seed');
    return ({ input }) => ortGraph(model, { [graph.inputs[0]!]: input, seed }, { output: guided.outputs[1]! });
  },
};

const [library] = host.parts;
const load = await LIBRARIES[library!]!();
const subject = await squeezeNet();
const cpuBefore = (await host.cpuMs()) ?? NaN;
const before = performance.now();
const peer = await load(subject);
const created = performance.now();
await peer.run();
const ran = performance.now();
const cpuAfter = (await host.cpuMs()) ?? NaN;
await host.report('cold', {
  rows: [
    {
      library,
      'create, wall ms': created - before,
      'first run, wall ms': ran - created,
      'wall ms': ran - before,
      'core-ms': cpuAfter - cpuBefore,
    },
  ],
});
await host.done('');
