import type { NodeContext, Reference } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Loop, Lowered, Machine } from '../loop.ts';

/** A float64 reference on float32 tensors: for operations that only see small ones, and for rare forms of others. */
export function inFloat64<A>(
  evaluate: Reference<A>,
  { attributes, ...context }: NodeContext<A>,
  { memory }: Machine,
): Lowered {
  const { inputs, outputs } = context;
  return {
    bind: (at) => ({
      run: () => {
        const numbers = inputs.map(
          (value, i) => value && Float64Array.from(memory.numbers(at.inputs[i]!, sizeOf(value.shape), value.dtype)),
        );
        const results = evaluate({ attributes, ...context }, numbers);
        for (const [i, { shape, dtype }] of outputs.entries())
          memory.numbers(at.outputs[i]!, sizeOf(shape), dtype).set(results[i]!);
      },
    }),
  };
}

/** The loop that a float64 reference is. */
export function ofReference<A>(evaluate: Reference<A>): Loop<A> {
  return (context, machine) => inFloat64(evaluate, context, machine);
}
