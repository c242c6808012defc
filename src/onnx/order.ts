import { ModelFormatError } from '../errors.ts';
import type { OnnxModelNode } from './model.ts';

/**
 * The nodes so that each comes after those whose results it takes, and else as they were. Throws {@link ModelFormatError}
 * where nodes wait for each other.
 */
export function inOrder(nodes: readonly OnnxModelNode[]): readonly OnnxModelNode[] {
  const makers = new Map<string, number>();
  for (const [at, { outputs }] of nodes.entries())
    for (const output of outputs) if (output !== '' && !makers.has(output)) makers.set(output, at);
  const needs = nodes.map(({ inputs }) => inputs.flatMap((input) => makers.get(input) ?? []));
  const order: OnnxModelNode[] = [];
  const state = new Uint8Array(nodes.length); // 1: under way, 2: in order
  for (const start of nodes.keys()) {
    // A way through the graph as a list, since networks are deeper than calls may be.
    const path = state[start] === 0 ? [{ at: start, next: 0 }] : [];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      state[step.at] = 1;
      const needed = needs[step.at]![step.next++];
      if (needed === undefined) {
        state[step.at] = 2;
        order.push(nodes[step.at]!);
        path.pop();
      } else if (state[needed] === 1)
        throw cycle(
          path.map(({ at }) => nodes[at]!),
          nodes[needed]!,
        );
      else if (state[needed] === 0) path.push({ at: needed, next: 0 });
    }
  }
  return order;
}

/** `path` leads to a node that needs `back`, which is on it. */
function cycle(path: readonly OnnxModelNode[], back: OnnxModelNode): ModelFormatError {
  const round = [...path.slice(path.indexOf(back)).reverse(), path.at(-1)!];
  const names = round.map(({ type, outputs }) => `${type} "${outputs[0] ?? ''}"`);
  const got = names.length > SHOWN ? [...names.slice(0, SHOWN), '…'] : names;
  return new ModelFormatError('nodes wait for each other', { got: got.join(' → ') });
}

const SHOWN = 6;
