import type { Attributes } from '../ir/graph.ts';
import type { NodeContext, Reference } from '../ir/node.ts';
import { loops as conv } from './conv/loops.ts';
import { inFloat64 } from './internal/float64.loop.ts';
import type { Loop, Loops, Lowered, Machine } from './loop.ts';
import { loops as matmul } from './matmul/loops.ts';
import { loops as norm } from './norm/loops.ts';
import { loops as paint } from './paint/loops.ts';
import { loops as pointwise } from './pointwise/loops.ts';
import { loops as pool } from './pool/loops.ts';
import { loops as random } from './random/loops.ts';
import { loops as reduce } from './reduce/loops.ts';
import { loops as resample } from './resample/loops.ts';
import { loops as shape } from './shape/loops.ts';
import { loops as topk } from './topk/loops.ts';
import { loops as tsne } from './tsne/loops.ts';

/** All in one, since the file of a Worker has no parts that could be fetched later. */
const LOOPS: Loops = {
  ...conv,
  ...matmul,
  ...norm,
  ...paint,
  ...pointwise,
  ...pool,
  ...random,
  ...reduce,
  ...resample,
  ...shape,
  ...topk,
  ...tsne,
};

/**
 * How a node is computed on the CPU: by the loop of its op, or by `evaluate`, the float64 reference of one that somebody has
 * defined. Undefined where the library knows no such op, or computes it with constants only.
 */
export function lower(
  context: NodeContext<Attributes>,
  machine: Machine,
  evaluate?: Reference<Attributes>,
): Lowered | undefined {
  if (evaluate) return inFloat64(evaluate, context, machine);
  const { op } = context.node;
  return Object.hasOwn(LOOPS, op) ? (LOOPS[op] as Loop<Attributes>)(context, machine) : undefined;
}
