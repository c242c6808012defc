import { expect } from 'chai';
import { Arena } from '../../src/cpu/arena.ts';
import { plainKernels } from '../../src/cpu/plain.ts';
import type { Attributes, Graph, Value } from '../../src/ir/graph.ts';
import type { NodeContext } from '../../src/ir/node.ts';
import type { Loop, Loops, Lowered, Machine } from '../../src/ops/loop.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { tensor, type Tensor } from '../../src/tensor/tensor.ts';

const BYTES = 4;
/** A NaN that nothing computes: what is not written shows it. */
const POISON = 0x7fabcdef;

/** What came of a node, and in how many parts. */
export interface Run {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly parts: number;
}

/** Machines without kernels have a memory all the same. */
export function plainMachine(): Machine {
  const memory = new Arena();
  return { memory, kernels: undefined, plain: plainKernels(memory) };
}

/** The node of a graph of one, as loops want it. */
export function contextOf(graph: Graph): NodeContext<Attributes> {
  const node = graph.nodes.at(-1)!;
  const valueOf = (name: string): Value | undefined => graph.values.get(name);
  return {
    node,
    attributes: node.attributes,
    inputs: node.inputs.map(valueOf),
    outputs: node.outputs.map((name) => valueOf(name)!),
  };
}

/**
 * What a loop makes of a graph of one node; undefined where there is none for this form. Runs twice on memory full of NaN, which
 * must give the same bits, and writes nothing but outputs and scratch.
 */
export function runLoop(
  loops: Loops,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  machine: Machine,
): Run | undefined {
  const context = contextOf(graph);
  const loop = loops[context.node.op] as Loop<Attributes> | undefined;
  const lowered = loop?.(context, machine);
  if (!lowered) return undefined;
  const numbersOf = (value: Value): Tensor => (feeds[value.name] ?? graph.constants.get(value.name))!;
  return run(lowered, context, numbersOf, machine);
}

function run(
  { packings = [], scratch = 0, bind }: Lowered,
  { inputs, outputs }: NodeContext<Attributes>,
  numbersOf: (value: Value) => Tensor,
  { memory }: Machine,
): Run {
  const taken: number[] = [];
  const take = (label: string, bytes: number): number => {
    const at = memory.take(label, bytes);
    taken.push(at);
    return at;
  };
  const packedInputs = new Set(packings.map(({ input }) => input));
  const unpacked = packings.map(({ input }) => take('unpacked', BYTES * sizeOf(inputs[input]!.shape)));
  const at = {
    inputs: inputs.map((value, i) =>
      value && !packedInputs.has(i) ? take(value.name, BYTES * sizeOf(value.shape)) : 0,
    ),
    packed: packings.map(({ order, size }) => take(order, BYTES * size)),
    scratch: take('scratch', scratch),
    outputs: outputs.map(({ name, shape }) => take(name, BYTES * sizeOf(shape))),
  };
  // What lies behind was never handed out, or is of others that are done.
  take('the end', 0);
  const all = (): Int32Array => memory.integers(0, Math.max(...taken) / BYTES);
  all().fill(POISON);
  for (const [i, value] of inputs.entries()) if (at.inputs[i]) put(memory, at.inputs[i], numbersOf(value!));
  for (const [i, { input, pack }] of packings.entries()) {
    put(memory, unpacked[i]!, numbersOf(inputs[input]!));
    pack(unpacked[i]!, at.packed[i]!);
  }
  const step = bind(at);
  const before = all().slice();
  const runs = [0, 1].map(() => {
    for (let part = 0; part < (step.parts ?? 1); part++) step.run(part);
    const after = all();
    const results = outputs.map(({ name, shape, dtype }, i) => {
      const start = at.outputs[i]! / BYTES;
      const words = after.slice(start, start + sizeOf(shape));
      after.fill(POISON, start, start + sizeOf(shape));
      const data = dtype === 'uint32' ? new Uint32Array(words.buffer) : new Float32Array(words.buffer);
      return [name, tensor(dtype, shape, data)] as const;
    });
    after.fill(POISON, at.scratch / BYTES, (at.scratch + scratch) / BYTES);
    expect(differsAt(after, before), 'what is written outside of outputs and scratch').to.equal(-1);
    return results;
  });
  for (const address of taken) memory.release(address);
  // The sign of a NaN is whatever the engine makes of it, before and after it has optimised a loop.
  for (const [i, [name, { data }]] of runs[0]!.entries()) {
    const again = runs[1]![i]![1].data;
    expect(differsAt(data, again), `what differs in a second run of ${name}`).to.equal(-1);
  }
  return { outputs: Object.fromEntries(runs[0]!), parts: step.parts ?? 1 };
}

/** Where two lists first differ, −1 where they do not. */
function differsAt(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !Object.is(a[i], b[i])) return i;
  return -1;
}

/** Floats bit by bit: a NaN keeps its sign. */
function put(memory: Arena, at: number, { dtype, data }: Tensor): void {
  if (dtype === 'uint32') memory.unsigned(at, data.length).set(data);
  else {
    const floats = data instanceof Float32Array ? data : Float32Array.from(data);
    memory.integers(at, data.length).set(new Int32Array(floats.buffer, floats.byteOffset, floats.length));
  }
}
