import { checkNumber } from '../../check.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { filled } from '../../tensor/elementwise.ts';
import { float32 } from '../../tensor/tensor.ts';
import { passWhere, scale, square } from '../parts/arithmetic.ts';

/** How wrong a network is. */
export interface Loss {
  readonly describe: () => string;
  /** Appends the loss of each picture [n], of what the network makes y [n, outputs] and what it should be [n, outputs]. */
  readonly append: (builder: GraphBuilder, y: string, targets: string) => string;
  /** The probabilities that y stands for; y itself where it stands for none. */
  readonly predict: (builder: GraphBuilder, y: string) => string;
}

export interface CrossEntropyOptions {
  /** Share of each target that is spread evenly over all classes (Szegedy et al. 2016, §7); none by default. */
  readonly smoothing?: number;
}

/** −Σ target · log softmax(y): of classes that exclude each other. */
export function softmaxCrossEntropy({ smoothing = 0 }: CrossEntropyOptions = {}): Loss {
  checkNumber('smoothing', smoothing, { least: 0, below: 1 });
  return {
    describe: () => `softmax cross-entropy${smoothing > 0 ? `, ${smoothing} smoothed` : ''}`,
    append: (builder, y, targets) => {
      const [, classes] = builder.value(y).shape as [number, number];
      const wanted =
        smoothing === 0
          ? targets
          : builder.add('add', [scale(builder, targets, 1 - smoothing), builder.scalar(smoothing / classes)]);
      const logarithms = builder.add('softmax', [y], { axis: 1, log: true });
      return scale(builder, overOutputs(builder, 'sum', builder.add('mul', [wanted, logarithms])), -1);
    },
    predict: (builder, y) => builder.add('softmax', [y], { axis: 1, log: false }),
  };
}

/**
 * The mean over the outputs of −target · log σ(y) − (1 − target) · log(1 − σ(y)): of properties that do not exclude each other.
 * As max(y, 0) − y · target + log(1 + e^−|y|), which no y is too large for.
 */
export function binaryCrossEntropy(): Loss {
  return {
    describe: () => 'binary cross-entropy',
    append: (builder, y, targets) => {
      // log(1 + e^y) = max(y, 0) + log(1 + e^−|y|)
      const whole = builder.add('softplus', [y]);
      return overOutputs(builder, 'mean', builder.add('sub', [whole, builder.add('mul', [y, targets])]));
    },
    predict: (builder, y) => builder.add('sigmoid', [y]),
  };
}

/** The mean over the outputs of (y − target)². */
export function meanSquares(): Loss {
  return {
    describe: () => 'mean squares',
    append: (builder, y, targets) => overOutputs(builder, 'mean', square(builder, builder.add('sub', [y, targets]))),
    predict: (_, y) => y,
  };
}

function overOutputs(builder: GraphBuilder, mode: 'sum' | 'mean', of: string): string {
  return builder.add('reduce', [of], { mode, axes: [1], keepdims: false });
}

/** Numbers beyond those of any network, and finite after a difference. */
const FAR = 1e30;

/** Appends 1 for each picture whose target is above all other outputs, 0 for others [n]. */
export function appendRight(builder: GraphBuilder, y: string, targets: string): string {
  const of = (mode: 'sum' | 'max', tensor: string): string =>
    builder.add('reduce', [tensor], { mode, axes: [1], keepdims: false });
  const own = of('sum', builder.add('mul', [y, targets]));
  const others = of('max', builder.add('sub', [y, scale(builder, targets, FAR)]));
  const lead = builder.add('sub', [own, others]);
  return builder.add('relu-grad', [lead, onesLike(builder, lead)], { rule: 'gradient', low: 0, high: Infinity });
}

/** Less than any difference of two scores that are not alike, and more than no difference. */
const NEARLY_NONE = 1e-30;

/** Appends the class of the largest output of each picture [n], the first of several; counted from the last, which is 0. */
export function appendLikeliest(builder: GraphBuilder, y: string): string {
  const { shape } = builder.value(y);
  const [, classes] = shape as [number, number];
  const largest = builder.add('reduce', [y], { mode: 'max', axes: [1], keepdims: true });
  const behind = builder.add('sub', [y, largest]);
  const fromLast = builder.constant(
    'from the last',
    float32(
      [1, classes],
      filled(classes, (i) => classes - 1 - i),
    ),
  );
  const numbers = builder.add('expand', [fromLast], { shape });
  const own = passWhere(builder, behind, numbers, [-NEARLY_NONE, Infinity]);
  return builder.add('reduce', [own], { mode: 'max', axes: [1], keepdims: false });
}

function onesLike(builder: GraphBuilder, x: string): string {
  return builder.add('expand', [builder.scalar(1)], { shape: builder.value(x).shape });
}
