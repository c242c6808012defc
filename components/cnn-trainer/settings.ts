import { ArgumentError, checkChoice, shown } from '../../src/internal.ts';
import {
  adam,
  adamw,
  conv,
  dense,
  maxPool,
  relu,
  rmsprop,
  sgd,
  type Layer,
  type Optimiser,
  type TrainingSettings,
} from '../../src/training.ts';

export const OPTIMISERS = ['sgd', 'adam', 'adamw', 'rmsprop'] as const;
export type OptimiserName = (typeof OPTIMISERS)[number];

/** What an author or a reader sets. */
export interface Settings {
  readonly optimiser: OptimiserName;
  /** What suits the optimiser by default. */
  readonly rate: number | undefined;
  /** Of gradient descent. */
  readonly momentum: number;
  readonly batch: number;
}

const MAKERS: Readonly<Record<OptimiserName, (rate: number, momentum: number) => Optimiser>> = {
  sgd: (rate, momentum) => sgd(rate, { momentum }),
  adam: (rate) => adam(rate),
  adamw: (rate) => adamw(rate),
  rmsprop: (rate) => rmsprop(rate),
};

/** At which small networks learn soon and none diverges. */
const RATES: Readonly<Record<OptimiserName, number>> = { sgd: 0.02, adam: 0.002, adamw: 0.002, rmsprop: 0.001 };

/** The rate that is gone by. Throws ArgumentError for another optimiser. */
export function rateOf({ optimiser, rate }: Pick<Settings, 'optimiser' | 'rate'>): number {
  return rate ?? RATES[checkChoice('optimiser', optimiser, OPTIMISERS)];
}

/** What a trainer is told: all of it, or what is not as it was. Throws ArgumentError. */
export function settingsFor(now: Settings, before?: Settings): TrainingSettings {
  const name = checkChoice('optimiser', now.optimiser, OPTIMISERS);
  const rate = rateOf(now);
  const isSame = before?.optimiser === name && (name !== 'sgd' || before.momentum === now.momentum);
  return {
    ...(isSame ? {} : { optimiser: MAKERS[name](rate, now.momentum) }),
    ...(isSame && rateOf(before) !== rate ? { rate } : {}),
    ...(before?.batch === now.batch ? {} : { batch: now.batch }),
  };
}

/** Networks by name: without the layer that makes the classes. */
const NETWORKS: Readonly<Record<string, readonly Layer[]>> = {
  small: [conv(8, 5), relu(), maxPool(2), conv(16, 5), relu(), maxPool(2)],
  larger: [
    conv(16, 5),
    relu(),
    maxPool(2),
    conv(32, 3),
    relu(),
    maxPool(2),
    conv(64, 3),
    relu(),
    maxPool(2),
    dense(64),
    relu(),
  ],
};
export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/** The layers of a network that is named, or written as a JSON list. Throws ArgumentError. */
export function layersFor(network: string, classes: number): readonly Layer[] {
  if (!network.trim().startsWith('['))
    return [...NETWORKS[checkChoice('network', network, NETWORK_NAMES)]!, dense(classes)];
  try {
    return JSON.parse(network) as readonly Layer[];
  } catch (cause) {
    throw new ArgumentError('the attribute is not JSON', { where: 'network', got: shown(network), cause });
  }
}
