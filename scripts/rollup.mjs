// The sources as Rollup bundles them, which leaves out more of what nobody uses than esbuild does.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './setup.mjs';
import { smallStyles } from './styles.mjs';

/** How files are made as small as they can be: terser makes them 2 % smaller than esbuild alone. */
const smallest = {
  ecma: 2022,
  module: true,
  compress: { passes: 2 },
  format: { comments: /@license|@preserve|^!|webpackIgnore|@vite-ignore/ },
};

/** TypeScript and JSON as JavaScript, shaders and style sheets without comments. */
async function sourcesPlugin(forNode) {
  const [{ transform }, { generate }] = await Promise.all([import('esbuild'), import('./shaders.mjs')]);
  const shaders = await generate({ minified: true });
  const generated = join(root, 'shaders/generated/');
  const tsconfigRaw = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  return {
    name: 'sources',
    async load(id) {
      if (!/\.(ts|json)$/.test(id)) return null;
      // Pages decode pictures themselves
      if (!forNode && /\bdecode-file\.ts$/.test(id)) return 'export {};';
      const text = id.startsWith(generated) ? shaders.get(relative(generated, id)) : readFileSync(id, 'utf8');
      if (id.endsWith('.json')) return { code: `export default ${text}`, moduleSideEffects: false };
      const { code } = await transform(smallStyles(text), { loader: 'ts', target: 'es2022', tsconfigRaw });
      return { code, moduleSideEffects: id.startsWith(join(root, 'components/')) };
    },
  };
}

/** What Lit's classes for servers extend: enough to import elements there. Its own stand-in comes without the text of its licence. */
const noPage = {
  name: 'no page',
  resolveId: (source) => (source === '@lit-labs/ssr-dom-shim' ? '\0no-page' : null),
  load: (id) =>
    id === '\0no-page'
      ? `const defined = new Map();
         export const HTMLElement = globalThis.HTMLElement ?? class {};
         export const customElements = { get: (tag) => defined.get(tag), define: (tag, element) => defined.set(tag, element) };`
      : null,
};

/**
 * The sources from these entries on, ready to be written; `external` stays an import. `forNode` is for what also runs there: Lit
 * then brings what its classes extend where there is no page, so that servers can import elements.
 */
export async function openSources({ external = () => false, plugins = [], forNode = false, ...options }) {
  const [{ rollup }, { nodeResolve }] = await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve')]);
  const resolve = nodeResolve({ browser: !forNode, exportConditions: ['production', ...(forNode ? ['node'] : [])] });
  return rollup({
    ...options,
    // Code that TypeScript compiled for old engines
    onwarn: (warning, warn) => warning.code !== 'THIS_IS_UNDEFINED' && warn(warning),
    external: (id) => id.startsWith('onnxruntime-web') || external(id),
    plugins: [...plugins, noPage, resolve, await sourcesPlugin(forNode)],
  });
}

/** Minifies what is written; `preambleOf` some modules is what their file starts with. */
export const terserPlugin = (preambleOf) => ({
  name: 'terser',
  async renderChunk(code, { modules }) {
    const { minify } = await import('terser');
    const preamble = await preambleOf?.(Object.keys(modules));
    return (await minify(code, { ...smallest, format: { ...smallest.format, preamble } })).code;
  },
});

/** The bundle of one entry, and how it is written: minified by terser. */
export async function bundle(entry, external) {
  const bundled = await openSources({ input: join(root, entry), external });
  const minified = terserPlugin();
  return {
    write: (dir) => bundled.write({ dir, plugins: [minified] }),
    generate: () => bundled.generate({ inlineDynamicImports: true, plugins: [minified] }),
  };
}
