import type { Climb, Climber } from './climber.ts';
import { toBase64, TorchProcess } from './torch.ts';

/** Activation maximisation in PyTorch, in a process of its own (torch_step.py); undefined where Python has none. */
export async function torchClimber(
  { subject: { input }, target, rate, steps }: Climb,
  threads: number,
): Promise<Climber | undefined> {
  const process = new TorchProcess('torch_step', 'climb', threads);
  const image = toBase64(Float32Array.from(input.data));
  const ready = await process.ask({ model: 'models/squeezenet1.1.onnx', image, shape: input.shape, target, rate });
  return ready ? process.peer(`PyTorch ${ready.version}`, ready, { steps }) : undefined;
}
