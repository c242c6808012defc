import { build } from 'esbuild';
import { pathOf } from './support.mjs';

/** A module of the sources that the package does not give away. */
export async function importSource(path) {
  const { outputFiles } = await build({
    entryPoints: [pathOf(path)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
