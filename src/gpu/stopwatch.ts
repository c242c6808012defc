import type { Gpu } from './device.ts';
import { encode, type Command } from './dispatch.ts';

/** Runs launches and nothing else; milliseconds on the clock on the wall, the way to the GPU and back included. */
export async function stopwatch(gpu: Gpu, commands: readonly Command[]): Promise<number> {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encode(pass, commands);
  pass.end();
  const start = performance.now();
  gpu.submit(encoder);
  await gpu.guard(gpu.device.queue.onSubmittedWorkDone());
  return performance.now() - start;
}
