import type { Gpu } from '../gpu/device.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Show } from './backend.ts';
import type { Inputs } from './check.ts';
import type { Program, ProgramRun } from './program.ts';
import { draw, resize } from './show.ts';

const BYTES_PER_PIXEL = 4;
const FORMAT = 'rgba8unorm';
const deviceOf = new WeakMap<GPUCanvasContext, GPUDevice>();

/**
 * Runs a program and copies pixels from the GPU's memory to a canvas. A software adapter's are read: its memory is the page's,
 * and a browser that composes pages without it (Chromium with SwiftShader) shows nothing and loses the device.
 */
export async function showOnCanvas(
  program: Program,
  inputs: Inputs,
  show: Show,
  read: readonly string[],
  options: ProgramRun,
): Promise<Record<string, Tensor>> {
  const { gpu } = program.session;
  const context = gpu.adapter.software ? null : contextOf(show.canvas, gpu);
  const results = await program.run(inputs, context ? read : [...read, show.pixels], options);
  if (!context) {
    draw(results, show);
    return results;
  }
  const [height, stride] = program.shapeOf(show.pixels) as [number, number];
  const size = [show.width, height] as const;
  resize(show.canvas, size, gpu.device.limits.maxTextureDimension2D);
  const { buffer, offset } = program.memoryOf(show.pixels);
  const encoder = gpu.device.createCommandEncoder();
  const source = { buffer, offset, bytesPerRow: BYTES_PER_PIXEL * stride };
  encoder.copyBufferToTexture(source, { texture: context.getCurrentTexture() }, size);
  gpu.submit(encoder);
  return results;
}

/** Null where the canvas is drawn on in another way already. */
function contextOf(canvas: HTMLCanvasElement, { device }: Gpu): GPUCanvasContext | null {
  const context = canvas.getContext('webgpu');
  if (context && deviceOf.get(context) !== device) {
    context.configure({ device, format: FORMAT, usage: GPUTextureUsage.COPY_DST, alphaMode: 'premultiplied' });
    deviceOf.set(context, device);
  }
  return context;
}
