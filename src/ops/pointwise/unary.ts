import type { GraphBuilder } from '../../ir/builder.ts';
import type { Attribute } from '../../ir/graph.ts';
import { defineOp, type OnnxImporter, type Op, type Rules, type Traits } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise, SEVERAL, bitsOf } from '../internal/launch.ts';
import { same } from '../internal/onnx.ts';
import { activationSignal } from './signal.ts';

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
  /** Of shaders/pointwise/unary.wgsl. */
  readonly shaderCase: number;
  apply(x: number, attributes: A): number;
  /** Numbers for `alpha` and `beta` of the shader. */
  parameters?(attributes: A): readonly [number, number];
  /** An activation function: see {@link activationSignal}. */
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
    launches: ({ attributes, inputs: [x], outputs: [y] }) => {
      const [alpha, beta] = spec.parameters?.(attributes) ?? [0, 0];
      const params = { alpha: bitsOf(alpha), beta: bitsOf(beta) };
      return elementwise('pointwise/unary', y!, { x: x!.name, y: y!.name }, params, {
        FUNCTION: spec.shaderCase,
        ...SEVERAL,
      });
    },
    ...(gradient && {
      backward: ({ builder, attributes, rules, node, output, dy: [dy] }) => {
        const signal = spec.activation ? activationSignal(builder, rules, dy!) : dy!;
        return [gradient({ builder, attributes, rules, dy: signal, x: node.inputs[0]!, y: output(0) })];
      },
    }),
    flops: ({ outputs: [y] }) => sizeOf(y!.shape),
    onnx: typeof spec.onnx === 'string' ? { [spec.onnx]: same(spec.type) } : spec.onnx,
  });
}
