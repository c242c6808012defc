import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import type { CpuOptions } from '../../src/engine/cpu/options.ts';
import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { onGpu } from '../support/backends.ts';
import { ops } from '../support/ops.ts';
import { cases, errors } from './cases.ts';
import { checkDerivative, checkError, checkExpected, checkReference, gaps, runsOnGpu } from './harness.ts';
import { checkNonFinite, meetsNonFinite } from './non-finite.ts';
import { KNOWN_SETS } from '../support/instruction-sets.ts';

const computed = cases.filter(runsOnGpu);
const nonFinite = computed.filter(meetsNonFinite);

const onCpu = (options: CpuOptions) => (): Promise<Backend> =>
  createCpuBackend({ ...options, worker: false, poison: true });

const BACKENDS: Readonly<Record<string, () => Promise<Backend>>> = onGpu
  ? { GPU: () => createWebGpuBackend({ poison: true }) }
  : {
      ...Object.fromEntries(KNOWN_SETS.map((set) => [`CPU with ${set}`, onCpu({ instructions: [set] })])),
      'CPU without WebAssembly': onCpu({ instructions: [] }),
    };

describe('ops', () => {
  after(() => {
    const count = (kind: 'linear' | 'smooth'): number => cases.filter(({ derivative }) => derivative === kind).length;
    const counts = [
      `${String(ops.length)} ops`,
      `${String(computed.length)} reference`,
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

  for (const [name, open] of Object.entries(BACKENDS)) {
    describe(`${name} against float64`, () => {
      let backend: Backend;
      before(async () => {
        backend = await open();
      });
      after(() => {
        backend.dispose();
      });
      for (const opCase of computed) it(`${opCase.op}: ${opCase.label}`, () => checkReference(backend, opCase));
      for (const opCase of nonFinite) {
        it(`${opCase.op}: ${opCase.label}, with NaN and infinities`, () => checkNonFinite(backend, opCase));
      }
    });
  }

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
