import type { OnnxImporter } from '../../ir/op.ts';
import { emit } from './onnx.ts';
import { unsqueeze } from './view.ts';

/**
 * An operator of two tensors that broadcast to each other as in numpy. Before opset 7 only the second was repeated, where the
 * attribute `broadcast` said so, and its axes began at the attribute `axis` of the first.
 */
export function paired(type: string): OnnxImporter {
  return (n) => {
    const [a, b] = [n.input(0), n.input(1)];
    if (n.opset >= 7 || n.int('broadcast', 0) === 0 || !n.has('axis')) return [emit(n, type, [a, b])];
    const [rank, own] = [n.value(0).shape.length, n.value(1).shape.length];
    const behind = rank - own - ((n.int('axis', 0) + rank) % rank);
    if (behind < 0) n.refuse('axes of the second input beyond those of the first');
    const axes = Array.from({ length: behind }, (_, i) => own + i);
    return [emit(n, type, [a, unsqueeze(n.builder, b, axes)])];
  };
}
