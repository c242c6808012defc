import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Exporters, OnnxTarget } from '../exporter.ts';
import { asWhole, upTo } from '../internal/whole.export.ts';
import type { OrderStatisticAttributes } from './order-statistic.ts';
import { NO_IMAGE, type TopKMergeAttributes } from './top-k-merge.ts';

/** The last of as many of the smallest. */
function orderStatistic(
  { attributes: { rank }, inputs: [x], outputs: [y] }: NodeContext<OrderStatisticAttributes>,
  to: OnnxTarget,
): void {
  const flat = to.add('Reshape', [x!.name, to.whole([-1])]);
  const [smallest, indices] = [to.name('smallest'), to.name('indices')];
  to.node('TopK', [flat, to.whole([rank + 1])], [smallest, indices], { axis: 0, largest: 0, sorted: 1 });
  to.node('Gather', [smallest, to.whole([rank], [])], [y!.name]);
}

/** Of the lists and what may come into them, behind each other, the largest; of equal ones the first. */
function topKMerge(
  { attributes: { each }, inputs: [x, images, values, places], outputs }: NodeContext<TopKMergeAttributes>,
  to: OnnxTarget,
): void {
  const [n, c] = x!.shape as [number, number];
  const plane = sizeOf(x!.shape.slice(2));
  const [, k] = values!.shape as [number, number];
  const flat = to.add('Reshape', [x!.name, to.whole([n, c, plane])]);
  // Candidates [n, c, m] and where they are in their maps
  const m = each === 'image' ? 1 : plane;
  const strengths = each === 'image' ? to.add('ReduceMax', [flat, to.whole([2])], { keepdims: 1 }) : flat;
  const found =
    each === 'image'
      ? to.add('ArgMax', [flat], { axis: 2, keepdims: 1 })
      : to.add('Reshape', [upTo(to, m), to.whole([1, 1, m])]);
  const shape = to.whole([n, c, m]);
  const numbers = to.add('Reshape', [asWhole(to, images!.name), to.whole([n, 1, 1])]);
  const counts = to.add('Equal', [numbers, to.whole([NO_IMAGE], [])]);
  const able = to.add('Where', [counts, to.scalar(-Infinity), strengths]);
  /** Entries of the lists [c, k] with the candidates behind them. */
  const joined = (before: string, candidates: string): string => {
    const turned = to.add('Transpose', [to.add('Expand', [candidates, shape])], { perm: [1, 0, 2] });
    return to.add('Concat', [before, to.add('Reshape', [turned, to.whole([c, n * m])])], { axis: 1 });
  };
  const lists = asWhole(to, places!.name);
  const column = (i: number): string => to.add('Gather', [lists, to.whole([i], [])], { axis: 2 });
  const order = to.name('order');
  to.node('TopK', [joined(values!.name, able), to.whole([k])], [outputs[0]!.name, order], { axis: 1 });
  if (outputs.length === 1) return;
  const entries = [joined(column(0), numbers), joined(column(1), found)].map((all) =>
    to.add('Unsqueeze', [to.add('GatherElements', [all, order], { axis: 1 }), to.whole([2])]),
  );
  to.node('Concat', entries, [outputs[1]!.name], { axis: 2 });
}

export const exporters: Exporters = { 'order-statistic': orderStatistic, 'top-k-merge': topKMerge };
