import {
  deepDream,
  DivergedError,
  float32,
  upsample,
  type Dream,
  type DreamOptions,
  type Model,
  type Snapshot,
  type Tensor,
} from '../../src/internal.ts';

/** A moment of a dream whose steps are counted through all octaves and frames. */
export interface Moment extends Snapshot {
  readonly dream: Dream;
}

/**
 * A dream as one image with one count of steps and one curve: octaves and frames follow each other, and pictures of all
 * octaves have the size of the last.
 */
export async function* continuous(
  model: Model,
  input: Tensor,
  { octaves, frames, steps, ...options }: DreamOptions & Record<'octaves' | 'frames' | 'steps', number>,
  from: Snapshot | undefined,
): AsyncGenerator<Moment, void, undefined> {
  const before = from?.step ?? 0;
  const size = input.shape.slice(2) as [number, number];
  /** Of the octaves that are done, and of all with the one that is not. */
  let [done, trace] = [from?.trace ?? new Float32Array(), from?.trace ?? new Float32Array()];
  const moment = (dream: Dream): Moment => {
    if (dream.step === 0) done = trace;
    trace = Float32Array.from([...done, ...dream.trace]);
    return {
      ...dream,
      dream,
      image: enlarged(dream.image, size),
      step: done.length + dream.step,
      steps: before + octaves * frames * steps,
      trace,
    };
  };
  try {
    const start = { input: from?.image ?? input };
    for await (const dream of deepDream(model, start, { octaves, frames, steps, ...options })) yield moment(dream);
  } catch (cause) {
    if (!(cause instanceof DivergedError)) throw cause;
    throw new DivergedError(done.length + cause.step, { ...cause.last, step: done.length + cause.last.step });
  }
}

/** Images [1, c, h, w] as large as the largest. */
function enlarged(image: Tensor, [height, width]: readonly [number, number]): Tensor {
  const { shape, data } = image;
  const [n, c, h, w] = shape as [number, number, number, number];
  if (h === height && w === width) return image;
  const planes = Array.from({ length: n * c }, (_, i) =>
    upsample(data.subarray(i * h * w, (i + 1) * h * w), [h, w], [height, width]),
  );
  const all = new Float32Array(n * c * height * width);
  for (const [i, plane] of planes.entries()) all.set(plane, i * height * width);
  return float32([n, c, height, width], all);
}
