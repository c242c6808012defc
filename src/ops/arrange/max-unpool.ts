import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sameShape, sizeOf } from '../../tensor/shape.ts';
import { tensor } from '../../tensor/tensor.ts';
import { named } from '../internal/onnx.ts';
import { poolAttributes, poolWindows, type PoolAttributes, type Windows } from '../internal/window.ts';
import { reshapeTo } from '../internal/view.ts';
import { indicesOf } from './places.ts';

/**
 * Values that go back to where their maxima were (Zeiler & Fergus 2014, §2.1), as SegNet does. The kernel looks for each
 * element among the windows that cover it, so these must be those of the pool that made the indices.
 */
export const unpools: Readonly<Record<string, OnnxImporter>> = { MaxUnpool: importMaxUnpool };

function importMaxUnpool(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const pool = n.builder.makerOf(n.input(1));
  const own = { ...poolAttributes(n), autoPad: 'NOTSET' as const };
  const flat = shape.length === 3;
  const image = flat ? shape.toSpliced(2, 0, 1) : shape;
  const given = n.whole(2);
  const to = given ? (flat ? given.toSpliced(2, 0, 1) : given) : impliedShape(image, own);
  if (to.length !== 4 || image.length !== 4) n.refuse(`an output of rank ${String(to.length)}`);
  if (!sameShape(n.value(1).shape, shape)) n.refuse('as many indices as values are expected');
  const attributes = pool?.op === 'max-pool' ? windowsOfPool(n, to) : windowsFor(n, image, to, own);
  const switches = pool ? n.input(1) : constantSwitches(n, image, to, attributes, given !== undefined);
  const lifted = (name: string): string => (flat ? reshapeTo(n.builder, name, image) : name);
  const unpool = { ...attributes, outputShape: to, overlap: 'overwrite' };
  const inputs = [lifted(n.input(0)), lifted(switches)];
  if (!flat) return [n.builder.add('max-unpool', inputs, unpool, named(n))];
  const y = n.builder.add('max-unpool', inputs, unpool, { name: n.name });
  return [reshapeTo(n.builder, y, to.toSpliced(2, 1), named(n))];
}

function impliedShape(image: readonly number[], { kernel, strides, pads }: PoolAttributes): number[] {
  const sizes = [0, 1].map(
    (axis) => (image[2 + axis]! - 1) * strides[axis]! + kernel[axis]! - pads[axis]! - pads[axis + 2]!,
  );
  return [...image.slice(0, 2), ...sizes];
}

/** The windows of the pool that the indices come from. */
function windowsOfPool(n: OnnxNode, to: readonly number[]): PoolAttributes {
  const pool = n.builder.makerOf(n.input(1))!;
  const { shape } = n.builder.value(pool.inputs[0]!);
  if (!sameShape(shape, to)) {
    n.refuse(`an output of ${to.join('×')} where the indices are of ${shape.join('×')}`);
  }
  const { global, ...attributes } = pool.attributes as unknown as PoolAttributes & { readonly global: boolean };
  return global ? { ...attributes, kernel: to.slice(2) } : attributes;
}

/** Windows over an output of this size that are as many as there are values: rounded down, or up. */
function windowsFor(n: OnnxNode, image: readonly number[], to: readonly number[], own: PoolAttributes): PoolAttributes {
  const fitting = [false, true]
    .map((ceilMode) => ({ ...own, ceilMode }))
    .find((attributes) => {
      const { h, w } = windowsIn(n, to, attributes);
      return h.count === image[2] && w.count === image[3];
    });
  return fitting ?? n.refuse(`an output of ${to.join('×')} does not have as many windows as there are values`);
}

function windowsIn(n: OnnxNode, to: readonly number[], attributes: PoolAttributes): Windows {
  return poolWindows({ op: n.type, name: n.name, inputs: [], outputs: [], attributes: {} }, to, attributes);
}

/** Indices that the file holds. ONNX's tests count them in the output that the windows imply, others in the one that is given. */
function constantSwitches(
  n: OnnxNode,
  image: readonly number[],
  to: readonly number[],
  attributes: PoolAttributes,
  given: boolean,
): string {
  const indices = indicesOf(n, 1);
  if (given && !sameShape(to, impliedShape(image, attributes))) {
    n.refuse('an output_shape beside indices that no pool of the network made: they may count in either size');
  }
  const { h, w } = windowsIn(n, to, attributes);
  const size = sizeOf(to.slice(2));
  for (const [i, index] of indices.entries()) {
    const [p, q] = [Math.floor(i / w.count) % h.count, i % w.count];
    const plane = Math.floor(i / (h.count * w.count));
    const [row, column] = [Math.floor((index - plane * size) / w.size), index % w.size];
    const covers = (axis: Windows['h'], window: number, at: number): boolean => {
      const tap = (at - window * axis.stride + axis.before) / axis.dilation;
      return Number.isInteger(tap) && tap >= 0 && tap < axis.kernel && at < axis.size;
    };
    if (!(covers(h, p, row) && covers(w, q, column))) n.refuse(`index ${String(index)} is outside of its window`);
  }
  return n.builder.constant(`${n.name}/switches`, tensor('uint32', n.value(1).shape, indices));
}
