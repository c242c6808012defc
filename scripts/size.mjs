// npm run size: a page with one <cnn-saliency> must stay small. Prints the gzip bytes and the largest inputs.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { main, root, setUp } from './setup.mjs';

/** The goal is 60,000: docs/decisions/0003-size-budget.md. */
const LIMIT_BYTES = 75_000;

export const gzipBytes = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

async function checkSize() {
  await setUp();
  const [{ build }, { oneElement }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  const options = oneElement();
  const { metafile } = await build(options);
  const bytes = gzipBytes(join(root, options.outfile));
  const inputs = Object.entries(metafile.outputs[options.outfile].inputs);
  const largest = inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 5);
  for (const [path, { bytesInOutput }] of largest) console.log(`  ${bytesInOutput} ${path}`);
  console.log(`engine + <cnn-saliency>: ${bytes} bytes gzip of ${LIMIT_BYTES}`);
  if (bytes > LIMIT_BYTES) throw new Error(`over the size budget by ${bytes - LIMIT_BYTES} bytes`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main(checkSize);
