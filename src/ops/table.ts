import { UnpoolError } from '../errors.ts';
import { GraphBuilder } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import type { Op } from '../ir/op.ts';
import { relu } from './relu.ts';
import { reluGrad } from './relu-grad.ts';

/** Every operation; adding one is a line here. */
export const ops: readonly Op[] = [relu, reluGrad];

const byType = new Map(ops.map((op) => [op.type, op]));

/** The definition of an op by its type. */
export function opOf(type: string): Op {
  const op = byType.get(type);
  if (!op) throw new UnpoolError('argument', `there is no op "${type}"`, { expected: [...byType.keys()].join(', ') });
  return op;
}

/** A builder that knows the table. */
export function graphBuilder(from?: Graph): GraphBuilder {
  return new GraphBuilder(opOf, from);
}
