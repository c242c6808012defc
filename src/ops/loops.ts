import type { Attributes } from '../ir/graph.ts';
import type { NodeContext, Reference } from '../ir/node.ts';
import type { Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { loops as conv } from './conv/loops.ts';
import { references as convReferences } from './conv/references.ts';
import type { References } from './family.ts';
import type { Addresses, Loop, Loops, Lowered, Machine } from './loop.ts';
import { loops as matmul } from './matmul/loops.ts';
import { references as matmulReferences } from './matmul/references.ts';
import { loops as norm } from './norm/loops.ts';
import { references as normReferences } from './norm/references.ts';
import { loops as paint } from './paint/loops.ts';
import { references as paintReferences } from './paint/references.ts';
import { arithmetic } from './pointwise/arithmetic.ts';
import { cast } from './pointwise/cast.ts';
import { functions } from './pointwise/functions.ts';
import { loops as pointwise } from './pointwise/loops.ts';
import { pairs } from './pointwise/pairs.ts';
import { prelu } from './pointwise/prelu.ts';
import { redirectedRelu } from './pointwise/redirected-relu.ts';
import { references as pointwiseReferences } from './pointwise/references.ts';
import { relu } from './pointwise/relu.ts';
import { where } from './pointwise/where.ts';
import { loops as pool } from './pool/loops.ts';
import { references as poolReferences } from './pool/references.ts';
import { references as randomReferences } from './random/references.ts';
import { loops as reduce } from './reduce/loops.ts';
import { references as reduceReferences } from './reduce/references.ts';
import { loops as resample } from './resample/loops.ts';
import { references as resampleReferences } from './resample/references.ts';
import { loops as shape } from './shape/loops.ts';
import { references as shapeReferences } from './shape/references.ts';
import { loops as topk } from './topk/loops.ts';
import { references as topkReferences } from './topk/references.ts';
import { loops as tsne } from './tsne/loops.ts';
import { references as tsneReferences } from './tsne/references.ts';

// All in one, since the file of a Worker has no parts that could be fetched later.

const LOOPS: Loops = {
  ...conv,
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

const REFERENCES: References = {
  ...inline([...arithmetic, ...functions, ...pairs, cast, prelu, redirectedRelu, relu, where]),
  ...convReferences,
  ...matmulReferences,
  ...normReferences,
  ...paintReferences,
  ...pointwiseReferences,
  ...poolReferences,
  ...randomReferences,
  ...reduceReferences,
  ...resampleReferences,
  ...shapeReferences,
  ...topkReferences,
  ...tsneReferences,
};

/** Of operations whose reference is a part of their definition. */
function inline(ops: readonly Op[]): References {
  return Object.fromEntries(ops.map(({ type, evaluate }) => [type, evaluate!]));
}

/**
 * How a node is computed on the CPU: in the loop of its op, else by its float64 reference, `evaluate` where somebody has given
 * one. Undefined where the library knows no such op.
 */
export function lower(
  context: NodeContext<Attributes>,
  machine: Machine,
  evaluate?: Reference<Attributes>,
): Lowered | undefined {
  const { op } = context.node;
  const known = <T>(table: Readonly<Record<string, T>>): T | undefined =>
    Object.hasOwn(table, op) ? table[op] : undefined;
  const loop = evaluate ? undefined : (known(LOOPS) as Loop<Attributes> | undefined);
  const reference = evaluate ?? (known(REFERENCES) as Reference<Attributes> | undefined);
  return loop?.(context, machine) ?? (reference && inFloat64(context, machine, reference));
}

/** Float64 there and back. */
function inFloat64(
  context: NodeContext<Attributes>,
  { memory }: Machine,
  evaluate: Reference<Attributes>,
): Lowered {
  const { inputs, outputs } = context;
  return {
    bind: (at: Addresses) => ({
      run: () => {
        const numbers = inputs.map(
          (value, i) => value && Float64Array.from(memory.numbers(at.inputs[i]!, sizeOf(value.shape), value.dtype)),
        );
        const results = evaluate(context, numbers);
        for (const [i, { shape, dtype }] of outputs.entries())
          memory.numbers(at.outputs[i]!, sizeOf(shape), dtype).set(results[i]!);
      },
    }),
  };
}
