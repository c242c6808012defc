import type { Launching } from '../../ir/op.ts';
import { launchPairs } from './pairs.launches.ts';

export const squaredDistances: Launching = ({ inputs: [x], outputs: [y] }) => launchPairs(x!, y!);
