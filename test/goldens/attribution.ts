import type { Backend } from '../../src/engine/backend.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { cam } from '../../src/methods/attribution/cam.ts';
import { ablationCam } from '../../src/methods/attribution/ablation-cam.ts';
import { deepLift } from '../../src/methods/attribution/deep-lift.ts';
import { expectedGradients } from '../../src/methods/attribution/expected-gradients.ts';
import { fullGrad } from '../../src/methods/attribution/full-grad.ts';
import { guidedGradCam } from '../../src/methods/attribution/guided-grad-cam.ts';
import { inputXGradient } from '../../src/methods/attribution/input-x-gradient.ts';
import { integratedGradients } from '../../src/methods/attribution/integrated-gradients.ts';
import { rise } from '../../src/methods/attribution/rise.ts';
import { scoreCam } from '../../src/methods/attribution/score-cam.ts';
import { smoothGrad } from '../../src/methods/attribution/smooth-grad.ts';
import { varGrad } from '../../src/methods/attribution/var-grad.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { eigenCam } from '../../src/methods/attribution/eigen-cam.ts';
import { gradCamPlusPlus } from '../../src/methods/attribution/grad-cam-plus-plus.ts';
import { gradCam } from '../../src/methods/attribution/grad-cam.ts';
import { hiResCam } from '../../src/methods/attribution/hires-cam.ts';
import { layerCam } from '../../src/methods/attribution/layer-cam.ts';
import type { CamOptions, LayerAttribution } from '../../src/methods/attribution/parts/cam.ts';
import { xGradCam } from '../../src/methods/attribution/x-grad-cam.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { golden } from '../goldens.ts';
import { loadNet, type PhotoCase } from './checks.ts';
import { cosine, relativeL2, type Row } from './report.ts';

type Report = (row: Row) => void;
type Cam = (model: Model, picture: Sample, options: CamOptions) => Promise<LayerAttribution>;

/** As the methods of pytorch-grad-cam are called in the references. */
const CAMS: Readonly<Record<string, Cam>> = {
  gradcam: gradCam,
  gradcampp: gradCamPlusPlus,
  hirescam: hiResCam,
  layercam: layerCam,
  xgradcam: xGradCam,
  eigencam: eigenCam,
};

const TIGHT = 1e-4;

/** Networks with random weights, and the layer that the references look at: the last one with ReLU before a pool or the mean. */
export const ATTRIBUTED_NETS = {
  'resnet18-div4-bn': [128, 7],
  'alexnet-div8': [32, 13],
  'vgg11-div4': [128, 14],
} as const;

