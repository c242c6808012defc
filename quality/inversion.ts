import type { Model } from '../src/engine/model.ts';
import { invert } from '../src/methods/invert.ts';
import { codeOf } from '../src/methods/parts/codes.ts';
import type { Snapshot } from '../src/methods/synthesize.ts';
import { toPicture } from '../src/models/preprocess.ts';
import { toPng } from '../src/paint/png.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { photoCase } from '../test/goldens/checks.ts';
import { relativeL2 } from '../test/goldens/report.ts';
import { host, keepPicture, measured, type Result } from './host.ts';

/** conv1 and what follows it. */
const LAYERS = ['conv1', ...Array.from({ length: 8 }, (_, i) => `fire${i + 2}`)];
/** Snapshots are not looked at. */
const PACE_MS = 10_000;

interface InversionResult extends Result {
  /** ‖Φ(x) − Φ₀‖ / ‖Φ₀‖ of the layer's code, of the noise before the first step and of the image. */
  readonly before: number;
  readonly after: number;
  /** ‖x − x₀‖ / ‖x₀‖ of the pixels, from the mean colour. */
  readonly pixels: number;
  readonly steps: number;
  readonly msPerStep: number;
}

/** What each layer still knows of a photo: how near an image made from its code comes to the code. */
export async function inversion(model: Model): Promise<void> {
  const { sample } = await photoCase('coffee', model);
  for (const layer of host.quick ? LAYERS.slice(0, 1) : LAYERS) {
    const result = await measured<InversionResult>('inversion', `coffee ${layer}`, 'defaults of invert', async () => {
      const code = await codeOf(model, sample, layer);
      const errorOf = async (image: Tensor): Promise<number> =>
        relativeL2((await codeOf(model, { input: image }, layer)).data, code.data);
      const began = performance.now();
      let [first, last]: (Snapshot | undefined)[] = [];
      for await (last of invert(model, sample, { layer, pace: PACE_MS })) first ??= last;
      const { image, steps } = last!;
      const msPerStep = (performance.now() - began) / steps;
      await keepPicture(`inversion-${layer}`, await toPng(toPicture(image, model.preprocessing)));
      return {
        before: await errorOf(first!.image),
        after: await errorOf(image),
        pixels: relativeL2(image.data, sample.input.data),
        steps,
        msPerStep,
      };
    });
    const { before, after, pixels, steps, msPerStep } = result;
    console.log(
      `${layer.padEnd(6)} code error ${before.toFixed(3)} → ${after.toFixed(4)}, pixels ${pixels.toFixed(3)}; ${steps} steps of ${msPerStep.toFixed(0)} ms`,
    );
  }
}
