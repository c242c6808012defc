import { erf, normalBelow } from './erf.ts';

/** Functions of one number, by type of op: f of one.ts, without what else an op is. */
export const ofOne = {
  acos: (x: number): number => Math.acos(x),
  acosh: (x: number): number => Math.acosh(x),
  asin: (x: number): number => Math.asin(x),
  asinh: (x: number): number => Math.asinh(x),
  atan: (x: number): number => Math.atan(x),
  atanh: (x: number): number => Math.atanh(x),
  cos: (x: number): number => Math.cos(x),
  cosh: (x: number): number => Math.cosh(x),
  elu: (x: number, { alpha, scale }: EluAttributes): number => (x > 0 ? x : alpha * Math.expm1(scale * x)),
  erf: (x: number): number => erf(x),
  gelu: (x: number, { approximate }: GeluAttributes): number =>
    approximate === 'tanh' ? geluByTanh(x) : x * normalBelow(x),
  'is-inf': (x: number, { negative, positive }: IsInfAttributes): number =>
    Number((x === Infinity && positive) || (x === -Infinity && negative)),
  'is-nan': (x: number): number => Number(Number.isNaN(x)),
  mish: (x: number): number => x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  not: (x: number): number => Number(x === 0),
  // Math.round rounds halves up.
  round: (x: number): number => Math.round(x) - Number(Math.abs(x % 1) === 0.5 && Math.round(x) % 2 !== 0),
  shrink: (x: number, { lambd, bias }: ShrinkAttributes): number =>
    x < -lambd ? x + bias : x > lambd ? x - bias : Number.isNaN(x) ? x : 0,
  sin: (x: number): number => Math.sin(x),
  sinh: (x: number): number => Math.sinh(x),
  softsign: (x: number): number => x / (1 + Math.abs(x)),
  swish: (x: number, { alpha }: SwishAttributes): number => x / (1 + Math.exp(-alpha * x)),
  tan: (x: number): number => Math.tan(x),
  'thresholded-relu': (x: number, { alpha }: ThresholdedReluAttributes): number => (x <= alpha ? 0 : x),
};

/** Functions of two numbers, by type of op: f of two.ts. Truth values are 0 and 1; what is not 0 is true. */
export const ofTwo = {
  and: (a: number, b: number): number => Number(a !== 0 && b !== 0),
  equal: (a: number, b: number): number => Number(a === b),
  fmod: (a: number, b: number): number => a % b,
  greater: (a: number, b: number): number => Number(a > b),
  'greater-or-equal': (a: number, b: number): number => Number(a >= b),
  less: (a: number, b: number): number => Number(a < b),
  'less-or-equal': (a: number, b: number): number => Number(a <= b),
  mod: (a: number, b: number): number => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  or: (a: number, b: number): number => Number(a !== 0 || b !== 0),
  xor: (a: number, b: number): number => Number((a !== 0) !== (b !== 0)),
};

/** A choice by a truth value. */
export function where(condition: number, a: number, b: number): number {
  return condition !== 0 ? a : b;
}

function geluByTanh(x: number): number {
  return x / (1 + Math.exp(-2 * TANH_SCALE * (x + TANH_CUBE * x ** 3)));
}

/** Of the approximation of GELU, x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2 (Hendrycks & Gimpel 2016, §2). */
export const TANH_SCALE: number = Math.sqrt(2 / Math.PI);
export const TANH_CUBE = 0.044715;

export interface EluAttributes {
  readonly alpha: number;
  readonly scale: number;
}

export interface GeluAttributes {
  readonly approximate: 'none' | 'tanh';
}

export interface IsInfAttributes {
  readonly negative: boolean;
  readonly positive: boolean;
}

export interface ShrinkAttributes {
  readonly lambd: number;
  readonly bias: number;
}

export interface SwishAttributes {
  readonly alpha: number;
}

export interface ThresholdedReluAttributes {
  readonly alpha: number;
}