/** Maps of a layer against pytorch-grad-cam: as they are, and as it shows them. */
export async function checkCams({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { manifest, tensor } = await golden(`attribution/${photo}`);
  const target = manifest['target'] as number;
  for (const layer of ['fire9', 'fire5']) {
    for (const [name, method] of Object.entries(CAMS)) {
      const { raw, map } = await method(model, sample, { target, layer });
      const expected = (await tensor(`${name}_${layer}_raw`)).data;
      report(
        error(
          photo,
          `${name}, ${layer}`,
          name === 'eigencam' ? towards(expected, raw.data) : raw.data,
          expected,
          TIGHT,
        ),
      );
      // The sign that LAPACK happened to give is not ours everywhere
      if (name === 'eigencam' && dot(raw.data, expected) < 0) continue;
      const shown = everyFourth(scaled(map.data), map.shape[1]!);
      report(error(photo, `${name}, ${layer}, shown`, shown, (await tensor(`${name}_${layer}_lib_56`)).data, TIGHT));
    }
  }
  const { map: guided } = await guidedGradCam(model, sample, { target, layer: 'fire9' });
  const bilinear = (await (await golden(photo)).tensor('guided_gradcam_bilinear')).data;
  report(error(photo, 'guided_gradcam, fire9', guided.data, bilinear, 5e-3));
  // Of a head that is a mean and a product Grad-CAM is CAM, divided by the number of positions.
  const [ours, theirs] = [await cam(model, sample, { target }), await tensor('gradcam_fire9_raw')];
  const scale = theirs.data.length;
  report(
    error(
      photo,
      'cam, fire9',
      ours.raw.data.map((value) => value / scale),
      theirs.data,
      TIGHT,
    ),
  );
}

/** Weights that take a forward pass for each channel. */
export async function checkChannels(
  { photo, model, sample }: PhotoCase,
  layers: readonly string[],
  report: Report,
): Promise<void> {
  const { manifest, tensor } = await golden(`attribution/${photo}`);
  const target = manifest['target'] as number;
  for (const layer of layers) {
    for (const [name, method] of Object.entries({ ablationcam: ablationCam, scorecam: scoreCam })) {
      const { raw } = await method(model, sample, { target, layer });
      report(error(photo, `${name}, ${layer}`, raw.data, (await tensor(`${name}_${layer}_raw`)).data, TIGHT));
    }
  }
}

/** Compares a map with one that lies near kinks: a unit within rounding of 0 may take another path. */
async function compare(
  photo: string,
  name: string,
  map: ArrayLike<number>,
  bound: number,
  report: Report,
): Promise<void> {
  const expected = (await (await golden(`attribution/${photo}`)).tensor(name)).data;
  report(error(photo, name, map, expected, bound));
  report({
    subject: photo,
    quantity: name,
    measure: 'cosine',
    value: cosine(map, expected),
    bound: 0.9999,
    atLeast: true,
  });
}

/** Signals sent back to the picture. */
export async function checkSignals({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { manifest, tensor } = await golden(`attribution/${photo}`);
  const target = manifest['target'] as number;
  const { map } = await inputXGradient(model, sample, { target });
  await compare(photo, 'input_x_gradient_sum', channelSum(map), 5e-3, report);
  const lift = await deepLift(model, sample, { target });
  await compare(photo, 'deeplift', lift.map.data, 5e-3, report);
  report(share(photo, 'deeplift', lift.completeness.gap, lift.completeness.difference, 1e-4));
  const full = await fullGrad(model, sample, { target });
  if (photo === 'coffee') report(error(photo, 'fullgrad', full.map.data, (await tensor('fullgrad')).data, TIGHT));
  report(share(photo, 'fullgrad', full.completeness.gap, full.completeness.difference, 1e-5));
}

/** Means over many inputs. */
export async function checkMeans({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { manifest } = await golden(`attribution/${photo}`);
  const target = manifest['target'] as number;
  if (photo === 'chelsea') {
    const found = await integratedGradients(model, sample, { target, baseline: 'black', steps: 20 });
    await compare(photo, 'ig_black_20_sum', channelSum(found.map), 1e-2, report);
    return;
  }
  const mean = await integratedGradients(model, sample, { target, steps: 20 });
  await compare(photo, 'ig_zero_20_sum', channelSum(mean.map), 1e-2, report);
  report(share(photo, 'ig_zero_20', mean.completeness.gap, mean.completeness.difference, 1e-2));
  const black = await integratedGradients(model, sample, { target, baseline: 'black', steps: 50 });
  await compare(photo, 'ig_black_50', black.map.data, 1e-2, report);
  const expected = await expectedGradients(model, sample, { target, samples: 16, seed: 2000 });
  await compare(photo, 'expected_gradients', expected.map.data, 1e-2, report);
  const noisy = { target, samples: 16, noise: 0.1, seed: 1000 };
  await compare(photo, 'smoothgrad', (await smoothGrad(model, sample, noisy)).map.data, 1e-2, report);
  await compare(photo, 'vargrad', (await varGrad(model, sample, noisy)).map.data, 1e-2, report);
}

/** Masks, what the network says behind them, and the map that they give. */
export async function checkRise({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { manifest, tensor } = await golden(`attribution/${photo}`);
  const { map } = await rise(model, sample, { target: manifest['target'] as number, masks: 64, seed: 3000 });
  report(error(photo, 'rise', map.data, (await tensor('rise')).data, TIGHT));
}

/** The same on a network with random weights. */
export async function checkAttributedNet(
  net: keyof typeof ATTRIBUTED_NETS,
  backend: Backend,
  report: Report,
): Promise<void> {
  const { manifest, tensor } = await golden(`attribution/${net}`);
  const target = manifest['target'] as number;
  const input = await (await golden(net)).tensor('input');
  const model = await loadNet(net, backend);
  const sample: Sample = { crop: blankPicture(224, 224), placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input };
  const [channels, side] = ATTRIBUTED_NETS[net];
  const layer = model.layers.findLast(({ op, shape }) => op === 'relu' && shape[1] === channels && shape[2] === side)!;
  for (const [name, method] of Object.entries(CAMS)) {
    const { raw } = await method(model, sample, { target, layer: layer.name });
    const expected = (await tensor(`${name}_raw`)).data;
    report(error(net, name, name === 'eigencam' ? towards(expected, raw.data) : raw.data, expected, TIGHT));
  }
  const ablated = await ablationCam(model, sample, { target, layer: layer.name });
  report(error(net, 'ablationcam', ablated.raw.data, (await tensor('ablationcam_raw')).data, TIGHT));
  const { map: product } = await inputXGradient(model, sample, { target });
  report(error(net, 'input_x_gradient', channelSum(product), (await tensor('input_x_gradient_sum')).data, TIGHT));
  const integrated = await integratedGradients(model, sample, { target, steps: 20 });
  // Of VGG-11 float32 itself is 3.5e-3 off
  const bound = net === 'vgg11-div4' ? 1e-2 : TIGHT;
  report(error(net, 'ig_zero_20', channelSum(integrated.map), (await tensor('ig_zero_20_sum')).data, bound));
  const lift = await deepLift(model, sample, { target });
  report(share(net, 'deeplift', lift.completeness.gap, lift.completeness.difference, 1e-4));
  if (net !== 'resnet18-div4-bn')
    report(error(net, 'deeplift', channelSum(lift.map), (await tensor('deeplift_sum')).data, TIGHT));
  const { completeness } = await fullGrad(model, sample, { target });
  report(share(net, 'fullgrad', completeness.gap, completeness.difference, 1e-5));
  model.dispose();
}

function error(subject: string, quantity: string, a: ArrayLike<number>, b: ArrayLike<number>, bound: number): Row {
  return { subject, quantity, measure: 'relative L2', value: relativeL2(a, b), bound };
}

/** How much of a whole is missing. */
function share(subject: string, quantity: string, gap: number, whole: number, bound: number): Row {
  return { subject, quantity, measure: 'gap, share of the score', value: Math.abs(gap / whole), bound };
}

/** [c, h, w] → [h, w] */
function channelSum({ shape, data }: Tensor): Float64Array {
  const sum = new Float64Array(shape[1]! * shape[2]!);
  data.forEach((value, i) => {
    sum[i % sum.length]! += value;
  });
  return sum;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The one of a and −a that points where b does. */
function towards(b: ArrayLike<number>, a: ArrayLike<number>): Float64Array {
  const sign = dot(a, b) < 0 ? -1 : 1;
  return Float64Array.from(a, (value) => sign * value);
}

/** From 0 to 1, as pytorch-grad-cam scales what it returns. */
function scaled(map: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(map);
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return values.map((value) => (value - least) / (1e-7 + most - least));
}

/** Every fourth pixel of every fourth row. */
function everyFourth(map: Float64Array, width: number): Float64Array {
  return map.filter((_, i) => (i % width) % 4 === 0 && Math.floor(i / width) % 4 === 0);
}
