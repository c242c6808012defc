import type { OnnxImporter } from '../../ir/op.ts';

const LOOP = 'a loop; export the network with a fixed number of steps, so that they are written out';

/** Operators of which more is to be said than that they are not there. */
export const refusals: Readonly<Record<string, OnnxImporter>> = {
  If: (n) => n.refuse('its condition varies between runs; which nodes run must be known from the start'),
  Loop: (n) => n.refuse(LOOP),
  Scan: (n) => n.refuse(LOOP),
};
