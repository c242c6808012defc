import type { GraphBuilder } from '../../ir/builder.ts';
import type { Value } from '../../ir/graph.ts';
import { defineOp, type Launch, type OnnxImporter, type Op, type Traits } from '../../ir/op.ts';
import { broadcastStrides, sizeOf } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { elementwise, SEVERAL } from '../internal/launch.ts';
import { pairs } from '../internal/pairs.reference.ts';
import { activationSignal } from './signal.ts';
import { collapse, perAxis } from '../internal/strided.ts';
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
  /** Of shaders/pointwise/binary.wgsl. Without one it runs on constants only. */
  readonly shaderCase?: number;
  /** f, in float64; `dtype` is that of a. */
  apply(a: number, b: number, dtype: DType): number;
  /** Type of the result where it is not the operands'. */
  readonly result?: DType;
  /** An activation function of a: see {@link activationSignal}. */
  readonly activation?: boolean;
  readonly traits?: Traits<object>;
  /** Derivatives with respect to a and b, in the shape of y: their broadcasting is undone for them. */
  readonly gradients?: readonly [(context: BinaryGradient) => string, (context: BinaryGradient) => string];
  readonly onnx?: Readonly<Record<string, OnnxImporter>>;
}

/** Defines y = f(a, b) over two tensors that broadcast to each other as in numpy. */
export function binaryOp(spec: BinarySpec): Op {
  const { type, shaderCase, result, activation, traits, gradients, onnx } = spec;
  return defineOp({
    type,
    pointwise: activation ? 'function' : 'arithmetic',
    ...(activation && { activation: 'smooth' }),
    ...traits,
    anyNumbers: true,
    infer: ({ node, inputs: [a, b] }) => [{ dtype: result ?? a!.dtype, shape: broadcast(node, a!, b!) }],
    evaluate: pairs(spec.apply),
    ...(shaderCase !== undefined && {
      launches: ({ inputs: [a, b], outputs: [y] }) => broadcasting(shaderCase, a!, b!, y!),
      flops: ({ outputs: [y] }) => sizeOf(y!.shape),
    }),
    ...(gradients && {
      backward: ({ builder, rules, node, inputs, wanted, output, dy: [signal] }) => {
        const [a, b] = node.inputs as [string, string];
        const dy = activation ? activationSignal(builder, rules, signal!) : signal!;
        return gradients.map((gradient, i) =>
          wanted[i]
            ? unbroadcast(builder, gradient({ builder, dy, a, b, y: () => output(0) }), inputs[i]!.shape)
            : undefined,
        );
      },
    }),
    ...(onnx && { onnx }),
  });
}

function broadcasting(shaderCase: number, a: Value, b: Value, y: Value): readonly Launch[] {
  const strides = [broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape)];
  const walk = collapse({ shape: y.shape, strides });
  return elementwise(
    'pointwise/binary',
    y,
    { a: a.name, b: b.name, y: y.name },
    { shape: perAxis(walk.shape, 1), a_strides: perAxis(walk.strides[0]!), b_strides: perAxis(walk.strides[1]!) },
    { FUNCTION: shaderCase, INNER: walk.shape.length - 1, ...SEVERAL },
  );
}
