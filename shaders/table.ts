import { shaders as lib } from './lib.generated.ts';
import { shaders as nn } from './nn.generated.ts';
import type { ShaderSource } from './source.ts';

/** Shaders by id: their path in this folder, without extension. */
export type ShaderTable = Readonly<Record<string, ShaderSource>>;

/** The shaders in a folder and all they import. Those that few pages need are fetched. */
export async function shadersOf(folder: string): Promise<ShaderTable> {
  if (folder === 'nn') return { ...lib, ...nn };
  const { laterShaders } = await import('./later.ts');
  return { ...lib, ...nn, ...(await laterShaders(folder)) };
}

/** The kernels that find a device's limits: no network launches them. */
export async function benchShaders(): Promise<ShaderTable> {
  return (await import('./bench.generated.ts')).shaders;
}
