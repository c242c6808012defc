import { checkChoice, checkNumber, checkWhole } from '../../check.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { MAX_HISTORY } from '../../limits.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { mean, mix, passWhere, scale, square, sum } from './arithmetic.ts';

/** One step of an optimisation as it is being built: all names are tensors of the builder. */
export interface Update {
  readonly builder: GraphBuilder;
  readonly parameters: readonly string[];
  /** Of the objective, with respect to each parameter: the way up. */
  readonly gradients: readonly string[];
  /** The objective at the parameters, a scalar. */
  readonly value: string;
  /** Scalar: see {@link Optimiser.rate}. */
  readonly rate: string;
  /** Scalar: 0 in the first step. */
  readonly step: string;
  /** A number or tensor that steps hand on; it starts with `fill` everywhere. */
  readonly state: (name: string, shape: Shape, fill?: number) => State;
}

export interface State {
  /** What the step before left. */
  readonly before: string;
  readonly keep: (tensor: string) => void;
}

/** Goes up a gradient. */
export interface Optimiser {
  readonly describe: () => string;
  /** Step size; or that of each step, constant over stretches of them. */
  readonly rate: Rate;
  /** Whether it starts anew where the rate changes. */
  readonly forgets: boolean;
  /** Appends the next value of each parameter. */
  readonly next: (update: Update) => readonly string[];
}

export type Rate = number | ((step: number) => number);

/** Smaller than any norm that matters, and above 0. */
const TINY = 1e-30;

/**
 * How a gradient becomes a direction: `none`, as it is; `l2`, of length 1; `mean`, of mean magnitude 1 (Mordvintsev et al.
 * 2015); `sign`, one step of each number up or down (Goodfellow et al. 2015).
 */
export type Normalisation = 'none' | 'l2' | 'mean' | 'sign';

const NORMALISED: Readonly<Record<Normalisation, (builder: GraphBuilder, gradient: string) => string>> = {
  none: (_, gradient) => gradient,
  l2: (builder, gradient) => over(builder, gradient, builder.add('sqrt', [sum(builder, square(builder, gradient))])),
  mean: (builder, gradient) => over(builder, gradient, mean(builder, builder.add('abs', [gradient]))),
  sign: (builder, gradient) => builder.add('sign', [gradient]),
};

const NORMALISATIONS = Object.keys(NORMALISED) as Normalisation[];

/** What a function of the step returns is checked when its step comes. */
function checkRate(rate: Rate): void {
  if (typeof rate !== 'function') checkNumber('the rate', rate, { least: 0 });
}

function over(builder: GraphBuilder, gradient: string, norm: string): string {
  return builder.add('div', [gradient, builder.add('max', [norm, builder.scalar(TINY)])]);
}

export interface SgdOptions {
  readonly normalise?: Normalisation;
  /** Share of the last step that is added to each; 0 by default. Starts anew where the rate changes. */
  readonly momentum?: number;
}

/** x ← x + rate · direction. */
export function sgd(rate: Rate, { normalise = 'none', momentum = 0 }: SgdOptions = {}): Optimiser {
  checkRate(rate);
  checkNumber('momentum', momentum, { least: 0, below: 1 });
  checkChoice('normalisation', normalise, NORMALISATIONS);
  return {
    describe: () =>
      `gradient ascent${rateText(rate)}${normalise === 'none' ? '' : `, ${normalise}-normalised`}${momentum > 0 ? `, momentum ${momentum}` : ''}`,
    rate,
    forgets: momentum > 0,
    next: ({ builder, parameters, gradients, rate: size, state }) =>
      parameters.map((parameter, i) => {
        const direction = NORMALISED[normalise](builder, gradients[i]!);
        let move = builder.add('mul', [direction, size]);
        if (momentum > 0) {
          const velocity = state(`velocity ${i}`, builder.value(parameter).shape);
          move = builder.add('add', [scale(builder, velocity.before, momentum), move]);
          velocity.keep(move);
        }
        return builder.add('add', [parameter, move]);
      }),
  };
}

/**
 * x ← x + desired / ‖g‖² · g, which raises an objective that is linear there by `desired`; the factor at most `most`
 * (`progress` of Yosinski et al. 2015's code).
 */
