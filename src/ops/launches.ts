import { baseLaunches } from './base.launches.ts';
import type { FamilyLaunches } from './family.ts';
import { learnLaunches, once, withoutLaunches, type FamilyName } from './registry.ts';

/** Families that WebGPU computes. */
const FAMILIES: Readonly<Partial<Record<FamilyName, () => Promise<FamilyLaunches>>>> = {
  conv: () => import('./conv/launches.ts'),
  functions: () => import('./functions/launches.ts'),
  matmul: () => import('./matmul/launches.ts'),
  norm: () => import('./norm/launches.ts'),
  paint: () => import('./paint/launches.ts'),
  pointwise: () => import('./pointwise/launches.ts'),
  pool: () => import('./pool/launches.ts'),
  random: () => import('./random/launches.ts'),
  reduce: () => import('./reduce/launches.ts'),
  resample: () => import('./resample/launches.ts'),
  shape: () => import('./shape/launches.ts'),
  topk: () => import('./topk/launches.ts'),
  training: () => import('./training/launches.ts'),
  tsne: () => import('./tsne/launches.ts'),
};

const loading = new Map<FamilyName, Promise<void>>();

/**
 * Makes sure that it is known how WebGPU computes operations of the library that are loaded: those of base.ts come along with
 * this, others are fetched by family. Throws ModelFetchError when their code cannot be fetched.
 */
export async function loadLaunches(types: Iterable<string>): Promise<void> {
  learnLaunches(baseLaunches);
  const load = async (name: FamilyName): Promise<void> => {
    learnLaunches((await FAMILIES[name]?.()) ?? {});
  };
  await Promise.all([...withoutLaunches(types)].map((name) => once(loading, name, () => load(name))));
}
