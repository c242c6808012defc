import { ArgumentError, ShapeError, UseAfterDisposeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export type Inputs = Readonly<Record<string, Tensor>>;

/** Input → the output that becomes it in the next step. */
export type State = Readonly<Record<string, string>>;

/**
 * Throws {@link ArgumentError} unless `given` are the graph's inputs by name, but for those in `known`; {@link ShapeError}
 * where a shape differs.
 */
export function checkInputs({ inputs, values }: Graph, given: Inputs, known: State = {}): void {
  const unknown = Object.keys(given).find((name) => !inputs.includes(name));
  const missing = inputs.find((name) => !Object.hasOwn(given, name) && !Object.hasOwn(known, name));
  if (unknown !== undefined || missing !== undefined) {
    throw new ArgumentError('the inputs are not those of the graph', {
      expected: inputs.join(', '),
      got: Object.keys(given).join(', ') || 'none',
    });
  }
  for (const [name, { shape: got }] of Object.entries(given)) {
    const expected = values.get(name)!.shape;
    if (sameShape(expected, got)) continue;
    throw new ShapeError('the input has another shape', {
      where: name,
      expected: formatShape(expected),
      got: formatShape(got),
    });
  }
}

/** Throws {@link ArgumentError} unless every pair is an input and an output, {@link ShapeError} where their shapes differ. */
export function checkState({ inputs, outputs, values, name }: Graph, state: State): void {
  for (const [input, output] of Object.entries(state)) {
    if (!inputs.includes(input) || !outputs.includes(output)) {
      throw new ArgumentError('a state is an input, and an output that becomes it', {
        where: name,
        expected: `one of ${inputs.join(', ')} and one of ${outputs.join(', ')}`,
        got: `${input} and ${output}`,
      });
    }
    const [expected, got] = [values.get(input)!.shape, values.get(output)!.shape];
    if (sameShape(expected, got)) continue;
    throw new ShapeError(`the output "${output}" cannot become the input "${input}"`, {
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
