import type { Attributes, Node } from '../../../ir/graph.ts';
import type { BackwardContext, Op } from '../../../ir/op.ts';
import { opOf } from '../../../ops/registry.ts';

export type OpKind = 'activation' | 'product' | 'maximum' | 'sum' | 'join' | 'perChannel' | 'function';

/** What an op is to rules, by its traits: several may hold, and the first one that a table has a rule for decides. */
const KINDS: Readonly<Record<OpKind, (op: Op) => boolean>> = {
  /** An activation function. */
  activation: ({ activation }) => activation !== undefined,
  /** Adds up what it multiplies with weights: a convolution, or a fully connected layer. */
  product: ({ product }) => product !== undefined,
  /** The largest under each window, whose places it can tell. */
  maximum: ({ extraOutputs, onWindow }) => extraOutputs === 1 && onWindow !== undefined,
  /** Adds up without weights: a mean or sum over axes (or their extremes), an average pool. */
  sum: isSum,
  /** Adds two tensors. */
  join: ({ tail }) => tail === 'residual',
  /** Scales and shifts each channel. */
  perChannel: ({ perChannel }) => perChannel !== undefined,
  /** A function of each number for itself. */
  function: ({ pointwise }) => pointwise === 'function',
};

/** Whether an op adds up without weights. */
export function isSum({ sumScale, withZeroBorder, product }: Op): boolean {
  return sumScale !== undefined || (withZeroBorder !== undefined && product === undefined);
}

/** What sends a signal back through a node: as `Op.backward`. */
export type BackwardRule = (context: BackwardContext<Attributes>) => readonly (string | undefined)[];

/**
 * Rules by kinds of op. Whatever a table does not name passes signals as the gradient does. A new method of this sort is a table with a
 * rule or two:
 *
 *     registerRules('linear', { table: { activation: passOn } });
 */
export type RuleTable = Partial<Readonly<Record<OpKind, BackwardRule>>>;

/** The rule of a table for a node; undefined where it has none. */
export function ruleOf(table: RuleTable): (node: Node) => Op['backward'] {
  const kinds = (Object.keys(KINDS) as OpKind[]).filter((kind) => Object.hasOwn(table, kind));
  return (node) => {
    const op = opOf(node.op);
    const kind = kinds.find((name) => KINDS[name](op));
    return kind && table[kind];
  };
}
