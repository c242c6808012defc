import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node, Value } from '../../ir/graph.ts';
import { defineOp, type Launch, type OnnxImporter, type Op, type Reference, type Traits } from '../../ir/op.ts';
import { broadcastShapes, broadcastStrides, formatShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { shapeError } from './check.ts';
import { elementwise, SEVERAL } from './launch.ts';
import { activationSignal } from './signal.ts';
import { collapse, perAxis, expectFewAxes } from './strided.ts';
import { unbroadcast } from './unbroadcast.ts';

/** Operations of the kernels; the position is the value of the constant OPERATION. */
const KERNELS = Object.entries({
  'nn/binary': ['add', 'sub', 'mul', 'div'],
  'extra/binary': ['pow', 'min', 'max', 'prelu'],
});

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
  /** Of core operations it is in ops/reference/. */
  readonly evaluate?: Reference<object>;
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
export function binaryOp({ type, evaluate, result, activation, traits, gradients, onnx }: BinarySpec): Op {
  const kernel = KERNELS.find(([, operations]) => operations.includes(type));
  return defineOp({
    type,
    pointwise: activation ? 'function' : 'arithmetic',
    ...(activation && { activation: 'smooth' }),
    ...traits,
    anyNumbers: true,
    infer: ({ node, inputs: [a, b] }) => [{ dtype: result ?? a!.dtype, shape: broadcast(node, a!, b!) }],
    ...(evaluate && { evaluate }),
    ...(kernel && {
      launches: ({ inputs: [a, b], outputs: [y] }) => broadcasting(kernel[0], kernel[1].indexOf(type), a!, b!, y!),
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

/** The shape that the operands of a node broadcast to. */
export function broadcast(node: Node, a: Value, b: Value): Shape {
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape) {
    const expected = `the sizes of each axis equal or 1`;
    throw shapeError(
      node,
      'the operands do not broadcast',
      expected,
      `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  expectFewAxes(node, shape);
  return shape;
}

function broadcasting(shader: string, operation: number, a: Value, b: Value, y: Value): readonly Launch[] {
  const strides = [broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape)];
  const walk = collapse({ shape: y.shape, strides });
  return elementwise(
    shader,
    y,
    { a: a.name, b: b.name, y: y.name },
    { shape: perAxis(walk.shape, 1), a_strides: perAxis(walk.strides[0]!), b_strides: perAxis(walk.strides[1]!) },
    { OPERATION: operation, INNER: walk.shape.length - 1, ...SEVERAL },
  );
}
