import type { Model } from '../../src/engine/model.ts';
import { gradCam } from '../../src/methods/attribution/grad-cam.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { guidedBackprop } from '../../src/methods/attribution/guided-backprop.ts';
import { reduceChannels, saliency } from '../../src/methods/attribution/saliency.ts';
import { focusOf, type Cells } from '../../src/methods/measures/focus.ts';
import { completeness } from '../../src/methods/measures/completeness.ts';
import { deletion, insertion } from '../../src/methods/measures/deletion.ts';
import { infidelity } from '../../src/methods/measures/infidelity.ts';
import { maxSensitivity } from '../../src/methods/measures/max-sensitivity.ts';
import type { Explain, Measured } from '../../src/methods/measures/measure.ts';
import { randomLogit } from '../../src/methods/measures/random-logit.ts';
import { randomisation } from '../../src/methods/measures/randomisation.ts';
import { road } from '../../src/methods/measures/road.ts';
import { complexity, sparseness } from '../../src/methods/measures/sparseness.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { golden } from '../goldens.ts';
import type { PhotoCase } from './checks.ts';
import { largestDifference, type Row } from './report.ts';

type Report = (row: Row) => void;

/** Maps that are measured: those of the references, and our own where the method is one of ours. */
const MAPS = ['saliency', 'guided', 'gradcam', 'ig'] as const;
type MapName = (typeof MAPS)[number];

/** What the manifest of a photo holds. */
interface Values {
  readonly gini_entropy: Readonly<Record<MapName, { readonly gini: number; readonly entropy_nats: number }>>;
  readonly insertion_deletion: { readonly values: Readonly<Record<string, { readonly auc: number }>> };
  readonly infidelity: Readonly<Record<string, InfidelityValues>>;
  readonly max_sensitivity: Readonly<Record<string, { readonly each: readonly number[]; readonly max: number }>>;
  readonly mprt: { readonly rows: readonly LikenessRow[] };
  readonly random_logit: { readonly rows: readonly LikenessRow[] };
  readonly road: {
    readonly maps: Readonly<Record<MapName, Readonly<Record<string, RoadValues>>>>;
  };
}

interface InfidelityValues {
  readonly perturbation: 'noise' | 'squares';
  readonly infidelity: number;
  readonly normalised: number;
  readonly beta: number;
}

interface LikenessValues {
  readonly spearman: number;
  readonly ssim: number;
}

interface LikenessRow extends Readonly<Record<'gradient' | 'guided' | 'gradcam', LikenessValues>> {
  readonly layer: string;
  readonly class: number;
}

interface RoadValues {
  readonly lerf: readonly number[];
  readonly morf: readonly number[];
  readonly combined: number;
}

const difference = (subject: string, quantity: string, value: number, expected: number, bound: number): Row => ({
  subject,
  quantity,
  measure: 'difference',
  value: Math.abs(value - expected),
  bound,
});

const relative = (subject: string, quantity: string, value: number, expected: number, bound: number): Row => ({
  subject,
  quantity,
  measure: 'relative difference',
  value: Math.abs(value / expected - 1),
  bound,
});

/** Every measure of the stored maps, and from our own maps where we have the method. A GPU of software measures some of each. */
export async function checkMeasures(photo: PhotoCase, report: Report): Promise<void> {
  const { backend, software } = photo.model.backend.adapter;
  const all = backend === 'cpu' || !software;
  await checkCurves(photo, all ? MAPS : ['saliency'], all ? ['mean', 'blur'] : ['blur'], report);
  await checkRoad(photo, all ? MAPS : ['gradcam'], report);
  await checkDisturbed(photo, report);
  await checkRandomised(photo, report, all ? undefined : 3);
  await checkOwnMaps(photo, report);
}

async function valuesOf({ photo }: PhotoCase): Promise<{
  readonly target: number;
  readonly values: Values;
  readonly tensor: (name: string) => Promise<Tensor>;
}> {
  const { manifest, tensor } = await golden(`metrics/${photo}`);
  return { target: manifest['target'] as number, values: manifest['values'] as Values, tensor };
}

