import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import { poolAttributes } from '../internal/window.export.ts';
import { poolWindows } from '../internal/window.ts';
import type { AveragePoolAttributes } from './average.ts';
import { concrete, type MaxPoolAttributes } from './max-pool.ts';
import type { MaxUnpoolAttributes } from './max-unpool.ts';

/** Switches are what ONNX calls indices: places in the whole of x. */
function maxPool({ node, attributes, inputs, outputs }: NodeContext<MaxPoolAttributes>, to: OnnxTarget): void {
  const { shape } = inputs[0]!;
  const own = concrete(attributes, shape);
  to.node('MaxPool', namesOf(inputs), namesOf(outputs), poolAttributes(own, poolWindows(node, shape, own)));
}

function averagePool({ node, attributes, inputs, outputs }: NodeContext<AveragePoolAttributes>, to: OnnxTarget): void {
  const { dilations, ...rest } = poolAttributes(attributes, poolWindows(node, inputs[0]!.shape, attributes));
  if ((dilations as readonly number[]).some((n) => n !== 1))
    to.refuse('a mean with gaps, which opset 18 does not have');
  to.node('AveragePool', namesOf(inputs), namesOf(outputs), {
    ...rest,
    count_include_pad: Number(attributes.countIncludePad),
  });
}

/** Zeros to which the signals are added at their switches. */
function maxUnpool({ attributes, inputs, outputs }: NodeContext<MaxUnpoolAttributes>, to: OnnxTarget): void {
  if (attributes.overlap === 'overwrite') to.refuse('that the last of several signals wins');
  const [dx] = outputs;
  const flat = inputs.map((input) => {
    const list = to.name(`${input!.name}/flat`);
    to.node('Reshape', [input!.name, to.whole([-1])], [list]);
    return list;
  }) as [string, string];
  const [zeros, filled] = [to.name('zeros'), to.name('unpooled')];
  to.node('Expand', [to.scalar(0), to.whole([sizeOf(dx!.shape)])], [zeros]);
  to.node('ScatterElements', [zeros, flat[1], flat[0]], [filled], { axis: 0, reduction: 'add' });
  to.node('Reshape', [filled, to.whole(dx!.shape)], [dx!.name]);
}

export const exporters: Exporters = { 'average-pool': averagePool, 'max-pool': maxPool, 'max-unpool': maxUnpool };
