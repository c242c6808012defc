import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { MAX_RESIZED } from '../../limits.ts';
import { axisOf, choose, named } from '../internal/onnx.ts';
import { weightTable, type Shares } from './weights.ts';

/** Maps of another size: along one axis after the other, each element from a few neighbours. */
export const resizes: Readonly<Record<string, OnnxImporter>> = {
  Resize: importResize,
  Upsample: (n) => {
    const scales = n.opset < 9 ? n.floats('scales') : n.constant(1);
    return resized(n, axesByScale(n, scales ?? n.refuse('it has no scales')), asymmetric, () => Math.floor);
  },
};

/** One axis of a tensor; `scale` is what its coordinates go by, and not always the ratio of the sizes. */
interface ResizedAxis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

type Coordinate = (at: number, axis: ResizedAxis) => number;

// Every step in float32, as other programs have it: which neighbour is nearest often hangs on the last bit.
const f32 = Math.fround;
const halfPixel: Coordinate = (at, { scale }) => f32(f32((at + 0.5) / scale) - 0.5);
const asymmetric: Coordinate = (at, { scale }) => f32(at / scale);

/** Where element `at` of the result lies in x (ONNX, Resize, coordinate_transformation_mode). */
const COORDINATES: Readonly<Record<string, Coordinate>> = {
  half_pixel: halfPixel,
  half_pixel_symmetric: (at, { from, to, scale }) => {
    const adjustment = f32(to / f32(scale * from));
    const offset = f32((from / 2) * f32(1 - adjustment));
    return f32(f32(offset + f32((at + 0.5) / scale)) - 0.5);
  },
  pytorch_half_pixel: (at, axis) => (axis.to > 1 ? halfPixel(at, axis) : 0),
  align_corners: (at, { from, to }) => (to > 1 ? f32((at * (from - 1)) / (to - 1)) : 0),
  asymmetric,
  tf_half_pixel_for_nn: (at, { scale }) => f32((at + 0.5) / scale),
};

type Rounding = (axis: ResizedAxis) => (at: number) => number;

/** The neighbour nearest to a coordinate (nearest_mode). */
const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  round_prefer_floor: () => (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: () => (at) => Math.floor(at + 0.5),
  floor: () => Math.floor,
  ceil: () => Math.ceil,
};

/** Opset 10 does not say what is nearest; onnxruntime's way. */
const OLD_ROUNDING: Rounding = ({ scale }) => (scale < 1 ? Math.ceil : Math.floor);

/** Weight of a neighbour by its distance, which is 0 from `reach` on. */
interface Kernel {
  readonly reach: number;
  weight(distance: number): number;
}

const LINEAR: Kernel = { reach: 1, weight: (x) => Math.max(1 - Math.abs(x), 0) };

/** Keys 1981, eq. 8, with its parameter. */
function cubic(a: number): Kernel {
  return {
    reach: 2,
    weight: (distance) => {
      const x = Math.abs(distance);
      if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    },
  };
}

function importResize(n: OnnxNode): readonly string[] {
  const old = n.opset < 11;
  const mode = 'coordinate_transformation_mode';
  const coordinate = choose(n, mode, COORDINATES, old ? 'asymmetric' : 'half_pixel');
  const rounding = old ? OLD_ROUNDING : choose(n, 'nearest_mode', ROUNDINGS, 'round_prefer_floor');
  const scales = n.constant(old ? 1 : 2) ?? [];
  return resized(n, scales.length > 0 ? axesByScale(n, scales) : axesBySize(n), coordinate, rounding);
}

/** The axes that scales or sizes are for. */
function axesOf(n: OnnxNode, values: readonly number[]): readonly number[] {
  const { shape } = n.value(0);
  const axes = n.ints('axes')?.map((axis) => axisOf(n, axis, shape.length)) ?? [...shape.keys()];
  if (axes.length !== values.length) {
    n.refuse(`${String(values.length)} scales or sizes for ${String(axes.length)} axes`);
  }
  return axes;
}

