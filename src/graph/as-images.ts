import type { Graph } from '../ir/graph.ts';
import { channelsFirst } from './channels-first.ts';
import { rowsAsImages } from './rows.ts';

/** Every map as an image [n, c, h, w]: networks of one spatial axis, and those with the channels last. */
export function* asImages(graph: Graph): Generator<undefined, Graph> {
  return yield* channelsFirst(rowsAsImages(graph));
}
