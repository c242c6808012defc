// npm run conformance [-- part of a name]: ONNX's own node tests on the WebGPU backend and the float64 reference.
import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { runConformance } from './run.ts';

const page = globalThis as unknown as { __args: readonly string[]; __exit: (code: number) => void };

const backend = await createWebGpuBackend({ poison: true });
const outcomes = await runConformance(backend, page.__args[0], ({ name, result, note }) => {
  console.log(`${result.padEnd(8)} ${name}${note === '' ? '' : `  (${note})`}`);
});
backend.dispose();

const count = (result: string): number => outcomes.filter((outcome) => outcome.result === result).length;
const failed = count('failed');
console.log(`\n${String(count('passed'))} passed, ${String(count('refused'))} refused, ${String(failed)} failed`);
page.__exit(failed > 0 ? 1 : 0);
