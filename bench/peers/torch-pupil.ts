import { toBase64, TorchProcess } from './torch.ts';
import type { Lesson, Pupil } from './pupil.ts';

/** Training in PyTorch, in a process of its own (torch_training.py); undefined where Python has none. */
export async function torchPupil(
  { batches, rate, momentum, first, steps }: Lesson,
  threads: number,
): Promise<Pupil | undefined> {
  const process = new TorchProcess('torch_training', `batches of ${String(batches[0]!.labels.length)}`, threads);
  const ready = await process.ask({
    batches: batches.map(({ pictures, labels }) => ({ pictures: toBase64(pictures), labels: [...labels] })),
    rate,
    momentum,
    first: { conv1: toBase64(first.conv1), conv2: toBase64(first.conv2), dense: toBase64(first.dense) },
  });
  return ready ? process.peer(`PyTorch ${ready.version}`, ready, { steps }) : undefined;
}
