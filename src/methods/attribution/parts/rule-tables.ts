import type { Attributes, Node } from '../../../ir/graph.ts';
import type { BackwardContext, Op } from '../../../ir/op.ts';
import { opOf } from '../../../ops/registry.ts';

/** What an op is to rules, by its traits: several may hold, and the first one of a table that does decides. */
const KINDS: Readonly<Record<'activation' | 'product' | 'perChannel' | 'function', (op: Op) => boolean>> = {
  /** An activation function. */
  activation: ({ activation }) => activation !== undefined,
  /** Adds up what it multiplies with weights: a convolution, or a fully connected layer. */
  product: ({ product }) => product !== undefined,
  /** Scales and shifts each channel. */
  perChannel: ({ perChannel }) => perChannel !== undefined,
  /** A function of each number for itself. */
  function: ({ pointwise }) => pointwise === 'function',
};

export type OpKind = keyof typeof KINDS;

/** What sends a signal back through a node: as `Op.backward`. */
export type BackwardRule = (context: BackwardContext<Attributes>) => readonly (string | undefined)[];

/**
 * Rules by what they are for: the type of an op, such as `max-pool`, or else its kind. Whatever a table does not name passes signals as
 * the gradient does. A new method of this sort is a table with a rule or two:
 *
 *     const absolute = { product: (context) => …, activation: passOn };
 */
export type RuleTable = Readonly<Record<string, BackwardRule>>;

/** The rule of a table for a node; undefined where it has none. */
export function ruleOf(table: RuleTable): (node: Node) => Op['backward'] {
  return ({ op }) => {
    if (Object.hasOwn(table, op)) return table[op];
    const definition = opOf(op);
    const kind = (Object.keys(KINDS) as OpKind[]).find((name) => Object.hasOwn(table, name) && KINDS[name](definition));
    return kind && table[kind];
  };
}
