import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';

export const tsneGradient: Launching = ({ inputs: [sums, z, exaggeration], outputs: [dy] }) =>
  elementwise(
    'tsne/tsne-gradient',
    dy!,
    { sums: sums!.name, z: z!.name, exaggeration: exaggeration!.name, dy: dy!.name },
    { n: sums!.shape[2]!, parts: sums!.shape[1]! },
  );