/** Gini, entropy, insertion and deletion of the stored maps. */
export async function checkCurves(
  photo: PhotoCase,
  maps: readonly MapName[],
  fills: readonly ('mean' | 'blur')[],
  report: Report,
): Promise<void> {
  const { target, values, tensor } = await valuesOf(photo);
  const subject = `${photo.photo}, measures`;
  for (const name of maps) {
    const map = await tensor(`map_${name}`);
    const { gini, entropy_nats } = values.gini_entropy[name];
    report(difference(subject, `Gini of ${name}`, sparseness(map).value, gini, 1e-4));
    report(difference(subject, `entropy of ${name}`, complexity(map).value, entropy_nats, 1e-4));
    for (const fill of fills) {
      for (const measure of [deletion, insertion]) {
        const key = `${measure.name}_${fill === 'mean' ? 'zero' : fill}_${name}`;
        const found = await measure(photo.model, photo.sample, map, { target, fill });
        const { data } = await tensor(key);
        const value = largestDifference(found.curve!.y, data);
        report({ subject, quantity: key, measure: 'largest difference', value, bound: 1e-4 });
        report(difference(subject, `${key}, area`, found.value, values.insertion_deletion.values[key]!.auc, 1e-4));
      }
    }
  }
}

/** ROAD of the stored maps, with what the authors add for inputs of variance 1, or as much for inputs of 0…255, or no noise. */
export async function checkRoad(photo: PhotoCase, maps: readonly MapName[], report: Report): Promise<void> {
  const { target, values, tensor } = await valuesOf(photo);
  const subject = `${photo.photo}, ROAD`;
  for (const name of maps) {
    for (const noise of name === 'gradcam' ? ['0.0', '0.01', '0.574'] : ['0.574']) {
      const found = await road(photo.model, photo.sample, await tensor(`map_${name}`), {
        target,
        noise: Number(noise),
      });
      const { lerf, morf, combined } = values.road.maps[name][`noise ${noise}`]!;
      const quantity = `${name}, noise ${noise}`;
      const value = largestDifference([...found.leastFirst, ...found.mostFirst], [...lerf, ...morf]);
      report({ subject, quantity, measure: 'largest difference', value, bound: 1e-4 });
      report(difference(subject, `${quantity}, combined`, found.value, combined, 1e-4));
    }
  }
}

/** Infidelity of the stored maps, and how much our own change. */
export async function checkDisturbed(photo: PhotoCase, report: Report): Promise<void> {
  const { model, sample } = photo;
  const { target, values } = await valuesOf(photo);
  const subject = `${photo.photo}, measures`;
  const [grad, guided, ig] = await Promise.all(
    ['grad', 'guided_backprop', 'ig'].map((name) => photo.golden.tensor(name)),
  );
  const inputTimes = float32(
    grad!.shape,
    Float32Array.from(grad!.data, (value, i) => value * sample.input.data[i]!),
  );
  for (const [name, map] of Object.entries({ grad, guided, input_x_gradient: inputTimes, ig })) {
    const expected = values.infidelity[name]!;
    const found = await infidelity(model, sample, map!, { target, disturbance: expected.perturbation });
    report(relative(subject, `infidelity of ${name}`, found.value, expected.infidelity, 1e-3));
    report(relative(subject, `its normalised`, found.normalised, expected.normalised, 1e-3));
    report(relative(subject, `its beta`, found.beta, expected.beta, 1e-3));
  }
  const gap = photo.golden.manifest['ig_convergence_delta'] as number;
  const { value: found } = await completeness(model, sample, ig!, { target });
  report(difference(subject, 'completeness of ig', found, gap, 1e-3));
  for (const [name, explain] of Object.entries(EXPLAIN)) {
    const { each, max } = values.max_sensitivity[name]!;
    const found = await maxSensitivity(model, sample, explain, { target });
    report(difference(subject, `max-sensitivity, ${name}`, found.value, max, 1e-3));
    const value = largestDifference(found.each, each);
    report({ subject, quantity: `each of ${name}`, measure: 'largest difference', value, bound: 1e-3 });
  }
}

/** Ours, of the methods that the randomisation tests are about. */
const EXPLAIN: Readonly<Record<'gradient' | 'guided' | 'gradcam', Explain>> = {
  gradient,
  guided: guidedBackprop,
  gradcam: rawCam,
};

/** What Grad-CAM shows of fire9, [13, 13]. */
async function rawCam(...[model, picture, options]: Parameters<Explain>): Promise<{ readonly map: Tensor }> {
  const { raw } = await gradCam(model, picture, { ...options, layer: 'fire9' });
  return {
    map: float32(
      raw.shape,
      Float32Array.from(raw.data, (value) => Math.max(value, 0)),
    ),
  };
}

