import { checkList, checkNumber, checkText, shown } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { opOf } from '../../ops/registry.ts';
import { sliceAlong } from '../../ops/internal/view.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { sumOfSquares } from '../../tensor/elementwise.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { mean, scale, square, sum } from './arithmetic.ts';
import { appendGram, rowsOf } from './gram.ts';
import type { TermContext } from './term-context.ts';
import { checkClass, classIdOf } from './target.ts';

/** A quantity of an image and of what a network makes of it. */
export interface Term {
  readonly weight: number;
  readonly says: string;
  /** Appends it as a scalar; images of a batch are added up. Throws ArgumentError for what does not exist. */
  readonly build: (context: TermContext) => string;
}

/** What an image is to make large: a weighted sum of terms. A loss is a term with a minus. */
export class Objective {
  readonly terms: readonly Term[];

  constructor(terms: readonly Term[]) {
    this.terms = terms;
  }

  plus(other: Objective): Objective {
    return new Objective([...this.terms, ...other.terms]);
  }

  times(factor: number): Objective {
    checkNumber('the weight of an objective', factor);
    return new Objective(this.terms.map((term) => ({ ...term, weight: factor * term.weight })));
  }

  /** Such as `score of banana − 0.001 × total variation`. */
  describe(): string {
    return this.terms
      .map(({ weight, says }, i) => {
        const sign = weight < 0 ? '− ' : '+ ';
        const size = Math.abs(weight) === 1 ? '' : `${Number(Math.abs(weight).toPrecision(3))} × `;
        return `${i === 0 && weight >= 0 ? '' : sign}${size}${says}`;
      })
      .join(' ');
  }
}

/** An objective of one term. */
export function term(says: string, build: Term['build'], weight: number = 1): Objective {
  return new Objective([{ weight, says, build }]);
}

export interface ClassScoreOptions {
  /** Leave a ReLU that the scores pass last, as SqueezeNet's do: below 0 the score then has no gradient. */
  readonly rectified?: boolean;
}

/**
 * The unnormalised score of a class, by id, label or synset (Simonyan et al. 2014, §2: not the probability, which also
 * grows when others shrink).
 */
export function classScore(target: number | string, { rectified = false }: ClassScoreOptions = {}): Objective {
  return term(`score of ${checkClass(target)}`, (context) => {
    const scores = rectified ? context.tensor(context.model.logits) : scoresOf(context);
    return ofClass(context, scores, target);
  });
}

/**
 * The logarithm of the probability of a class: minus the cross-entropy that training makes small. A list has a class for
 * each image of a batch. Throws ArgumentError where the network gives values.
 */
export function logProbability(target: number | string | readonly (number | string)[]): Objective {
  const says = Array.isArray(target) ? target.map(checkClass).join() : checkClass(target as number | string);
  return term(`log probability of ${says}`, (context) => {
    const { builder, model } = context;
    const logs = logProbabilities(context);
    if (!Array.isArray(target)) return ofClass(context, logs, target as number | string);
    const { shape } = builder.value(logs);
    const classes = shape[1]!;
    const wanted = new Float32Array(sizeOf(shape));
    for (const [i, one] of target.entries()) wanted[i * classes + classIdOf(model, one as number | string)] = 1;
    return sum(builder, builder.add('mul', [logs, builder.constant('wanted', float32(shape, wanted))]));
  });
}

/** Of all classes [n, classes]. */
function logProbabilities(context: TermContext): string {
  const { builder, model } = context;
  const { kind } = model.head;
  if (kind === 'values') {
    throw new ArgumentError('the network gives values, no probabilities', {
      where: model.name,
      expected: 'a network that tells classes apart',
      remedy: 'If it does, say so with `head`.',
    });
  }
  const logits = context.tensor(model.logits);
  if (kind === 'one-of-many') return builder.add('softmax', [logits], { axis: 1, log: true });
  // ln 1/(1 + e^−s) = −ln(1 + e^−s)
  return builder.add('neg', [builder.add('softplus', [builder.add('neg', [logits])])]);
}

/** A single unit; without a place the one in the middle of the channel's map. */
export function neuron(layer: string, channel: number, at?: readonly [y: number, x: number]): Objective {
  checkText('the layer', layer);
  if (at !== undefined) checkList('the place', at, 2);
  return term(
    `${layer}, channel ${shown(channel)}${at ? ` at (${at.map(shown).join(', ')})` : ', middle'}`,
    (context) => {
      const { builder } = context;
      const map = mapOf(context, layer, channel);
      const place = builder.value(map).shape.slice(2);
      return sum(
        builder,
        place.reduce((from, size, i) => {
          const index = at?.[i] ?? Math.floor(size / 2);
          checkIndex(index, size, `a ${i === 0 ? 'row' : 'column'} of layer "${layer}"`);
          return sliceAlong(builder, from, i + 2, index, 1);
        }, map),
      );
    },
  );
}

