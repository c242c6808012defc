import type { GraphBuilder } from '../../ir/builder.ts';
import type { Attribute } from '../../ir/graph.ts';
import { defineOp, type OnnxImporter, type Op, type Rules, type Traits } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { same } from '../internal/onnx.ts';

/** What a derivative is composed from. */
export interface UnaryGradient<A> {
  readonly builder: GraphBuilder;
  readonly attributes: A;
  readonly rules: Rules;
  readonly dy: string;
  readonly x: string;
  readonly y: string;
}

interface UnarySpec<A> {
  readonly type: string;
  apply(x: number, attributes: A): number;
  /** A smooth activation function: see {@link Traits.activation}. */
  readonly activation?: boolean;
  readonly traits?: Traits<A>;
  /** Appends the nodes of dx. Absent where the derivative is zero almost everywhere. */
  gradient?(context: UnaryGradient<A>): string;
  /** The operator that is it, or what reads one. */
  readonly onnx: string | Readonly<Record<string, OnnxImporter>>;
}

/** Defines an elementwise function y = f(x), any shape. */
export function unaryOp<A extends { readonly [K in keyof A]: Attribute | undefined } = Record<never, never>>(
  spec: UnarySpec<A>,
): Op {
  const { gradient } = spec;
  return defineOp<A>({
    type: spec.type,
    pointwise: 'function',
    ...(spec.activation && { activation: 'smooth' }),
    ...spec.traits,
    infer: ({ inputs: [x] }) => [{ dtype: x!.dtype, shape: x!.shape }],
    anyNumbers: true,
    evaluate: ({ attributes }, [x]) => {
      const y = new Float64Array(x!.length);
      for (let i = 0; i < y.length; i++) y[i] = spec.apply(x![i]!, attributes);
      return [y];
    },
    ...(gradient && {
      backward: ({ builder, attributes, rules, node, output, dy: [dy] }) => [
        gradient({ builder, attributes, rules, dy: dy!, x: node.inputs[0]!, y: output(0) }),
      ],
    }),
    flops: ({ outputs: [y] }) => sizeOf(y!.shape),
    onnx: typeof spec.onnx === 'string' ? { [spec.onnx]: same(spec.type) } : spec.onnx,
  });
}
