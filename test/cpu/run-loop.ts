import { expect } from 'chai';
import { Arena } from '../../src/cpu/arena.ts';
import type { InstructionSet } from '../../src/cpu/instructions.ts';
import { loadKernels } from '../../src/cpu/kernels.ts';
import { plainKernels } from '../../src/cpu/plain.ts';
import { contextOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Loops, Machine, Packing } from '../../src/ops/loop.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { KNOWN_SETS } from '../support/instruction-sets.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** Where loops are tried: on both modules, and without WebAssembly. */
export const MACHINES: readonly (InstructionSet | 'none')[] = [...KNOWN_SETS, 'none'];

export async function machineOf(name: InstructionSet | 'none'): Promise<Machine> {
  if (name === 'none') {
    const memory = new Arena();
    return { memory, kernels: undefined, plain: plainKernels(memory) };
  }
  const kernels = (await loadKernels([name]))!;
  expect(kernels.instructions).to.equal(name);
  return { memory: kernels.arena, kernels };
}

/**
 * The outputs of a graph of one node by its loop; undefined where it has none. Memory is full of NaN before, and nothing but
 * outputs and scratch memory may be another afterwards. `times` runs give the same bits.
 */
export function runLoop(
  loops: Loops,
  machine: Machine,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { times = 1 }: { readonly times?: number } = {},
): readonly Float32Array[] | undefined {
  const node = graph.nodes.at(-1)!;
  const context = contextOf(node, graph.values);
  const lowered = loops[node.op]?.(context as never, machine);
  if (!lowered) return undefined;
  const { memory } = machine;
  const taken: number[] = [];
  const take = (label: string, numbers: number): number => {
    const at = memory.take(label, 4 * numbers);
    taken.push(at);
    return at;
  };
  const numbersOf = (name: string): Float32Array => Float32Array.from(feeds[name]!.data);
  const packings: readonly Packing[] = lowered.packings ?? [];
  const isPacked = (i: number): boolean => packings.some(({ input }) => input === i);
  const scratchNumbers = Math.ceil((lowered.scratch ?? 0) / 4);
  try {
    const inputs = node.inputs.map((name, i) => (name === '' || isPacked(i) ? 0 : take(name, numbersOf(name).length)));
    const unpacked = packings.map(({ input }) => take('unpacked', numbersOf(node.inputs[input]!).length));
    const packed = packings.map(({ order, size }) => take(order, size));
    const sizes = context.outputs.map(({ shape }) => sizeOf(shape));
    const outputs = context.outputs.map(({ name }, i) => take(name, sizes[i]!));
    const scratch = take('scratch', scratchNumbers);
    const end = take('end', 1);

    const step = lowered.bind({ inputs, outputs, packed, scratch });
    const run = (): readonly Float32Array[] => {
      memory.floats(0, end / 4).fill(NaN);
      for (const [i, at] of inputs.entries())
        if (at) memory.floats(at, numbersOf(node.inputs[i]!).length).set(numbersOf(node.inputs[i]!));
      for (const [i, packing] of packings.entries()) {
        const numbers = numbersOf(node.inputs[packing.input]!);
        memory.floats(unpacked[i]!, numbers.length).set(numbers);
        packing.pack(unpacked[i]!, packed[i]!);
      }
      const before = memory.integers(0, end / 4).slice();
      for (let part = 0; part < (step.parts ?? 1); part++) step.run(part);
      const results = outputs.map((at, i) => memory.floats(at, sizes[i]!).slice());
      const after = memory.integers(0, end / 4).slice();
      for (const list of [before, after]) {
        for (const [i, at] of outputs.entries()) list.fill(0, at / 4, at / 4 + sizes[i]!);
        list.fill(0, scratch / 4, scratch / 4 + scratchNumbers);
      }
      const other = after.findIndex((bits, i) => bits !== before[i]);
      expect(other, `${node.op} writes to ${4 * other}; memory begins at ${taken.join()}`).to.equal(-1);
      return results;
    };
    const results = run();
    for (let i = 1; i < times; i++) expect(run(), 'another run').to.deep.equal(results);
    return results;
  } finally {
    for (const at of taken.reverse()) memory.release(at);
  }
}
