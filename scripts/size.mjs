// npm run size: a page with one <cnn-saliency> must stay small, and the script that holds everything too. Prints the bytes
// that are downloaded and the largest inputs. After a build.
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { main, root, setUp } from './setup.mjs';

/** Of a page with one element. What is in it, and what is not: docs/decisions/0003-size-budget.md. */
const LIMIT_BYTES = 75_000;
/** Of dist/unpool.min.js. */
const SCRIPT_LIMIT_BYTES = 200_000;

/** As static hosts and CDNs send it: brotli at its best, which is the default of Node's zlib. */
export const brotliBytes = (file) => brotliCompressSync(readFileSync(file)).length;

async function checkSize() {
  await setUp();
  const [{ build }, { oneElement }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  rmSync(join(root, 'build/size'), { recursive: true, force: true });
  const options = oneElement();
  const { outputs } = (await build(options)).metafile;
  const scripts = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  // What is imported dynamically is an entry point too.
  const entry = scripts.find((path) => outputs[path].entryPoint === options.entryPoints[0]);
  const atOnce = reach(outputs, entry, ['import-statement']);
  const ever = reach(outputs, entry, ['import-statement', 'dynamic-import']);
  const inputs = [...atOnce].flatMap((path) => Object.entries(outputs[path].inputs));
  const largest = inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 5);
  for (const [path, { bytesInOutput }] of largest) console.log(`  ${bytesInOutput} ${path}`);
  const total = (paths) => [...paths].reduce((sum, path) => sum + brotliBytes(join(root, path)), 0);
  const bytes = total(atOnce);
  console.log(`engine + <cnn-saliency>: ${bytes} bytes brotli of ${LIMIT_BYTES}`);
  console.log(`fetched when a network needs it: ${total([...ever].filter((path) => !atOnce.has(path)))} bytes more`);
  const script = brotliBytes(join(root, 'dist/unpool.min.js'));
  console.log(`unpool.min.js: ${script} bytes brotli of ${SCRIPT_LIMIT_BYTES}`);
  if (script > SCRIPT_LIMIT_BYTES)
    throw new Error(`the script is over its budget by ${script - SCRIPT_LIMIT_BYTES} bytes`);
  if (bytes > LIMIT_BYTES) throw new Error(`over the size budget by ${bytes - LIMIT_BYTES} bytes`);
}

/** An output and what it imports in these ways. */
function reach(outputs, path, kinds, reached = new Set()) {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const { path: next, kind } of outputs[path].imports)
    if (kinds.includes(kind)) reach(outputs, next, kinds, reached);
  return reached;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main(checkSize);
