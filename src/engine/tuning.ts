import type { NodeContext } from '../ir/op.ts';
import type { Attributes } from '../ir/graph.ts';
import { formatShape } from '../tensor/shape.ts';

/** Signature of a node → the variant that was measured to compute it fastest, on one kind of adapter. */
export type Tuning = Map<string, string>;

/** Attributes that change what is done to results, but hardly how long it takes. */
const INDIFFERENT = /^(variant|low|high|rule)$/;

/** What nodes have in common that take the same time. */
export function signatureOf({ node, attributes, inputs: [a, b] }: NodeContext<Attributes>): string {
  const rest = Object.entries(attributes).filter(([name]) => !INDIFFERENT.test(name));
  return `${node.op} ${[a, b].map((x) => formatShape(x?.shape ?? [])).join(' ')} ${JSON.stringify(Object.fromEntries(rest))}`;
}

const keyOf = (adapter: string): string => `unpool tuning: ${adapter}`;

/** What earlier pages measured on an adapter of this name. */
export function readTuning(adapter: string): Tuning {
  try {
    return new Map(Object.entries(JSON.parse(localStorage.getItem(keyOf(adapter)) ?? '{}') as Record<string, string>));
  } catch {
    // No storage here, or somebody else's entry.
    return new Map();
  }
}

/** Keeps measurements for later pages, where the browser lets. */
export function writeTuning(adapter: string, tuning: Tuning): void {
  try {
    localStorage.setItem(keyOf(adapter), JSON.stringify(Object.fromEntries(tuning)));
  } catch {
    // No storage, or none left: this page has them all the same.
  }
}
