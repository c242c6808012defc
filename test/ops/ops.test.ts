import { expect } from 'chai';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { ops } from '../support/ops.ts';
import { cases, errors } from './cases.ts';
import { checkDerivative, checkError, checkExpected, checkReference, gaps, runsOnGpu } from './harness.ts';
import { checkNonFinite, meetsNonFinite } from './non-finite.ts';

const onGpu = cases.filter(runsOnGpu);
const nonFinite = onGpu.filter(meetsNonFinite);

describe('ops', () => {
  let backend: WebGpuBackend;
  before(async () => {
    backend = await createWebGpuBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
    const count = (kind: 'linear' | 'smooth'): number => cases.filter(({ derivative }) => derivative === kind).length;
    const counts = [
      `${String(ops.length)} ops`,
      `${String(onGpu.length)} reference`,
      `${String(nonFinite.length)} with NaN and infinities`,
      `${String(count('linear'))} adjoint`,
      `${String(count('smooth'))} difference`,
      `${String(cases.filter(({ expected }) => expected).length)} by hand`,
      `${String(errors.length)} error checks`,
    ];
    console.log(counts.join(', '));
  });

  it('has cases for every op of the table', () => {
    expect(gaps(ops, cases)).to.deep.equal([]);
  });

  describe('GPU against float64', () => {
    for (const opCase of onGpu) it(`${opCase.op}: ${opCase.label}`, () => checkReference(backend, opCase));
  });

  describe('GPU against float64, with NaN and infinities', () => {
    for (const opCase of nonFinite) it(`${opCase.op}: ${opCase.label}`, () => checkNonFinite(backend, opCase));
  });

  describe('float64 against numbers worked out by hand', () => {
    for (const opCase of cases.filter(({ expected }) => expected)) {
      it(`${opCase.op}: ${opCase.label}`, () => {
        checkExpected(opCase);
      });
    }
  });

  describe('backward rules', () => {
    for (const opCase of cases.filter(({ derivative }) => derivative)) {
      it(`${opCase.op}: ${opCase.label} (${opCase.derivative!})`, () => {
        checkDerivative(opCase);
      });
    }
  });

  describe('shapes that do not fit', () => {
    for (const errorCase of errors) {
      it(`${errorCase.op}: ${errorCase.label}`, () => {
        checkError(errorCase);
      });
    }
  });
});
