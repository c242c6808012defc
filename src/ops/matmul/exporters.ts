import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import { withClip } from '../internal/epilogue.export.ts';
import type { GemmHalvesAttributes } from './gemm-halves.ts';
import type { GemmAttributes } from './gemm.ts';
import type { MatMulAttributes } from './matmul.ts';

function gemm({ attributes, inputs, outputs }: NodeContext<GemmAttributes>, to: OnnxTarget): void {
  writeGemm(to, attributes, namesOf(inputs), outputs[0]!.name);
}

function writeGemm(to: OnnxTarget, attributes: GemmAttributes, inputs: readonly string[], y: string): void {
  const { alpha, beta, transA, transB } = attributes;
  const onnx = { alpha: { float: alpha }, beta: { float: beta }, transA: Number(transA), transB: Number(transB) };
  withClip(to, ['Gemm', inputs, onnx], attributes, y);
}

/** The weights stay halves in the file, one after the other as they lie in the pairs. */
function gemmHalves({ attributes, inputs, outputs }: NodeContext<GemmHalvesAttributes>, to: OnnxTarget): void {
  const [a, b, c] = inputs;
  const pairs = to.constant(b!.name)?.data;
  if (!(pairs instanceof Uint32Array)) to.refuse('its weights are no constant');
  const [n, half] = b!.shape as [number, number];
  const bits = Uint16Array.from({ length: 2 * pairs.length }, (_, i) => pairs[i >> 1]! >>> (16 * (i & 1)));
  const weights = to.halves([n, 2 * half], bits);
  const inputNames = [a!.name, weights, ...(c ? [c.name] : [])];
  writeGemm(to, { ...attributes, transA: false, transB: true }, inputNames, outputs[0]!.name);
}

function matmul(
  { attributes: { transA, transB }, inputs: [a, b], outputs }: NodeContext<MatMulAttributes>,
  to: OnnxTarget,
): void {
  const turned = (x: NonNullable<typeof a>, turns: boolean): string => {
    const axes = [...x.shape.keys()];
    return turns ? to.add('Transpose', [x.name], { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] }) : x.name;
  };
  to.node('MatMul', [turned(a!, transA), turned(b!, transB)], namesOf(outputs));
}

export const exporters: Exporters = { gemm, 'gemm-halves': gemmHalves, matmul };
