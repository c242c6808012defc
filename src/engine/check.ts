import { ArgumentError, ShapeError, UseAfterDisposeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export type Inputs = Readonly<Record<string, Tensor>>;

/** Throws {@link ArgumentError} unless `given` are the graph's inputs by name, {@link ShapeError} where a shape differs. */
export function checkInputs({ inputs, values }: Graph, given: Inputs): void {
  const unknown = Object.keys(given).find((name) => !inputs.includes(name));
  const missing = inputs.find((name) => !Object.hasOwn(given, name));
  if (unknown !== undefined || missing !== undefined) {
    throw new ArgumentError('the inputs are not those of the graph', {
      expected: inputs.join(', '),
      got: Object.keys(given).join(', ') || 'none',
    });
  }
  for (const name of inputs) {
    const [expected, got] = [values.get(name)!.shape, given[name]!.shape];
    if (sameShape(expected, got)) continue;
    throw new ShapeError('the input has another shape', {
      where: name,
      expected: formatShape(expected),
      got: formatShape(got),
    });
  }
}

/** Throws {@link ArgumentError} for tensors whose numbers a run does not keep. */
export function checkRead({ outputs, name }: Graph, read: readonly string[]): void {
  const lost = read.filter((tensor) => !outputs.includes(tensor));
  if (lost.length === 0) return;
  throw new ArgumentError(`"${lost.join('", "')}" cannot be read: the graph was not compiled to keep it`, {
    where: name,
    expected: outputs.join(', '),
    remedy: 'Name it among the outputs of the graph.',
  });
}

/** Throws {@link UseAfterDisposeError}, or an AbortError. */
export function checkWanted({ name }: Graph, disposed: boolean, signal: AbortSignal | undefined): void {
  if (disposed) throw new UseAfterDisposeError(`the executable of "${name}"`);
  if (signal?.aborted) throw new DOMException(`"${name}" was aborted`, 'AbortError');
}
