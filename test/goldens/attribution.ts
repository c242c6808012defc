import type { Backend } from '../../src/engine/backend.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { cam } from '../../src/methods/attribution/cam.ts';
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
import { relativeL2, type Row } from './report.ts';

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
  model.dispose();
}

function error(subject: string, quantity: string, a: ArrayLike<number>, b: ArrayLike<number>, bound: number): Row {
  return { subject, quantity, measure: 'relative L2', value: relativeL2(a, b), bound };
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
