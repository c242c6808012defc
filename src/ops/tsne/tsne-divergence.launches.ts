import type { Launching } from '../../ir/op.ts';
import { launchSums } from './sums.launches.ts';

export const tsneDivergence: Launching = (context) => launchSums('tsne/tsne-divergence', context);