/** The mean of a channel's map. */
export function channel(layer: string, index: number): Objective {
  return term(`${checkText('the layer', layer)}, channel ${shown(index)}`, (context) => {
    const map = mapOf(context, layer, index);
    return perImage(context.builder, map, mean(context.builder, map));
  });
}

/** The mean of the units along a direction of a layer's channels, averaged over places (Olah et al. 2017, "directions"). */
export function direction(layer: string, along: readonly number[]): Objective {
  checkList('the direction', along);
  return term(`${checkText('the layer', layer)}, a direction`, (context) => {
    const { builder } = context;
    const map = context.layer(layer);
    const { shape } = builder.value(map);
    for (const value of along) checkNumber('a number of the direction', value);
    if (shape[1] !== along.length) {
      throw new ArgumentError('the direction does not fit the layer', {
        where: layer,
        expected: `${String(shape[1])} numbers`,
        got: String(along.length),
      });
    }
    const vector = float32([along.length, ...shape.slice(2).map(() => 1)], along);
    const projected = builder.add('mul', [map, builder.constant('direction', vector)]);
    return perImage(builder, projected, scale(builder, mean(builder, projected), along.length));
  });
}

/** The mean square of all activations of a layer: what it sees, it is to see more of (Mordvintsev et al. 2015). */
export function layerNorm(layer: string): Objective {
  return term(`${checkText('the layer', layer)}, mean square`, (context) => {
    const activations = context.layer(layer);
    return perImage(context.builder, activations, mean(context.builder, square(context.builder, activations)));
  });
}

/**
 * Guided dreaming: for each place of a layer the largest product of its code with one of a guide's codes [1, c, p, q]
 * (Mordvintsev et al. 2015, "Controlling dreams"), averaged over the places. For a single image.
 */
export function match(layer: string, guide: Tensor): Objective {
  return term(`${checkText('the layer', layer)}, match with a guide`, (context) => {
    const { builder } = context;
    const ours = rowsOf(builder, context.layer(layer));
    const [c] = builder.value(ours).shape as [number, number];
    const [, channels = 0] = guide.shape;
    if (channels !== c) throw unfit(layer, builder.value(ours).shape, guide.shape);
    const theirs = builder.constant('guide', { ...guide, shape: [c, sizeOf(guide.shape) / c] });
    const products = builder.add('gemm', [ours, theirs], { alpha: 1, beta: 1, transA: true, transB: false });
    return mean(builder, builder.add('reduce', [products], { mode: 'max', axes: [1], keepdims: false }));
  });
}

/** −‖f − f₀‖² / ‖f₀‖² of a layer's code f (Mahendran & Vedaldi 2015, eq. 2). */
export function codeDistance(layer: string, code: Tensor): Objective {
  const share = 1 / energyOf(layer, code);
  return term(
    `distance to a code of ${checkText('the layer', layer)}`,
    (context) => scale(context.builder, squaredDistance(context, layer, code), share),
    -1,
  );
}

/** −mean (f − f₀)² of a layer's code: the content that is to stay (Gatys et al. 2016, §2.1). */
export function content(layer: string, code: Tensor): Objective {
  const share = 1 / sizeOf(code.shape);
  return term(
    `content of ${checkText('the layer', layer)}`,
    (context) => scale(context.builder, squaredDistance(context, layer, code), share),
    -1,
  );
}

/**
 * −Σ (G − G₀)² of a layer's Gram matrix [c, c]: which features go together, wherever (Gatys et al. 2016, §2.2). For a
 * single image.
 */
export function style(layer: string, gram: Tensor): Objective {
  return term(`style of ${checkText('the layer', layer)}`, (context) => gramDistance(context, layer, gram), -1);
}

/** −Σ (G − G₀)² / Σ G₀²: the same as a share of what is to be matched, which networks of all scales have in common. */
export function styleDistance(layer: string, gram: Tensor): Objective {
  const share = 1 / energyOf(layer, gram);
  return term(
    `distance to a style of ${checkText('the layer', layer)}`,
    (context) => scale(context.builder, gramDistance(context, layer, gram), share),
    -1,
  );
}

