// Writes src/corpus/umap-js.generated.js: umap-js as one ES module. The package is CommonJS, which no browser can import,
// and what `await import()` makes of it differs from bundler to bundler: under esbuild's `splitting` its exports lie in
// `default`. So everything (sources, tests, the package, the single script) imports this one file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Relative to the repository. */
export const VENDORED = 'src/corpus/umap-js.generated.js';

/** The module's text, and esbuild's account of the packages in it. */
export async function vendored() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: "export { UMAP } from 'umap-js';", resolveDir: root, sourcefile: VENDORED },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    // Nobody reads it, and it is a large part of the package
    minify: true,
    metafile: true,
    write: false,
  });
  return { text: outputFiles[0].text, metafile };
}

/** Writes the module where it changed: watchers then stay quiet. */
export async function writeVendored() {
  const file = join(root, VENDORED);
  const { text } = await vendored();
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}
