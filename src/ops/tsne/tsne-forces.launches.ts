import type { Launching } from '../../ir/op.ts';
import { launchSums } from './sums.launches.ts';

export const tsneForces: Launching = (context) => launchSums('tsne/tsne-forces', context);