function axesByScale(n: OnnxNode, scales: readonly number[]): readonly ResizedAxis[] {
  return axesOf(n, scales).map((axis, i) => {
    const from = n.value(0).shape[axis]!;
    return { axis, from, to: Math.floor(f32(scales[i]! * from)), scale: scales[i]! };
  });
}

/** Which of the axes' scales is that of all (keep_aspect_ratio_policy). */
const POLICIES = { stretch: undefined, not_larger: Math.min, not_smaller: Math.max };

function axesBySize(n: OnnxNode): readonly ResizedAxis[] {
  const sizes = n.constant(3) ?? n.refuse('it has neither scales nor sizes');
  const axes = axesOf(n, sizes).map((axis, i) => ({ axis, from: n.value(0).shape[axis]!, to: sizes[i]! }));
  const ratios = axes.map(({ from, to }) => to / from);
  const pick = choose(n, 'keep_aspect_ratio_policy', POLICIES, 'stretch');
  if (!pick) return axes.map((axis, i) => ({ ...axis, scale: f32(ratios[i]!) }));
  const scale = pick(...ratios);
  return axes.map(({ axis, from }) => ({ axis, from, to: Math.floor(scale * from + 0.5), scale }));
}

function resized(
  n: OnnxNode,
  all: readonly ResizedAxis[],
  coordinate: Coordinate,
  rounding: Rounding,
): readonly string[] {
  const sharesOf = sharesBy(n, rounding);
  for (const { axis, to } of all) {
    if (to >= 1 && to <= MAX_RESIZED) continue;
    n.refuse(`axis ${String(axis)} would get ${String(to)} elements; 1 to ${String(MAX_RESIZED)} are possible`);
  }
  // What shrinks comes first: the rest has less to do.
  const axes = all.filter(({ scale }) => scale !== 1).sort((a, b) => a.scale - b.scale);
  return [
    axes.reduce((x, resizedAxis, i) => {
      const { axis, from, to } = resizedAxis;
      const rows = Array.from({ length: to }, (_, at) => sharesOf(coordinate(at, resizedAxis), resizedAxis));
      const table = weightTable(n.builder, `${n.name}/${String(axis)}`, rows, from);
      const options = i === axes.length - 1 ? named(n) : { name: n.name };
      return n.builder.add('resample', [x, ...table], { axis, size: from }, options);
    }, n.input(0)),
  ];
}

/** What an element is made of that lies at a place of x. */
function sharesBy(n: OnnxNode, rounding: Rounding): (place: number, axis: ResizedAxis) => Shares {
  const inside = (index: number, from: number): number => Math.min(Math.max(index, 0), from - 1);
  const kernels = {
    nearest: undefined,
    linear: LINEAR,
    bilinear: LINEAR,
    cubic: cubic(n.float('cubic_coeff_a', -0.75)),
  };
  const kernel = choose(n, 'mode', kernels, 'nearest');
  if (!kernel) return (place, axis) => new Map([[inside(rounding(axis)(place), axis.from), 1]]);
  const outside = n.int('exclude_outside', 0) === 0;
  const smooth = n.int('antialias', 0) === 1;
  return (place, { from, scale }) => {
    // A map that shrinks is smoothed by a kernel that is as much wider.
    const width = smooth ? Math.min(scale, 1) : 1;
    const shares = new Map<number, number>();
    let sum = 0;
    for (let index = Math.floor(place - kernel.reach / width); index <= place + kernel.reach / width; index++) {
      if (!outside && index !== inside(index, from)) continue;
      const share = kernel.weight((index - place) * width);
      const at = inside(index, from);
      shares.set(at, (shares.get(at) ?? 0) + share);
      sum += share;
    }
    return new Map([...shares].map(([at, share]) => [at, share / sum]));
  };
}
