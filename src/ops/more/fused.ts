import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { emit, named } from '../internal/onnx.ts';
import { windowAttributes } from '../internal/window.ts';
import { multiplied } from '../matmul/matmul.ts';

/** What onnxruntime makes of neighbouring operators when it saves a network that it has optimised. */
export const fused: Readonly<Record<string, OnnxImporter>> = {
  'com.microsoft:FusedConv': importConv,
  'com.microsoft:FusedGemm': importGemm,
  'com.microsoft:FusedMatMul': importMatMul,
};

/** Activations by name; `parameters` are numbers in the order of onnxruntime. */
const ACTIVATIONS: Readonly<Record<string, (parameters: readonly number[]) => [type: string, attributes?: object]>> = {
  Relu: () => ['relu'],
  Sigmoid: () => ['sigmoid'],
  Tanh: () => ['tanh'],
  LeakyRelu: ([alpha = 0.01]) => ['leaky-relu', { alpha }],
  Clip: ([min = -Infinity, max = Infinity]) => ['clip', { min, max }],
  HardSigmoid: ([alpha = 0.2, beta = 0.5]) => ['hard-sigmoid', { alpha, beta }],
};

/** What a node does with its result `y`, which it has not named yet. */
function activated(n: OnnxNode, y: string, parameters: readonly number[]): readonly string[] {
  const name = n.string('activation', '');
  const activation = ACTIVATIONS[name] ?? n.refuse(`activation "${name}"`);
  const [type, attributes = {}] = activation(parameters);
  return [emit(n, type, [y], { ...attributes })];
}

/** activation(conv(x, w) + b + z). */
function importConv(n: OnnxNode): readonly string[] {
  const { length } = n.value(0).shape;
  if (length !== 4) n.refuse(`an input of rank ${String(length)}`);
  const bias = n.given(2) ? [n.input(2)] : [];
  const attributes = { ...windowAttributes(n, 2), group: n.int('group', 1) };
  const conv = n.builder.add('conv2d', [n.input(0), n.input(1), ...bias], attributes, { name: n.name });
  const sum = n.given(3) ? n.builder.add('add', [conv, n.input(3)], {}, { name: n.name }) : conv;
  return activated(n, sum, n.floats('activation_params') ?? []);
}

function importGemm(n: OnnxNode): readonly string[] {
  const attributes = {
    alpha: n.float('alpha', 1),
    beta: n.float('beta', 1),
    transA: n.int('transA', 0) === 1,
    transB: n.int('transB', 0) === 1,
  };
  const inputs = [n.input(0), n.input(1), ...(n.given(2) ? [n.input(2)] : [])];
  const y = n.builder.add('gemm', inputs, attributes, { name: n.name });
  const parameters = ['alpha', 'beta', 'gamma'].flatMap((which) => {
    const name = `activation_${which}`;
    return n.has(name) ? [n.float(name, 0)] : [];
  });
  return activated(n, y, parameters);
}

/** alpha · op(a) · op(b), where op may also move the first axis behind the other leading ones. */
function importMatMul(n: OnnxNode): readonly string[] {
  const [a, b] = (['A', 'B'] as const).map((which, index) => {
    const { length } = n.value(index).shape;
    if (length < 2) n.refuse(`an operand of rank ${String(length)}`);
    if (n.int(`transBatch${which}`, 0) === 0) return n.input(index);
    const permutation = [...Array.from({ length: length - 2 }, (_, i) => i + 1), 0, length - 1];
    return n.builder.add('transpose', [n.input(index)], { permutation }, { name: n.name });
  }) as [string, string];
  const alpha = n.float('alpha', 1);
  const options = alpha === 1 ? named(n) : { name: n.name };
  const turned = [n.int('transA', 0) === 1, n.int('transB', 0) === 1] as const;
  const y = multiplied(n.builder, [a, b], turned, options);
  return [alpha === 1 ? y : emit(n, 'mul', [y, n.builder.scalar(alpha)])];
}
