import type { GraphBuilder } from '../../ir/builder.ts';
import { defineOp, type OnnxImporter, type Op, type Traits } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { broadcast, unbroadcast } from '../internal/broadcast.ts';

/** What a derivative is composed from; y is the node's output. */
export interface BinaryGradient {
  readonly builder: GraphBuilder;
  readonly dy: string;
  readonly a: string;
  readonly b: string;
  y(): string;
}

interface BinarySpec {
  readonly type: string;
  readonly traits?: Traits<object>;
  /** Derivatives with respect to a and b, in the shape of y: their broadcasting is undone for them. */
  readonly gradients?: readonly [(context: BinaryGradient) => string, (context: BinaryGradient) => string];
  readonly onnx?: Readonly<Record<string, OnnxImporter>>;
}

/** Defines y = f(a, b) over two tensors that broadcast to each other as in numpy. */
export function binaryOp(spec: BinarySpec): Op {
  const { type, traits, gradients, onnx } = spec;
  return defineOp({
    type,
    pointwise: 'arithmetic',
    ...traits,
    anyNumbers: true,
    infer: ({ node, inputs: [a, b] }) => [{ dtype: a!.dtype, shape: broadcast(node, a!, b!) }],
    ...(gradients && {
      backward: ({ builder, node, inputs, wanted, output, dy: [dy] }) => {
        const [a, b] = node.inputs as [string, string];
        return gradients.map((gradient, i) =>
          wanted[i]
            ? unbroadcast(builder, gradient({ builder, dy: dy!, a, b, y: () => output(0) }), inputs[i]!.shape)
            : undefined,
        );
      },
      flops: ({ outputs: [y] }) => sizeOf(y!.shape),
    }),
    ...(onnx && { onnx }),
  });
}
