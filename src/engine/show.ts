import { UnsupportedEnvironmentError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { toImageData, type Picture } from '../models/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Executable, RunOptions } from './backend.ts';
import type { Inputs } from './check.ts';
import { WebGpuExecutable } from './executable.ts';

/** Pixels of a run, and where they are shown. */
export interface Show {
  /** Output of the graph, uint32 [height, at least width]: R, G, B, A from the lowest byte on; opaque or all zero. */
  readonly pixels: string;
  readonly width: number;
  readonly canvas: HTMLCanvasElement;
}

const BYTES_PER_PIXEL = 4;

/**
 * Runs a graph and shows pixels that it makes; gives what is to be read, as `run` does. On a GPU they go from its memory to
 * the canvas and never come to the page. Other backends read them once. So does a software adapter: its memory is the
 * page's, and a browser that composes pages without it (Chromium with SwiftShader) shows nothing and loses the device.
 */
export async function runAndShow(
  executable: Executable,
  inputs: Inputs,
  show: Show,
  { read, ...options }: RunOptions & Required<Pick<RunOptions, 'read'>>,
): Promise<Record<string, Tensor>> {
  if (executable instanceof WebGpuExecutable) {
    const { shape } = executable.graph.values.get(show.pixels)!;
    return executable.use(inputs, options, async (program, how) => {
      const { gpu } = program.session;
      const context = gpu.adapter.software ? null : contextOf(show.canvas, gpu);
      const results = await program.run(inputs, context ? read : [...read, show.pixels], how);
      if (!context) {
        draw(results, show);
        return results;
      }
      const size = [show.width, shape[0]!] as const;
      resize(show.canvas, size, gpu.device.limits.maxTextureDimension2D);
      const { buffer, offset } = program.memoryOf(show.pixels);
      const encoder = gpu.device.createCommandEncoder();
      const source = { buffer, offset, bytesPerRow: BYTES_PER_PIXEL * shape[1]! };
      encoder.copyBufferToTexture(source, { texture: context.getCurrentTexture() }, size);
      gpu.submit(encoder);
      return results;
    });
  }
  const results = await executable.run(inputs, { ...options, read: [...read, show.pixels] });
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

function draw(results: Readonly<Record<string, Tensor>>, { canvas, pixels, width }: Show): void {
  const picture = pictureOf(results[pixels]!, width);
  resize(canvas, [width, picture.height], Infinity);
  const context = canvas.getContext('2d');
  if (!context) throw new UnsupportedEnvironmentError('the canvas belongs to a GPU that is gone');
  context.putImageData(toImageData(picture), 0, 0);
}

/** Setting a size clears a canvas, so only where it changes. */
function resize(canvas: HTMLCanvasElement, [width, height]: readonly [number, number], most: number): void {
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

const FORMAT = 'rgba8unorm';
const deviceOf = new WeakMap<GPUCanvasContext, GPUDevice>();

/** Null where the canvas is drawn on in another way already. */
function contextOf(canvas: HTMLCanvasElement, { device }: Gpu): GPUCanvasContext | null {
  const context = canvas.getContext('webgpu');
  if (context && deviceOf.get(context) !== device) {
    context.configure({ device, format: FORMAT, usage: GPUTextureUsage.COPY_DST, alphaMode: 'premultiplied' });
    deviceOf.set(context, device);
  }
  return context;
}
