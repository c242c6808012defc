import { shaders as lib } from './lib.generated.ts';
import { shaders as nn } from './nn.generated.ts';
import type { ShaderTable } from './source.ts';

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
