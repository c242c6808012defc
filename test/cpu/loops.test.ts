import { expect } from 'chai';
import { loadKernels } from '../../src/cpu/kernels.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { loops as matmul } from '../../src/ops/matmul/loops.ts';
import { loops as norm } from '../../src/ops/norm/loops.ts';
import { loops as paint } from '../../src/ops/paint/loops.ts';
import { loops as pointwise } from '../../src/ops/pointwise/loops.ts';
import { loops as pool } from '../../src/ops/pool/loops.ts';
import { loops as reduce } from '../../src/ops/reduce/loops.ts';
import { loops as resample } from '../../src/ops/resample/loops.ts';
import { loops as shape } from '../../src/ops/shape/loops.ts';
import { loops as topk } from '../../src/ops/topk/loops.ts';
import { loops as tsne } from '../../src/ops/tsne/loops.ts';
import type { Loops, Machine } from '../../src/ops/loop.ts';
import { cases } from '../ops/cases.ts';
import { instance, TOLERANCE, type OpCase } from '../ops/harness.ts';
import { compareNonFinite, meetsNonFinite } from '../ops/non-finite.ts';
import { plainMachine, runLoop } from '../support/loops.ts';
import { relativeError } from '../support/numbers.ts';

const loops: Loops = {
  ...matmul,
  ...norm,
  ...paint,
  ...pointwise,
  ...pool,
  ...reduce,
  ...resample,
  ...shape,
  ...topk,
  ...tsne,
};

/** Types that are in the memory of loops. */
function isComputed(opCase: OpCase): boolean {
  const { graph } = instance(opCase);
  return [...graph.values.values()].every(({ dtype }) => dtype === 'float32' || dtype === 'uint32');
}

const looped = cases.filter((opCase) => Object.hasOwn(loops, opCase.op) && isComputed(opCase));

for (const instructions of ['relaxed-simd', 'simd', undefined] as const) {
  describe(`loops with ${instructions ?? 'no kernels'}`, () => {
    const done = new Map<string, number>();
    const left = new Map<string, number>();
    const count = (of: Map<string, number>, op: string): unknown => of.set(op, (of.get(op) ?? 0) + 1);
    let machine: Machine;

    before(async () => {
      const kernels = instructions && (await loadKernels([instructions]));
      expect(kernels?.instructions).to.equal(instructions);
      machine = kernels ? { memory: kernels.arena, kernels } : plainMachine();
    });

    after(() => {
      const list = (of: Map<string, number>): string => [...of].map(([op, n]) => `${op} ${String(n)}`).join(', ');
      console.log(`${instructions ?? 'no kernels'}: ${list(done)}; left to float64: ${list(left)}`);
      expect(machine.memory.pieces).to.equal(0);
    });

    for (const opCase of looped) {
      it(`${opCase.op}: ${opCase.label}`, async () => {
        const { graph, feeds } = instance(opCase);
        const results = runLoop(loops, graph, feeds, machine);
        if (!results) {
          count(left, opCase.op);
          return;
        }
        count(done, opCase.op);
        const expected = evaluate(graph, feeds);
        for (const name of graph.outputs) {
          const { data, dtype } = results[name]!;
          const exact = opCase.exact === true || dtype === 'uint32';
          expect(relativeError(data, expected[name]!.data), name).to.be.at.most(exact ? 0 : TOLERANCE);
        }
        if (meetsNonFinite(opCase)) await compareNonFinite(opCase, (one, given) => runLoop(loops, one, given, machine)!);
      });
    }
  });
}
