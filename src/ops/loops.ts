import type { Attributes } from '../ir/graph.ts';
import type { NodeContext, Reference } from '../ir/node.ts';
import { loops as conv } from './conv/loops.ts';
import { inFloat64 } from './internal/float64.loop.ts';
import type { Loop, Loops, Lowered, Machine } from './loop.ts';
import { loops as matmul } from './matmul/loops.ts';
import { loops as pointwise } from './pointwise/loops.ts';
import { maxPool } from './pool/max-pool.loop.ts';
import { maxUnpool } from './pool/max-unpool.loop.ts';
import { loops as reduce } from './reduce/loops.ts';
import { loops as shape } from './shape/loops.ts';

/** What nearly all programs are made of; others are in more-loops.ts. */
const LOOPS: Loops = {
  ...conv,
  ...matmul,
  ...pointwise,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
  ...reduce,
  ...shape,
};

/** Whether nodes of a type need none of more-loops.ts. */
export function hasLoop(type: string): boolean {
  return Object.hasOwn(LOOPS, type);
}

/**
 * How a node is computed on the CPU: by the loop of its op, or by `evaluate`, the float64 reference of one that somebody has
 * defined. `more` are those of more-loops.ts, where they are there. Undefined where the library knows no such op, or computes it
 * with constants only.
 */
export function lower(
  context: NodeContext<Attributes>,
  machine: Machine,
  {
    evaluate,
    more = {},
  }: { readonly evaluate?: Reference<Attributes> | undefined; readonly more?: Loops | undefined } = {},
): Lowered | undefined {
  if (evaluate) return inFloat64(evaluate, context, machine);
  const { op } = context.node;
  const table = [LOOPS, more].find((loops) => Object.hasOwn(loops, op));
  return (table?.[op] as Loop<Attributes> | undefined)?.(context, machine);
}
