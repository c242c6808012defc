import { UnsupportedEnvironmentError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_RUN_BYTES } from '../limits.ts';
import { formatShape } from '../tensor/shape.ts';
import { bytesOf, type Plan } from './arrange.ts';

/**
 * Throws {@link UnsupportedEnvironmentError} where a tensor is larger than a device binds, or all that a run needs at once is
 * more than src/limits.ts allows: before anything is allocated, and with the tensor that is to blame.
 */
export function expectRoom({ nodes, values }: Graph, { peakBytes }: Plan, bindingBytes: number): void {
  const makers = new Map(
    nodes.flatMap(({ op, name, outputs }) => outputs.map((output) => [output, `${op} "${name}"`])),
  );
  const remedy = 'Use a smaller batch or image.';
  let [largest, most] = ['', 0];
  for (const { name, shape } of values.values()) {
    const bytes = bytesOf(shape);
    const where = makers.get(name) ?? `tensor "${name}"`;
    if (bytes > bindingBytes) {
      throw new UnsupportedEnvironmentError('a tensor is larger than this GPU can bind', {
        where,
        expected: `at most ${String(bindingBytes)} bytes`,
        got: `${String(bytes)} for ${formatShape(shape)}`,
        remedy,
      });
    }
    if (bytes > most && makers.has(name)) [largest, most] = [where, bytes];
  }
  if (peakBytes <= MAX_RUN_BYTES) return;
  throw new UnsupportedEnvironmentError('the network needs too much memory', {
    expected: `at most ${String(MAX_RUN_BYTES)} bytes for what is between its input and outputs`,
    got: `${String(peakBytes)}; the largest tensor is that of ${largest}, ${String(most)} bytes`,
    remedy,
  });
}
