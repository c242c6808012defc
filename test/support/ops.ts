// For tests that make graphs by hand: every operation is loaded before they begin, with its launches.
import { loadLaunches } from '../../src/ops/launches.ts';
import { loadedOps, loadOps } from '../../src/ops/registry.ts';
import type { Op } from '../../src/ir/op.ts';

export { graphBuilder, opOf } from '../../src/ops/registry.ts';

await loadOps();
await loadLaunches(loadedOps().map(({ type }) => type));
export const ops: readonly Op[] = loadedOps();