/** Of the likeness to the map before, and to that of another class. */
export async function checkRandomised(photo: PhotoCase, report: Report, layers?: number): Promise<void> {
  const { model, sample } = photo;
  const { target, values } = await valuesOf(photo);
  const subject = `${photo.photo}, randomised`;
  const compare = (quantity: string, found: LikenessValues, expected: LikenessValues): void => {
    report(difference(subject, `${quantity}, Spearman`, found.spearman, expected.spearman, 2e-3));
    report(difference(subject, `${quantity}, SSIM`, found.ssim, expected.ssim, 2e-3));
  };
  for (const name of ['gradient', 'guided', 'gradcam'] as const) {
    const { rows } = await randomisation(model, sample, EXPLAIN[name], { target, layers });
    for (const [i, row] of rows.entries()) {
      const expected = values.mprt.rows[i]!;
      compare(`${name}, down to ${expected.layer}`, row, expected[name]);
    }
    const others = await randomLogit(model, sample, EXPLAIN[name], { target });
    for (const [i, row] of others.rows.entries()) {
      const expected = values.random_logit.rows[i]!;
      report(difference(subject, `class ${expected.class} drawn`, row.classId, expected.class, 0));
      compare(`${name}, class ${expected.class}`, row, expected[name]);
    }
  }
}

/** Focus on the stored mosaics. */
export async function checkFocus(model: Model, report: Report): Promise<void> {
  const { manifest, tensor } = await golden('metrics/mosaics');
  const { rows } = manifest['values'] as { readonly rows: readonly MosaicValues[] };
  for (const { mosaic, class: target, cells_of_the_class: cells, focus } of rows) {
    const rgb = await tensor(`mosaic_${mosaic}_rgb_u8`);
    const [height, width] = rgb.shape as [number, number];
    const input = toInput(pictureFromRgb(rgb.data, width, height), model.preprocessing);
    const of = (map: Tensor): number =>
      focusOf(map, cells.map((cell) => cell === 1) as unknown as Cells, [height, width]);
    const { map } = await gradient(model, { input }, { target });
    const times = float32(
      map.shape,
      Float32Array.from(map.data, (value, i) => value * input.data[i]!),
    );
    const subject = `mosaic ${mosaic}, Focus`;
    for (const [name, found] of Object.entries({
      gradient_sum: map,
      gradient_abs_max: reduceChannels(map, 'max'),
      guided_sum: (await guidedBackprop(model, { input }, { target })).map,
      input_x_gradient: times,
      gradcam: (await gradCam(model, { input }, { target, layer: 'fire9' })).map,
    })) {
      report(difference(subject, name, of(found), focus[name]!, 1e-3));
    }
  }
}

interface MosaicValues {
  readonly mosaic: number;
  readonly class: number;
  readonly cells_of_the_class: readonly number[];
  readonly focus: Readonly<Record<string, number>>;
}

/**
 * The whole way, from our own maps. Pixels whose values are nearly alike change places with the order of sums, so that curves are
 * compared by their areas.
 */
async function checkOwnMaps({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { target, values } = await valuesOf({ photo } as PhotoCase);
  const subject = `${photo}, own maps`;
  const maps = {
    saliency: saliency(model, sample, { target }),
    guided: ofLargest(guidedBackprop(model, sample, { target })),
    gradcam: gradCam(model, sample, { target, layer: 'fire9' }),
  };
  for (const [name, making] of Object.entries(maps)) {
    const { map } = await making;
    const check = (quantity: string, { value }: Measured, expected: number): void => {
      report(difference(subject, `${quantity} of ${name}`, value, expected, 2e-3));
    };
    check('Gini', sparseness(map), values.gini_entropy[name as MapName].gini);
    for (const measure of [deletion, insertion]) {
      const found = await measure(model, sample, map, { target, fill: 'blur' });
      check(measure.name, found, values.insertion_deletion.values[`${measure.name}_blur_${name}`]!.auc);
    }
  }
}

async function ofLargest(making: Promise<{ readonly map: Tensor }>): Promise<{ readonly map: Tensor }> {
  return { map: reduceChannels((await making).map, 'max') };
}
