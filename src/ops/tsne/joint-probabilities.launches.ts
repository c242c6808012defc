import type { Launching } from '../../ir/op.ts';
import { launchPairs } from './pairs.launches.ts';

export const jointProbabilities: Launching = ({ inputs: [x, rows], outputs: [y] }) => launchPairs(x!, y!, rows);
