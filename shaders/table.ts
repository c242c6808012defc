import { shaders as lib } from './lib.generated.ts';
import { shaders as nn } from './nn.generated.ts';
import type { ShaderSource } from './source.ts';

/** Shaders by id: their path in this folder, without extension. */
export type ShaderTable = Readonly<Record<string, ShaderSource>>;

/** Folders that few pages need, fetched when one of their shaders is first asked for. */
const LATER: Readonly<Record<string, () => Promise<{ readonly shaders: ShaderTable }>>> = {
  embed: () => import('./embed.generated.ts'),
  extra: () => import('./extra.generated.ts'),
};

/** The shaders in a folder and all they import. */
export async function shadersOf(folder: string): Promise<ShaderTable> {
  return { ...lib, ...nn, ...(await LATER[folder]?.())?.shaders };
}

/** The kernels that find a device's limits: no network launches them. */
export async function benchShaders(): Promise<ShaderTable> {
  return (await import('./bench.generated.ts')).shaders;
}
