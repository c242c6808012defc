import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { GemmAttributes } from './gemm.ts';
import type { MatMulAttributes } from './matmul.ts';

function gemm({ attributes, inputs, outputs }: NodeContext<GemmAttributes>, to: OnnxTarget): void {
  const { alpha, beta, transA, transB, low, high } = attributes;
  if (low !== undefined || high !== undefined) to.refuse('it is fused with others');
  to.node('Gemm', namesOf(inputs), namesOf(outputs), {
    alpha: { float: alpha },
    beta: { float: beta },
    transA: Number(transA),
    transB: Number(transB),
  });
}

function matmul(
  { attributes: { transA, transB }, inputs: [a, b], outputs }: NodeContext<MatMulAttributes>,
  to: OnnxTarget,
): void {
  const turned = (x: NonNullable<typeof a>, turns: boolean): string => {
    if (!turns) return x.name;
    const name = to.name(`${x.name}/turned`);
    const axes = [...x.shape.keys()];
    to.node('Transpose', [x.name], [name], { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] });
    return name;
  };
  to.node('MatMul', [turned(a!, transA), turned(b!, transB)], namesOf(outputs));
}

export const exporters: Exporters = { gemm, matmul };
