import { ModelFormatError, NonFiniteError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { nonFinite } from '../tensor/non-finite.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Backend } from './backend.ts';

/** Numbers that are looked at before the page gets its turn: about 10 ms. */
const AT_ONCE = 8e6;

/**
 * Throws ModelFormatError naming the first layer whose weights hold a NaN or an infinity. They are looked at before they run:
 * a shader may drop a NaN, and the result looks right then.
 */
export async function expectFiniteWeights({ nodes, constants }: Graph, signal?: AbortSignal): Promise<void> {
  const seen = new Set<Tensor>();
  let left = AT_ONCE;
  for (const { op, name, inputs } of nodes) {
    for (const input of inputs) {
      const weights = constants.get(input);
      if (!weights || seen.has(weights)) continue;
      seen.add(weights);
      for (let from = 0; from < weights.data.length;) {
        const part = weights.data.subarray(from, from + left);
        const wrong = nonFinite(part);
        if (wrong !== undefined && (Number.isNaN(wrong) || !opOf(op).takesInfinity)) {
          throw new ModelFormatError('the weights of the network are no numbers', {
            where: `layer "${name}" (${op})`,
            got: `${String(wrong)} in "${input}"`,
            remedy: 'Its training or conversion went wrong: export it again.',
          });
        }
        from += part.length;
        left -= part.length;
        if (left > 0) continue;
        left = AT_ONCE;
        await new Promise((resolve) => void setTimeout(resolve));
        signal?.throwIfAborted();
      }
    }
  }
}

/** A network and what it was shown. */
export interface Shown {
  readonly graph: Graph;
  readonly backend: Backend;
  /** [n, c, h, w]; undefined where it is not known. */
  readonly input: Tensor | undefined;
}

/** Throws {@link NonFiniteError} where a result holds a NaN or an infinity, naming the first layer that makes one. */
export async function expectFinite(results: Iterable<Tensor>, shown: Shown): Promise<void> {
  for (const result of results) {
    const wrong = nonFinite(result.data);
    if (wrong === undefined) continue;
    // What was no number when it was given is not the network's doing.
    if (shown.input && nonFinite(shown.input.data) !== undefined) return;
    const { firstNonFinite } = await import('./first-non-finite.ts');
    const layer = shown.input && (await firstNonFinite(shown.graph, shown.backend, shown.input));
    throw new NonFiniteError('the network computes what is no number', {
      ...(layer === undefined ? {} : { where: `layer "${layer}"` }),
      got: String(wrong),
      remedy:
        layer === undefined
          ? 'Forwards all is well: it happens on the way back, or with another input.'
          : 'Its numbers grow beyond what float32 holds: check the preprocessing and the export.',
    });
  }
}
