// What the compiler reads from sources takes seconds: it is kept in build/ for as long as the sources are the same.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../setup.mjs';

const FOLDER = join(root, 'build/read');

/** Of all that is written in folders, and of what reads them. */
function printOf(folders) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(join(root, folder), { recursive: true }).sort();
    for (const name of names.filter((each) => /\.m?ts$|\.mjs$/.test(each)))
      hash.update(name).update(readFileSync(join(root, folder, name)));
  }
  return hash.digest('hex');
}

/** Values that are being read, by name: whoever wants one meanwhile gets the same. */
const underWay = new Map();

/** What the function `read` of a module makes of the sources in `folders`, or made of the same before. */
export async function kept(name, folders, { module, read }) {
  const file = join(FOLDER, `${name}.json`);
  const print = printOf(folders);
  try {
    const before = JSON.parse(readFileSync(file, 'utf8'));
    if (before.print === print) return before.value;
  } catch {
    // Nothing was kept, or not all of it.
  }
  if (underWay.get(name)?.print !== print) underWay.set(name, { print, value: readAside(module, read) });
  const value = await underWay.get(name).value;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, JSON.stringify({ print, value }));
  return value;
}

/** Beside this thread, which bundles and serves meanwhile. */
function readAside(module, name) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('reading.mjs', import.meta.url), { workerData: { module, name } });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}
