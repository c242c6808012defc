// For tests that make graphs by hand: every operation is loaded before they begin.
import { loadedOps, loadOps } from '../../src/ops/registry.ts';
import type { Op } from '../../src/ir/op.ts';

export { graphBuilder, opOf } from '../../src/ops/registry.ts';

await loadOps();
export const ops: readonly Op[] = loadedOps();