export function progress(desired: number, most: number): Optimiser {
  checkNumber('the progress that is desired', desired, { above: 0 });
  checkNumber('the largest rate', most, { least: 0 });
  return {
    describe: () => `steps that promise ${desired}, rate at most ${most}`,
    rate: most,
    forgets: false,
    next: ({ builder, parameters, gradients, rate }) => {
      const squares = gradients.map((gradient) => sum(builder, square(builder, gradient)));
      const norm = builder.add('max', [added(builder, squares), builder.scalar(TINY)]);
      const factor = builder.add('min', [rate, builder.add('div', [builder.scalar(desired), norm])]);
      return parameters.map((parameter, i) =>
        builder.add('add', [parameter, builder.add('mul', [gradients[i]!, factor])]),
      );
    },
  };
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba 2015, algorithm 1), upwards. */
export function adam(rate: Rate, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): Optimiser {
  checkRate(rate);
  checkNumber('beta1', beta1, { least: 0, below: 1 });
  checkNumber('beta2', beta2, { least: 0, below: 1 });
  checkNumber('epsilon', epsilon, { above: 0 });
  return {
    describe: () => `Adam${rateText(rate)}`,
    rate,
    forgets: false,
    next: ({ builder, parameters, gradients, rate: size, step, state }) => {
      const one = builder.scalar(1);
      const count = builder.add('add', [step, one]);
      // 1 − βᵗ
      const share = (beta: number): string =>
        builder.add('sub', [one, builder.add('pow', [builder.scalar(beta), count])]);
      const [share1, share2] = [share(beta1), share(beta2)];
      return parameters.map((parameter, i) => {
        const { shape } = builder.value(parameter);
        const [m, v] = [state(`first moment ${i}`, shape), state(`second moment ${i}`, shape)];
        // Both shares of the same float32, whose distance to 1 the corrections divide by
        const blend = (before: string, now: string, beta: number): string =>
          builder.add('add', [scale(builder, before, beta), scale(builder, now, 1 - Math.fround(beta))]);
        const nextM = blend(m.before, gradients[i]!, beta1);
        const nextV = blend(v.before, square(builder, gradients[i]!), beta2);
        m.keep(nextM);
        v.keep(nextV);
        const root = builder.add('sqrt', [builder.add('div', [nextV, share2])]);
        const bottom = builder.add('add', [root, builder.scalar(epsilon)]);
        const direction = builder.add('div', [builder.add('div', [nextM, share1]), bottom]);
        return builder.add('add', [parameter, builder.add('mul', [direction, size])]);
      });
    },
  };
}

export interface LbfgsOptions {
  /** Pairs of steps and changes of the gradient that are remembered. */
  readonly history?: number;
}

/** Share of the promised progress that a step must make (Nocedal & Wright 2006, §3.1). */
const SUFFICIENT = 1e-4;
/** Objectives closer than this to each other, relatively, are the same in float32. */
const NOISE = 1e-6;

/**
 * L-BFGS (Nocedal & Wright 2006, algorithm 7.4), all of it on the device. Each step looks at one point: one that does not
 * make enough progress is given up for one half as far.
 */
export function lbfgs({ history = 6 }: LbfgsOptions = {}): Optimiser {
  checkWhole('history', history, 1, MAX_HISTORY);
  return {
    describe: () => `L-BFGS, ${history} pairs`,
    rate: 1,
    forgets: false,
    next: (update) => lbfgsStep(update, history),
  };
}

