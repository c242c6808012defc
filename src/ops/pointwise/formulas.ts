import type { DType } from '../../tensor/tensor.ts';

/** Functions of one number, by type of op: f of functions.ts, without what else an op is. */
export const ofOne = {
  abs: (x: number): number => Math.abs(x),
  ceil: (x: number): number => Math.ceil(x),
  clip: (x: number, { min, max }: ClipAttributes): number => Math.min(Math.max(x, min), max),
  exp: (x: number): number => Math.exp(x),
  floor: (x: number): number => Math.floor(x),
  'hard-sigmoid': (x: number, { alpha, beta }: HardSigmoidAttributes): number =>
    Math.min(Math.max(alpha * x + beta, 0), 1),
  'hard-swish': (x: number): number => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  'leaky-relu': (x: number, { alpha }: LeakyReluAttributes): number => (x > 0 ? x : alpha * x),
  log: (x: number): number => Math.log(x),
  neg: (x: number): number => -x,
  reciprocal: (x: number): number => 1 / x,
  sigmoid: (x: number): number => 1 / (1 + Math.exp(-x)),
  sign: (x: number): number => Math.sign(x),
  silu: (x: number): number => x / (1 + Math.exp(-x)),
  softplus: (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sqrt: (x: number): number => Math.sqrt(x),
  tanh: (x: number): number => Math.tanh(x),
};

/** Functions of two numbers, by type of op: f of arithmetic.ts, pairs.ts and prelu.ts. `dtype` is that of a. */
export const ofTwo = {
  add: (a: number, b: number): number => a + b,
  sub: (a: number, b: number): number => a - b,
  mul: (a: number, b: number): number => a * b,
  div: (a: number, b: number, dtype: DType): number => (dtype.startsWith('float') ? a / b : Math.trunc(a / b)),
  pow: (a: number, b: number): number => a ** b,
  min: (a: number, b: number): number => Math.min(a, b),
  max: (a: number, b: number): number => Math.max(a, b),
  prelu: (x: number, slope: number): number => (x > 0 ? x : slope * x),
};

export interface ClipAttributes {
  readonly min: number;
  readonly max: number;
}

export interface HardSigmoidAttributes {
  readonly alpha: number;
  readonly beta: number;
}

export interface LeakyReluAttributes {
  readonly alpha: number;
}
