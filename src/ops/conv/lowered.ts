import type { Plan } from '../../cpu/plan.ts';
import type { Lowered } from '../loop.ts';

/** A plan for a node whose first inputs are images and filters; `bias` and `operand` say which inputs those are. */
export function loweredOf(
  { filters, scratch, bind }: Plan,
  { bias, operand }: { readonly bias?: number; readonly operand: number },
): Lowered {
  return {
    packings: [{ input: 1, ...filters }],
    scratch,
    bind: ({ inputs, outputs: [y], packed, scratch }) =>
      bind({
        x: inputs[0]!,
        filters: packed[0]!,
        bias: bias === undefined ? 0 : (inputs[bias] ?? 0),
        operand: inputs[operand] ?? 0,
        y: y!,
        scratch,
      }),
  };
}
