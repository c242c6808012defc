import type { GraphBuilder } from '../../ir/builder.ts';
import type { Rules } from '../../ir/op.ts';

/**
 * What comes down to an activation that is never off. Under the rules `guided` and `deconvnet` its derivative gets max(dy, 0),
 * since there is no on and off to go by. Neither paper says what to do with them: this is our choice, and figures say it.
 */
export function activationSignal(builder: GraphBuilder, { relu }: Rules, dy: string): string {
  return relu === 'gradient' ? dy : builder.add('relu', [dy]);
}
