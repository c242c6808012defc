import { formatShape } from '../tensor/shape.ts';
import type { OnnxGraph, OnnxModelNode, OnnxTensor } from './model.ts';
import { readOnnx } from './read.ts';

/** The first node or tensor that two ONNX files do not have alike, in words for an error. */
export async function differenceOf(
  a: Uint8Array,
  b: Uint8Array,
): Promise<{ readonly expected: string; readonly got: string }> {
  const [first, second] = [(await readOnnx(a)).graph, (await readOnnx(b)).graph];
  const [expected, got] = [wordsFor(first), wordsFor(second)];
  const at = expected.findIndex((words, i) => words !== got[i]);
  if (at >= 0) return { expected: expected[at]!, got: got[at] ?? 'none' };
  if (got.length > expected.length) return { expected: 'nothing more', got: got[expected.length]! };
  return { expected: 'the same bytes besides weights', got: 'other names, versions or numbers outside of them' };
}

/** All nodes, then all tensors. */
function wordsFor({ nodes, initializers, inputs, outputs }: OnnxGraph): string[] {
  const ends = [...inputs, ...outputs].map(({ name, elementType = '', shape = [] }) => {
    return `tensor "${name}" ${elementType} ${shape.join('×')}`;
  });
  return [...nodes.map(ofNode), ...[...initializers.values()].map(ofTensor), ...ends];
}

function ofNode({ type, name, inputs, outputs, attributes }: OnnxModelNode): string {
  const list = JSON.stringify(Object.fromEntries(attributes));
  return `node "${name}", ${type}(${inputs.join(', ')}) → ${outputs.join(', ')} with ${list}`;
}

function ofTensor({ name, elementType, shape }: OnnxTensor): string {
  return `initializer "${name}", ${elementType} ${formatShape(shape)}`;
}
