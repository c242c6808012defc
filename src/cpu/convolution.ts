import { depthwise, isDepthwise } from './depthwise.ts';
import { inBlocks, matricesOf, type FilterOrder } from './filters.ts';
import {
  BYTES,
  inParts,
  kernelsOf,
  Layout,
  operationsOf,
  type ConvolutionShape,
  type Finish,
  type Ground,
  type Plan,
} from './plan.ts';
import { Products } from './products.ts';
import { Source } from './source.ts';
import { isWinograd, winograd } from './winograd.ts';

/** A convolution, by what is fastest for its shape. */
export function convolution(ground: Ground, shape: ConvolutionShape, order: FilterOrder, finish: Finish): Plan {
  const { kernels } = ground;
  if (isDepthwise(shape)) return depthwise(ground, shape, order, finish);
  if (kernels && isWinograd(shape)) return winograd(ground, kernels.run, shape, order, finish);
  return direct(ground, shape, order, finish);
}

/** As products of the filters with panels of pixels. */
function direct(ground: Ground, shape: ConvolutionShape, order: FilterOrder, finish: Finish): Plan {
  const kernels = kernelsOf(ground);
  const { n, group, c, k, windows } = shape;
  const layout = new Layout();
  const source = new Source(shape);
  const products = new Products(ground, shape, source, finish, layout);
  const copy = source.take(layout);
  const zeros = layout.take(group * k);
  const imageBytes = BYTES * group * c * windows.h.size * windows.w.size;
  const resultBytes = BYTES * group * k * windows.h.count * windows.w.count;
  return {
    filters: inBlocks(kernels, matricesOf(shape, order), { height: 0 }),
    scratch: layout.bytes,
    bind: ({ x, filters, bias, operand, y, scratch }) =>
      inParts(ground, n, products.units, operationsOf(shape), (image, first, end) => {
        const from = x + image * imageBytes;
        if (first === 0) {
          if (!bias) ground.memory.floats(scratch + zeros, group * k).fill(0);
          if (!source.inPlace) source.copy(kernels, from, group * c, scratch + copy);
        }
        products.prepare(ground.memory, scratch);
        products.run(first, end, {
          x: source.inPlace ? from + source.start : scratch + copy,
          filters,
          bias: bias || scratch + zeros,
          operand: operand && operand + image * resultBytes,
          y: y + image * resultBytes,
          scratch,
        });
      }),
  };
}
