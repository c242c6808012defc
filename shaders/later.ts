import type { ShaderTable } from './source.ts';

type Load = () => Promise<{ readonly shaders: ShaderTable }>;

const FOLDERS: Readonly<Record<string, Load>> = {
  tsne: () => import('./tsne.generated.ts'),
  extra: () => import('./extra.generated.ts'),
  paint: () => import('./paint.generated.ts'),
};

/** The shaders of a folder that few pages need. */
export async function laterShaders(folder: string): Promise<ShaderTable | undefined> {
  return (await FOLDERS[folder]?.())?.shaders;
}
