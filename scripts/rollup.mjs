// The sources as Rollup bundles them, which leaves out more of what nobody uses than esbuild does.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './setup.mjs';
import { smallStyles } from './styles.mjs';

/** How files are made as small as they can be: terser makes them 2 % smaller than esbuild alone. */
export const smallest = {
  ecma: 2022,
  module: true,
  compress: { passes: 2 },
  format: { comments: /@license|@preserve|^!|webpackIgnore|@vite-ignore/ },
};

/** TypeScript and JSON as JavaScript, shaders and style sheets without comments. */
async function sourcesPlugin() {
  const [{ transform }, { generate }] = await Promise.all([import('esbuild'), import('./shaders.mjs')]);
  const shaders = await generate({ minified: true });
  const generated = join(root, 'shaders/generated/');
  const tsconfigRaw = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  return {
    name: 'sources',
    async load(id) {
      if (!/\.(ts|json)$/.test(id)) return null;
      // Pages decode pictures themselves
      if (/\bdecode-file\.ts$/.test(id)) return 'export {};';
      const text = id.startsWith(generated) ? shaders.get(relative(generated, id)) : readFileSync(id, 'utf8');
      if (id.endsWith('.json')) return { code: `export default ${text}`, moduleSideEffects: false };
      const { code } = await transform(smallStyles(text), { loader: 'ts', target: 'es2022', tsconfigRaw });
      return { code, moduleSideEffects: id.startsWith(join(root, 'components/')) };
    },
  };
}

/** The sources from these entries on, ready to be written; `external` stays an import. */
export async function openSources({ external = () => false, plugins = [], ...options }) {
  const [{ rollup }, { nodeResolve }] = await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve')]);
  const resolve = nodeResolve({ browser: true, exportConditions: ['production'] });
  return rollup({
    ...options,
    external: (id) => id.startsWith('onnxruntime-web') || external(id),
    plugins: [...plugins, resolve, await sourcesPlugin()],
  });
}

/** The bundle of one entry, and how it is written: minified by terser. */
export async function bundle(entry, external) {
  const { minify } = await import('terser');
  const bundled = await openSources({ input: join(root, entry), external });
  const minified = { name: 'terser', renderChunk: async (code) => (await minify(code, smallest)).code };
  return {
    write: (dir) => bundled.write({ dir, plugins: [minified] }),
    generate: () => bundled.generate({ inlineDynamicImports: true, plugins: [minified] }),
  };
}
