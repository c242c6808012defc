import type { GraphBuilder } from '../../ir/builder.ts';
import type { Rules } from '../../ir/op.ts';

/**
 * What comes down to an activation that is never off. Under the rules `guided` and `deconvnet` its derivative gets max(dy, 0),
 * since there is no on and off to go by (docs: METHODS, "Decisions").
 */
export function activationSignal(builder: GraphBuilder, { relu }: Rules, dy: string): string {
  return relu === 'gradient' ? dy : builder.add('relu', [dy]);
}
