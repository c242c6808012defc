import type { AddOptions } from '../../ir/builder.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { named } from '../internal/onnx.ts';
import { liftedTo2d, poolAttributes, poolWindows } from '../internal/window.ts';
import { averageFactors } from '../pool/average.ts';

/** (Σ |x|^p)^(1/p) under windows, or of a whole image (Gulcehre et al. 2014, eq. 1, but for the mean). */
export const lpPools: Readonly<Record<string, OnnxImporter>> = {
  GlobalLpPool: (n) => {
    const axes = [...n.value(0).shape.keys()].slice(2);
    const sum = (x: string): string =>
      n.builder.add('reduce', [x], { mode: 'sum', axes, keepdims: true }, { name: n.name });
    return [normOf(n, n.input(0), sum, named(n))];
  },
  LpPool: (n) => {
    const compute = (x: string, options: AddOptions): string => normOf(n, x, (powers) => sumUnder(n, powers), options);
    if (n.value(0).shape.length === 4) return [compute(n.input(0), named(n))];
    return liftedTo2d(n, [0], ([x]) => compute(x!, { name: n.name }));
  },
};

/** The least number of float32 that is not denormal. */
const LEAST = 2 ** -126;

/** The norm of what `sum` adds up. */
function normOf(n: OnnxNode, x: string, sum: (powers: string) => string, options: AddOptions): string {
  const { builder } = n;
  // In opset 1 it need not be whole.
  const p = n.opset < 2 ? n.float('p', 2) : n.int('p', 2);
  if (!(p > 0)) n.refuse(`p = ${String(p)}`);
  const add = (type: string, inputs: readonly string[], names: AddOptions = { name: n.name }): string =>
    builder.add(type, inputs, {}, names);
  if (p === 1) return add('abs', [sum(add('abs', [x]))], options);
  const powers = p === 2 ? add('mul', [x, x]) : add('pow', [add('abs', [x]), builder.scalar(p)]);
  // A root is infinitely steep at 0: of nothing but zeros the gradient is 0, not ∞ · 0.
  const some = add('max', [sum(powers), builder.scalar(LEAST)]);
  return p === 2 ? add('sqrt', [some], options) : add('pow', [some, builder.scalar(1 / p)], options);
}

/** Sums under windows: means, times how many they are of. */
function sumUnder(n: OnnxNode, x: string): string {
  const { builder, name } = n;
  const attributes = { ...poolAttributes(n), countIncludePad: true };
  const mean = builder.add('average-pool', [x], attributes, { name });
  const node = { op: n.type, name, inputs: [], outputs: [], attributes: {} };
  const all = sizeOf(attributes.kernel);
  const factors = averageFactors(poolWindows(node, builder.value(x).shape, attributes), attributes);
  const counts = factors
    ? builder.constant(
        `${name}/counts`,
        float32(
          factors.shape,
          Float32Array.from(factors.data, (factor) => all / factor),
        ),
      )
    : builder.scalar(all);
  return builder.add('mul', [mean, counts], {}, { name });
}
