import { host } from '../host.ts';
import type { Climb, Climber } from './climber.ts';

/** Activation maximisation in PyTorch, in a process of its own (torch_step.py); undefined where Python has none. */
export async function torchClimber({ subject: { input }, target, rate, steps }: Climb): Promise<Climber | undefined> {
  let cpuMs = 0;
  const ask = async (question: object): Promise<Awaited<ReturnType<typeof host.ask>>> => {
    const answer = await host.ask('torch_step', 'torch', question);
    cpuMs = answer?.cpuMs ?? 0;
    return answer;
  };
  const image = toBase64(Float32Array.from(input.data));
  const ready = await ask({ model: 'models/squeezenet1.1.onnx', image, shape: input.shape, target, rate });
  if (!ready) return undefined;
  return {
    name: `PyTorch ${ready.version}, 2 threads`,
    run: () => ask({ steps }),
    cpuMs: () => Promise.resolve(cpuMs),
    output: () => Promise.resolve(fromBase64(ready.move!)),
  };
}

function toBase64({ buffer }: Float32Array): string {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
}
