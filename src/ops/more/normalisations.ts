import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { axisOf, emit, named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';
import { standardise } from '../norm/standardise.ts';

/** Squares of norms below this are taken for it: zeros stay zeros, and so do their gradients where PyTorch's normalize has them. */
const LEAST_SQUARE = 1e-24;

/** Of a variance. The operator adds 1e-9 to its root, whose gradient has no end at 0. */
const LEAST_VARIANCE = 1e-18;

/** Normalisations by the statistics of the picture itself that few networks have. */
export const normalisations: Readonly<Record<string, OnnxImporter>> = {
  LpNormalization: importLp,
  MeanVarianceNormalization: (n) => {
    const { shape } = n.value(0);
    const axes = n.ints('axes', [0, 2, 3]).map((axis) => axisOf(n, axis, shape.length));
    const { y } = standardise(
      n.builder,
      n.input(0),
      axes.sort((a, b) => a - b),
      LEAST_VARIANCE,
      n.name,
      named(n),
    );
    return [y];
  },
  RMSNormalization: importRms,
  'com.microsoft:GroupNorm': importGroupNorm,
  'com.microsoft:SkipLayerNormalization': importSkipLayerNorm,
};

/** x / Σ|x| or x / √Σx² along an axis. */
function importLp(n: OnnxNode): readonly string[] {
  const p = n.int('p', 2);
  if (p !== 1 && p !== 2) n.refuse(`a norm of order ${String(p)}`);
  const add = (type: string, inputs: readonly string[], attributes = {}): string =>
    n.builder.add(type, inputs, attributes, { name: n.name });
  const x = n.input(0);
  const axes = [axisOf(n, n.int('axis', -1), n.value(0).shape.length)];
  const terms = p === 1 ? add('abs', [x]) : add('mul', [x, x]);
  const sum = add('reduce', [terms], { mode: 'sum', axes, keepdims: true });
  const least = n.builder.scalar(p === 1 ? Math.sqrt(LEAST_SQUARE) : LEAST_SQUARE);
  const positive = add('max', [sum, least]);
  return [emit(n, 'div', [x, p === 1 ? positive : add('sqrt', [positive])])];
}

/** x / √(mean of x² + epsilon) · scale over the axes from the given one on (Zhang & Sennrich 2019, eq. 4). */
function importRms(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axes = [...shape.keys()].slice(axisOf(n, n.int('axis', -1), shape.length));
  const add = (type: string, inputs: readonly string[], attributes = {}): string =>
    n.builder.add(type, inputs, attributes, { name: n.name });
  const squares = add('reduce', [add('mul', [n.input(0), n.input(0)])], { mode: 'mean', axes, keepdims: true });
  const root = add('sqrt', [add('add', [squares, n.builder.scalar(n.float('epsilon', 1e-5))])]);
  return [emit(n, 'mul', [add('div', [n.input(0), root]), n.input(1)])];
}

/** onnxruntime's form of a normalisation of groups (Wu & He 2018, eq. 7): channels are last unless it says otherwise. */
function importGroupNorm(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const last = n.int('channels_last', 1) !== 0;
  const channels = (last ? shape.at(-1) : shape[1])!;
  const groups = n.int('groups', 0);
  const activation = n.int('activation', 0);
  if (!(groups > 0 && channels % groups === 0))
    n.refuse(`${String(channels)} channels do not make ${String(groups)} groups`);
  if (activation !== 0 && activation !== 1) n.refuse(`activation ${String(activation)}`);
  for (const index of [1, 2]) {
    if (sizeOf(n.value(index).shape) !== channels)
      n.refuse(`input ${String(index)} is no list of ${String(channels)} numbers`);
  }
  const places = sizeOf(shape) / (shape[0]! * channels);
  const grouped = last
    ? [shape[0]!, places, groups, channels / groups]
    : [shape[0]!, groups, (channels / groups) * places];
  const x = reshapeTo(n.builder, n.input(0), grouped);
  const { y } = standardise(n.builder, x, last ? [1, 3] : [2], n.float('epsilon', 1e-5), n.name);
  const listed = [channels, ...shape.slice(2).map(() => 1)];
  const [scale, bias] = [1, 2].map((index) =>
    last ? n.input(index) : reshapeTo(n.builder, n.input(index), listed),
  ) as [string, string];
  const scaled = n.builder.add('mul', [reshapeTo(n.builder, y, shape), scale], {}, { name: n.name });
  if (activation === 0) return [emit(n, 'add', [scaled, bias])];
  return [emit(n, 'silu', [n.builder.add('add', [scaled, bias], {}, { name: n.name })])];
}

/** onnxruntime's normalisation over the last axis of a sum, which is its fourth output. */
function importSkipLayerNorm(n: OnnxNode): readonly string[] {
  const add = (type: string, ...inputs: string[]): string => n.builder.add(type, inputs, {}, { name: n.name });
  const both = add('add', n.input(0), n.input(1));
  const sum = n.given(4) ? add('add', both, n.input(4)) : both;
  const axis = n.value(0).shape.length - 1;
  const { y, mean, scale } = standardise(n.builder, sum, [axis], n.float('epsilon', 1e-12), n.name);
  const result = n.given(3) ? emit(n, 'add', [add('mul', y, n.input(2)), n.input(3)]) : emit(n, 'mul', [y, n.input(2)]);
  return [result, mean, scale, sum];
}
