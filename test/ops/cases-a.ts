import type { ErrorCase, OpCase } from './harness.ts';

export const casesA: readonly OpCase[] = [];

export const errorsA: readonly ErrorCase[] = [];
