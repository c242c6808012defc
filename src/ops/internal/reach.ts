import type { Attributes } from '../../ir/graph.ts';
import type { Reach } from '../../ir/op.ts';
import type { Windows } from './window.ts';

/** Of ops that make each pixel from the channels of the same pixel. */
export function samePixel(): Reach {
  return { kind: 'pixel' };
}

/** Of ops that make each pixel from a window. `attributes` are the node's. */
export function windowReach(
  { h, w }: Windows,
  attributes: Attributes,
): Pick<Extract<Reach, { kind: 'windows' }>, 'kind' | 'h' | 'w' | 'attributes'> {
  const unpadded = { pads: [0, 0, 0, 0], autoPad: 'NOTSET', ...('ceilMode' in attributes && { ceilMode: false }) };
  return { kind: 'windows', h, w, attributes: { ...attributes, ...unpadded } };
}
