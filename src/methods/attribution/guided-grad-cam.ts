import type { Model, SampleSource } from '../../engine/model.ts';
import { float32 } from '../../tensor/tensor.ts';
import { gradCam } from './grad-cam.ts';
import type { CamOptions, LayerAttribution } from './parts/cam.ts';
import { begin, finish } from './parts/job.ts';
import { MAP_MAKERS } from './parts/makers.ts';
import { shapeOfInput } from './parts/batches.ts';
import { signalsAt } from './parts/signals.ts';

/**
 * Guided Grad-CAM: guided backpropagation times the map of Grad-CAM over the picture, [c, h, w] (Selvaraju et al. 2017, §3.2). Where the
 * map is bilinear; Captum's takes the nearest. Its detail is that of guided backpropagation, which hardly depends on the weights.
 */
export async function guidedGradCam(
  model: Model,
  picture: SampleSource,
  { signed, ...options }: CamOptions = {},
): Promise<LayerAttribution> {
  const { onProgress, signal } = options;
  const job = await begin(model, picture, options);
  const half =
    onProgress &&
    ((done: number): void => {
      onProgress(done / 2);
    });
  const where = await gradCam(model, job.sample, { ...options, signed, target: job.goal, signal, onProgress: half });
  job.passes += where.passes;
  const { data } = job.sample.input;
  const map = new Float32Array(data.length);
  const plane = where.map.data.length;
  const guided = signalsAt(job, 1, () => data, MAP_MAKERS['guided-backprop'], [0.5, 0.5]);
  for await (const { gradient } of guided)
    for (let i = 0; i < map.length; i++) map[i] = gradient[i]! * where.map.data[i % plane]!;
  const notes = [
    'Its detail is that of guided backpropagation, which changes little when the weights are randomised (Adebayo et al. 2018): only where it is was found by the class.',
  ];
  const { rules } = MAP_MAKERS['guided-backprop'];
  const result = finish(job, 'guided-grad-cam', { map: float32(shapeOfInput(model), map), rules, notes });
  return { ...result, raw: where.raw, of: where.of };
}
