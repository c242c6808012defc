import { UnsupportedEnvironmentError } from '../errors.ts';
import { toImageData, type Picture } from '../models/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Executable, RunOptions, Show } from './backend.ts';
import type { Inputs } from './check.ts';

/**
 * Runs a graph and shows pixels that it makes; gives what is to be read, as `run` does. On a GPU they go from its memory to
 * the canvas and never come to the page. Other backends read them once.
 */
export async function runAndShow(
  executable: Executable,
  inputs: Inputs,
  show: Show,
  options: RunOptions & Required<Pick<RunOptions, 'read'>>,
): Promise<Record<string, Tensor>> {
  if (executable.show) return executable.show(inputs, show, options);
  const results = await executable.run(inputs, { ...options, read: [...options.read, show.pixels] });
  draw(results, show);
  return results;
}

/** Pixels as they come out of a run. */
export function pictureOf({ shape, data }: Tensor, width: number): Picture {
  const [height, stride] = shape as [number, number];
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + width), y * width);
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

export function draw(results: Readonly<Record<string, Tensor>>, { canvas, pixels, width }: Show): void {
  const picture = pictureOf(results[pixels]!, width);
  resize(canvas, [width, picture.height], Infinity);
  const context = canvas.getContext('2d');
  if (!context) throw new UnsupportedEnvironmentError('the canvas belongs to a GPU that is gone');
  context.putImageData(toImageData(picture), 0, 0);
}

/** Setting a size clears a canvas, so only where it changes. */
export function resize(canvas: HTMLCanvasElement, [width, height]: readonly [number, number], most: number): void {
  if (Math.max(width, height) > most) {
    throw new UnsupportedEnvironmentError('the picture is larger than this GPU can show', {
      expected: `at most ${String(most)} pixels a side`,
      got: `${String(width)}×${String(height)}`,
      remedy: 'Choose a layer with smaller or fewer maps.',
    });
  }
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
