import { along } from '../../ir/dependence.ts';
import { defineOp, type BackwardContext, type OnnxNode, type Op } from '../../ir/op.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { expectAxis, expectRank, shapeError } from '../internal/check.ts';
import { allConstant, emit } from '../internal/onnx.ts';
import { squeeze } from '../internal/view.ts';
import { scaled } from './composed.ts';
import { standardise } from './standardise.ts';

export interface BatchNormAttributes {
  readonly epsilon: number;
}

const ROLES = ['', 'scale', 'bias', 'mean', 'variance'] as const;

/**
 * Batch normalisation with fixed statistics: y = (x − mean) / √(variance + epsilon) · scale + bias; x [n, c, …], the
 * others [c] (Ioffe & Szegedy 2015, alg. 2).
 */
export const batchNorm: Op = defineOp<BatchNormAttributes>({
  type: 'batch-norm',
  pointwise: 'function',
  anyNumbers: true,
  dependence: ({ inputs: [x, ...parameters] }) => [
    x!.shape.map((_, axis) => along(axis)),
    ...parameters.map(() => [along(1)]),
  ],
  perChannel: ({ attributes: { epsilon }, inputs }, constants) => {
    const parameters = inputs.slice(1).map((value) => constants.get(value!.name)?.data);
    if (parameters.includes(undefined)) return undefined;
    const [gain, bias, mean, variance] = parameters;
    const scale = Float64Array.from(gain!, (s, k) => s / Math.sqrt(variance![k]! + epsilon));
    return { scale, offset: scale.map((s, k) => bias![k]! - mean![k]! * s) };
  },
  title: () => 'batch normalisation',
  infer: ({ node, inputs }) => {
    const [x] = inputs;
    if (x!.shape.length < 2) throw shapeError(node, 'x has no channels', 'at least 2 axes', String(x!.shape.length));
    for (let i = 1; i < ROLES.length; i++) {
      expectRank(node, ROLES[i]!, inputs[i]!, 1);
      expectAxis(node, ROLES[i]!, inputs[i]!, 0, x!.shape[1]!);
    }
    return [{ dtype: 'float32', shape: x!.shape }];
  },
  backward,
  flops: ({ inputs: [x] }) => 2 * sizeOf(x!.shape),
  onnx: { BatchNormalization: importBatchNorm },
});

/** With respect to each input. The statistics are inputs like the others here: the function is smooth in them too. */
function backward(context: BackwardContext<BatchNormAttributes>): (string | undefined)[] {
  const { builder, node, attributes, inputs, wanted, dy } = context;
  const [x, scale, , mean, variance] = node.inputs as [string, string, string, string, string];
  const signal = dy[0]!;
  const fill = (value: number): string => {
    const { shape } = inputs[1]!;
    return builder.constant(`channels_${String(value)}`, float32(shape, new Float32Array(shape[0]!).fill(value)));
  };
  const overOthers = (tensor: string): string => {
    const axes = [...inputs[0]!.shape.keys()].filter((axis) => axis !== 1);
    return builder.add('reduce', [tensor], { mode: 'sum', axes, keepdims: false });
  };
  const normalise = (...operands: string[]): string => builder.add('batch-norm', operands, { ...attributes });
  const dx = (): string => normalise(signal, scale, fill(0), fill(0), variance);
  const dScale = (): string => overOthers(builder.add('mul', [signal, normalise(x, fill(1), fill(0), mean, variance)]));
  /** −½ · scale · dScale / (variance + epsilon). */
  const dVariance = (): string => {
    const spread = builder.add('add', [variance, builder.scalar(attributes.epsilon)]);
    const rate = builder.add('div', [builder.add('mul', [scale, builder.scalar(-0.5)]), spread]);
    return builder.add('mul', [dScale(), rate]);
  };
  const gradients = [dx, dScale, () => overOthers(signal), () => builder.add('neg', [overOthers(dx())]), dVariance];
  return gradients.map((gradient, i) => (wanted[i] ? gradient() : undefined));
}

function importBatchNorm(n: OnnxNode): readonly string[] {
  if (n.opset < 9 && n.int('spatial', 1) === 0) n.refuse('statistics for every position (spatial = 0)');
  // Before opset 14 who asks for statistics is training.
  const training = n.opset < 14 ? [1, 2, 3, 4].some((output) => n.wants(output)) : n.int('training_mode', 0) === 1;
  if (training) return importTraining(n);
  const inputs = [0, 1, 2, 3, 4].map((i) => n.input(i));
  return [emit(n, 'batch-norm', inputs, { epsilon: n.float('epsilon', 1e-5) })];
}

/**
 * By the statistics of x itself, and what becomes of the running ones. Networks that standardise their weights (Qiao et al.
 * 2019) have it on constants; of pictures it is by those of the whole batch, through which the gradient flows too.
 */
function importTraining(n: OnnxNode): readonly string[] {
  const { builder, name } = n;
  const [y, ...own] = allConstant(n) ? byOwnNumbers(n) : byBatch(n);
  const momentum = n.float('momentum', 0.9);
  const share = (of: string, part: number): string => builder.add('mul', [of, builder.scalar(part)], {}, { name });
  // Nodes that nobody asks for would be gone again in the end.
  const moved = own.map((now, i) =>
    n.wants(1 + i) ? builder.add('add', [share(n.input(3 + i), momentum), share(now, 1 - momentum)], {}, { name }) : '',
  );
  return [y, ...moved, ...own];
}

/** What it makes of a constant, and the mean and variance of each channel. */
function byOwnNumbers(n: OnnxNode): readonly [y: string, mean: string, variance: string] {
  const [mean, variance] = statisticsOf(n.builder.constantOf(n.input(0))!).map((numbers) =>
    n.builder.constant(`${n.name}/statistics`, float32([numbers.length], numbers)),
  ) as [string, string];
  const inputs = [n.input(0), n.input(1), n.input(2), mean, variance];
  return [emit(n, 'batch-norm', inputs, { epsilon: n.float('epsilon', 1e-5) }), mean, variance];
}

/** As {@link byOwnNumbers}, of what varies between runs. */
function byBatch(n: OnnxNode): readonly [y: string, mean: string, variance: string] {
  const { shape } = n.value(0);
  const axes = [...shape.keys()].filter((axis) => axis !== 1);
  const { y, mean, variance } = standardise(n.builder, n.input(0), axes, n.float('epsilon', 1e-5), n.name);
  const listed = (tensor: string): string => squeeze(n.builder, tensor, axes);
  return [scaled(n, y, shape.length), listed(mean), listed(variance)];
}

/** Mean and variance of each channel of x [n, c, …]: weights have millions of numbers, so in plain loops. */
function statisticsOf({ shape: [images = 1, channels = 1, ...rest], data }: Tensor): [Float64Array, Float64Array] {
  const inner = sizeOf(rest);
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];
  const overPlanes = (to: Float64Array, sumOf: (from: number, channel: number) => number): void => {
    for (let plane = 0; plane < images * channels; plane++) {
      const channel = plane % channels;
      to[channel]! += sumOf(plane * inner, channel) / (images * inner);
    }
  };
  overPlanes(mean, (from) => {
    let sum = 0;
    for (let at = from; at < from + inner; at++) sum += data[at]!;
    return sum;
  });
  overPlanes(variance, (from, channel) => {
    const centre = mean[channel]!;
    let sum = 0;
    for (let at = from; at < from + inner; at++) {
      const difference = data[at]! - centre;
      sum += difference * difference;
    }
    return sum;
  });
  return [mean, variance];
}