function lbfgsStep({ builder, parameters, gradients, value, rate, state }: Update, history: number): readonly string[] {
  const add = (op: string, a: string, b: string): string => builder.add(op, [a, b]);
  const dot = (a: string, b: string): string => sum(builder, add('mul', a, b));
  const one = builder.scalar(1);
  /** 1 where x is above the number. */
  const above = (x: string, least: number): string => passWhere(builder, x, one, [least, Infinity]);

  const x = flat(builder, parameters);
  const g = flat(builder, gradients);
  const { shape } = builder.value(x);
  const [base, slopeAt, best, length, slope, begun, gamma] = [
    state('base', shape),
    state('gradient there', shape),
    state('objective there', []),
    state('length', [], 1),
    state('slope', []),
    state('begun', []),
    state('scale', [], 1),
  ] as const;
  const pairs = Array.from({ length: history }, (_, i) => ({
    s: state(`step ${i}`, shape),
    y: state(`change ${i}`, shape),
    rho: state(`curvature ${i}`, []),
  }));

  const promised = scale(builder, add('mul', length.before, slope.before), SUFFICIENT);
  const gained = add('sub', value, add('add', best.before, promised));
  const noise = scale(builder, builder.add('abs', [best.before]), NOISE);
  const accepted = add('max', above(add('add', gained, noise), -TINY), add('sub', one, begun.before));

  // The pair of this step, if it went somewhere and the objective is curved downwards there
  const s = add('sub', x, base.before);
  const y = add('sub', slopeAt.before, g);
  const [sy, yy] = [dot(s, y), add('max', dot(y, y), builder.scalar(TINY))];
  const taken = builder.add('mul', [add('mul', accepted, begun.before), above(sy, 1e-20)]);
  const newRho = add('div', one, add('max', sy, builder.scalar(1e-20)));
  const remembered = pairs.map(({ s: si, y: yi, rho }, i) => {
    const newer = pairs[i - 1];
    const pair = {
      s: mix(builder, taken, newer?.s.before ?? s, si.before),
      y: mix(builder, taken, newer?.y.before ?? y, yi.before),
      rho: mix(builder, taken, newer?.rho.before ?? newRho, rho.before),
    };
    si.keep(pair.s);
    yi.keep(pair.y);
    rho.keep(pair.rho);
    return pair;
  });
  const nextGamma = mix(builder, taken, add('div', sy, yy), gamma.before);
  const from = mix(builder, accepted, x, base.before);
  const uphill = mix(builder, accepted, g, slopeAt.before);

  let q = uphill;
  const shares = remembered.map((pair) => {
    const share = add('mul', pair.rho, dot(pair.s, q));
    q = add('sub', q, add('mul', share, pair.y));
    return share;
  });
  q = add('mul', q, nextGamma);
  for (const [i, pair] of [...remembered.entries()].reverse()) {
    const back = add('mul', pair.rho, dot(pair.y, q));
    q = add('add', q, add('mul', add('sub', shares[i]!, back), pair.s));
  }

  // The first step knows no curvature: it is of length 1 in the sum of magnitudes, as in PyTorch's
  const magnitude = add('max', sum(builder, builder.add('abs', [g])), builder.scalar(TINY));
  const first = add('min', one, add('div', one, magnitude));
  const whole = mix(builder, begun.before, one, first);
  const nextLength = mix(builder, accepted, whole, scale(builder, length.before, 0.5));
  base.keep(from);
  slopeAt.keep(uphill);
  best.keep(mix(builder, accepted, value, best.before));
  length.keep(nextLength);
  slope.keep(dot(uphill, q));
  begun.keep(add('max', begun.before, one));
  gamma.keep(nextGamma);
  const next = add('add', from, add('mul', q, add('mul', rate, nextLength)));
  return unflat(builder, next, parameters);
}

/** All tensors as one of one axis. */
function flat(builder: GraphBuilder, tensors: readonly string[]): string {
  const rows = tensors.map((name) => builder.add('reshape', [name], { shape: [-1], allowZero: false }));
  return rows.length === 1 ? rows[0]! : builder.add('concat', rows, { axis: 0 });
}

function unflat(builder: GraphBuilder, all: string, like: readonly string[]): readonly string[] {
  let start = 0;
  return like.map((name) => {
    const { shape } = builder.value(name);
    const size = sizeOf(shape);
    const part = like.length === 1 ? all : builder.add('slice', [all], { starts: [start], sizes: [size], steps: [1] });
    start += size;
    return builder.add('reshape', [part], { shape: [...shape], allowZero: false });
  });
}

function added(builder: GraphBuilder, scalars: readonly string[]): string {
  return scalars.reduce((a, b) => builder.add('add', [a, b]));
}

function rateText(rate: Rate): string {
  return typeof rate === 'number' ? `, rate ${Number(rate.toPrecision(3))}` : ', falling rate';
}