/**
 * − the mean cosine between the Gram matrices of the images of a batch: they are to differ (Olah et al. 2017,
 * "diversity").
 */
export function diversity(layer: string): Objective {
  return term(
    `likeness of the images in ${checkText('the layer', layer)}`,
    (context) => {
      const { builder } = context;
      const activations = context.layer(layer);
      const n = builder.value(activations).shape[0]!;
      if (n < 2) throw new ArgumentError('a single image has nothing to differ from', { expected: 'a count above 1' });
      const styles = Array.from({ length: n }, (_, i) => {
        const gram = appendGram(builder, sliceAlong(builder, activations, 0, i, 1));
        const norm = builder.add('sqrt', [
          builder.add('add', [sum(builder, square(builder, gram)), builder.scalar(1e-12)]),
        ]);
        return builder.add('div', [gram, norm]);
      });
      const pairs = styles.flatMap((a, i) => styles.slice(i + 1).map((b) => sum(builder, builder.add('mul', [a, b]))));
      return scale(
        builder,
        pairs.reduce((a, b) => builder.add('add', [a, b])),
        1 / pairs.length,
      );
    },
    -1,
  );
}

/** Sum over a batch of a mean that was taken over all of it. */
function perImage(builder: GraphBuilder, of: string, average: string): string {
  return scale(builder, average, builder.value(of).shape[0]!);
}

function squaredDistance(context: TermContext, layer: string, code: Tensor): string {
  const { builder } = context;
  const ours = context.layer(layer);
  const { shape } = builder.value(ours);
  if (!sameShape(shape.slice(1), code.shape.slice(1))) throw unfit(layer, shape, code.shape);
  return sum(builder, square(builder, builder.add('sub', [ours, builder.constant('code', code)])));
}

function gramDistance(context: TermContext, layer: string, gram: Tensor): string {
  const { builder } = context;
  const ours = appendGram(builder, context.layer(layer));
  const { shape } = builder.value(ours);
  if (!sameShape(shape, gram.shape)) throw unfit(layer, shape, gram.shape);
  return sum(builder, square(builder, builder.add('sub', [ours, builder.constant('gram', gram)])));
}

/** Of what a layer is to be like. */
function energyOf(layer: string, { data }: Tensor): number {
  const total = sumOfSquares(data);
  if (!Number.isFinite(total)) {
    throw new ArgumentError('nothing can be like a code whose numbers are none', { where: layer });
  }
  if (total === 0) throw new ArgumentError('nothing can be like a code of zeros', { where: layer });
  return total;
}

function unfit(layer: string, expected: Shape, got: Shape): ShapeError {
  return new ShapeError('what the layer is compared with has another shape', {
    where: layer,
    expected: formatShape(expected),
    got: formatShape(got),
    remedy: 'Take it from the same layer, of an image of the same size.',
  });
}

function checkIndex(index: number, size: number, what: string): void {
  if (Number.isInteger(index) && index >= 0 && index < size) return;
  throw new ArgumentError(`there is no such ${what.replace(/^an? /, '')}`, {
    expected: `0 to ${String(size - 1)}`,
    got: shown(index),
  });
}

/** The map [n, 1, h, w] of a channel. */
function mapOf(context: TermContext, layer: string, index: number): string {
  const activations = context.layer(layer);
  checkIndex(index, context.builder.value(activations).shape[1] ?? 1, `a channel of layer "${layer}"`);
  return sliceAlong(context.builder, activations, 1, index, 1);
}

function ofClass({ builder, model }: TermContext, scores: string, target: number | string): string {
  return sum(builder, sliceAlong(builder, scores, 1, classIdOf(model, target), 1));
}

/**
 * The class scores without a last ReLU, which some networks end with: below 0 it would let no gradient pass. Averages and
 * reshapes that follow it are done to what comes before it.
 */
function scoresOf(context: TermContext): string {
  const { builder, model } = context;
  const after: Graph['nodes'][number][] = [];
  for (let at = model.logits; ;) {
    const node = model.graph.nodes.find(({ outputs }) => outputs.includes(at));
    if (node && opOf(node.op).activation === 'rectifier') {
      return after.reduceRight(
        (x, { op, attributes }) => builder.add(op, [x], attributes),
        context.tensor(node.inputs[0]!),
      );
    }
    if (!node || !averagesOrReshapes(node)) return context.tensor(model.logits);
    after.push(node);
    at = node.inputs[0]!;
  }
}

function averagesOrReshapes({ op }: Graph['nodes'][number]): boolean {
  const { view, sumScale } = opOf(op);
  return view === true || sumScale !== undefined;
}
