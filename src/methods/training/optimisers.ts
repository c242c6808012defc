import { checkNumber } from '../../check.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { checkShare } from './layers.ts';
import { checkRate, type Rate } from './schedules.ts';

/** A parameter in the step that is being built: all names are tensors of the builder. */
export interface Descent {
  readonly builder: GraphBuilder;
  readonly w: string;
  readonly dw: string;
  /** [5]: rate, both shares, what the gradient is multiplied by, and whether anything is to happen. */
  readonly settings: string;
  /** What was remembered of the parameter, in the order of {@link Optimiser.remembers}. */
  readonly memory: readonly string[];
}

/** Goes down a gradient. */
export interface Optimiser {
  readonly describe: () => string;
  readonly rate: Rate;
  /** What it remembers of each parameter, each as large as the parameter and 0 at first. */
  readonly remembers: readonly string[];
  /** How much of the moments there is in a step, counted from 0: 1 − β₁ᵗ and 1 − β₂ᵗ for the step t counted from 1. */
  readonly shares: (step: number) => readonly [number, number];
  /** Appends the next value of a parameter, and of what is remembered of it. */
  readonly next: (descent: Descent) => readonly string[];
}

export interface DecayOptions {
  /**
   * Share of each parameter, biases included, that is added to its gradient; 0 by default. In `adamw` the share of the rate by
   * which parameters shrink.
   */
  readonly weightDecay?: number;
}

export interface SgdOptions extends DecayOptions {
  /** Share of the last velocity that is added to each; 0 by default. */
  readonly momentum?: number;
  /** Looks ahead (Nesterov 1983; Sutskever et al. 2013); false by default. */
  readonly nesterov?: boolean;
}

const NO_SHARES = (): readonly [number, number] => [1, 1];

/** v ← momentum · v + g, w ← w − rate · v: as in PyTorch the rate is outside of the velocity. */
export function sgd(rate: Rate, { momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimiser {
  checkOptions(rate, weightDecay);
  checkShare('momentum', momentum);
  const attributes = { momentum, nesterov, decay: weightDecay };
  const kind = nesterov ? `, Nesterov's momentum ${momentum}` : momentum > 0 ? `, momentum ${momentum}` : '';
  return {
    describe: () => `gradient descent${kind}${decayText(weightDecay)}`,
    rate,
    remembers: ['velocity'],
    shares: NO_SHARES,
    next: ({ builder, w, dw, settings, memory }) =>
      builder.addAll('sgd-step', [w, dw, settings, ...memory], attributes, { outputs: ['w', 'velocity'] }),
  };
}

export interface AdamOptions extends DecayOptions {
  /** 0.9 by default. */
  readonly beta1?: number;
  /** 0.999 by default. */
  readonly beta2?: number;
  /** Outside of the root; 1e-8 by default. */
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba 2015, algorithm 1); the weight decay is part of the gradient. */
export function adam(rate: Rate, options: AdamOptions = {}): Optimiser {
  return adaptive('Adam', rate, options, false);
}

/** Adam whose weight decay is no part of the gradient (Loshchilov & Hutter 2019, algorithm 2); PyTorch's default of it is 0.01. */
export function adamw(rate: Rate, options: AdamOptions = {}): Optimiser {
  return adaptive('AdamW', rate, { weightDecay: 0.01, ...options }, true);
}

function adaptive(
  name: string,
  rate: Rate,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
  decoupled: boolean,
): Optimiser {
  checkOptions(rate, weightDecay);
  checkShare('beta1', beta1);
  checkShare('beta2', beta2);
  checkNumber('epsilon', epsilon, { above: 0 });
  // The shares must be those of the float32 numbers that the moments are mixed with.
  const [mean, square] = [Math.fround(beta1), Math.fround(beta2)];
  const attributes = { beta1: mean, beta2: square, epsilon, decay: weightDecay, decoupled };
  return {
    describe: () => `${name}${decayText(weightDecay)}`,
    rate,
    remembers: ['mean', 'square'],
    shares: (step) => [1 - mean ** (step + 1), 1 - square ** (step + 1)],
    next: ({ builder, w, dw, settings, memory }) =>
      builder.addAll('adam-step', [w, dw, settings, ...memory], attributes, { outputs: ['w', 'mean', 'square'] }),
  };
}

export interface RmspropOptions extends DecayOptions {
  /** Share of the mean of squares that is kept; 0.99 by default. */
  readonly alpha?: number;
  /** Outside of the root; 1e-8 by default. */
  readonly epsilon?: number;
  /** 0 by default. */
  readonly momentum?: number;
}

/** RMSprop (Tieleman & Hinton 2012), as PyTorch has it. */
export function rmsprop(
  rate: Rate,
  { alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0 }: RmspropOptions = {},
): Optimiser {
  checkOptions(rate, weightDecay);
  checkShare('alpha', alpha);
  checkShare('momentum', momentum);
  checkNumber('epsilon', epsilon, { above: 0 });
  const attributes = { alpha, epsilon, momentum, decay: weightDecay };
  return {
    describe: () => `RMSprop${momentum > 0 ? `, momentum ${momentum}` : ''}${decayText(weightDecay)}`,
    rate,
    remembers: ['square', 'velocity'],
    shares: NO_SHARES,
    next: ({ builder, w, dw, settings, memory }) =>
      builder.addAll('rmsprop-step', [w, dw, settings, ...memory], attributes, {
        outputs: ['w', 'square', 'velocity'],
      }),
  };
}

/** What a schedule returns is checked when its step comes. */
function checkOptions(rate: Rate, weightDecay: number): void {
  if (typeof rate !== 'function') checkRate(rate);
  checkNumber('weightDecay', weightDecay, { least: 0 });
}

function decayText(decay: number): string {
  return decay > 0 ? `, weight decay ${decay}` : '';
}
