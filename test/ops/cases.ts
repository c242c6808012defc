import type { FamilyName } from '../../src/ops/registry.ts';
import * as conv from './conv/cases.ts';
import * as functions from './functions/cases.ts';
import * as matmul from './matmul/cases.ts';
import * as norm from './norm/cases.ts';
import * as paint from './paint/cases.ts';
import * as pointwise from './pointwise/cases.ts';
import * as pool from './pool/cases.ts';
import * as random from './random/cases.ts';
import * as reduce from './reduce/cases.ts';
import * as resample from './resample/cases.ts';
import * as shape from './shape/cases.ts';
import * as topk from './topk/cases.ts';
import * as training from './training/cases.ts';
import * as tsne from './tsne/cases.ts';
import type { ErrorCase, OpCase } from './harness.ts';

interface FamilyCases {
  readonly cases: readonly OpCase[];
  readonly errors: readonly ErrorCase[];
}

/** All families but those that have importers only. A new family that is missing here does not compile. */
const FAMILY_CASES: Readonly<Record<Exclude<FamilyName, 'arrange' | 'lppool' | 'more' | 'quantised'>, FamilyCases>> = {
  conv,
  functions,
  matmul,
  norm,
  paint,
  pointwise,
  pool,
  random,
  reduce,
  resample,
  shape,
  topk,
  training,
  tsne,
};

export const cases: readonly OpCase[] = Object.values(FAMILY_CASES).flatMap((family) => family.cases);

export const errors: readonly ErrorCase[] = Object.values(FAMILY_CASES).flatMap((family) => family.errors);
