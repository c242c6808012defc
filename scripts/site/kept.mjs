// What the compiler reads from sources takes seconds: it is kept in build/ for as long as the sources are the same.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

const MOST_BYTES = 64 * 2 ** 20;

/**
 * What the function `read` of a module makes of the sources in `folders`, or made of the same before. `aside`: whatever else the
 * computer does comes first.
 */
export async function kept(name, folders, { module, read }, { aside = false } = {}) {
  const file = join(FOLDER, `${name}.json`);
  const print = printOf(folders);
  try {
    const before = JSON.parse(readFileSync(file, 'utf8'));
    if (before.print === print) return before.value;
  } catch {
    // Nothing was kept, or not all of it.
  }
  const value = await readIn(module, read, aside);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, JSON.stringify({ print, value }));
  return value;
}

/** In another process, beside whatever this one bundles and serves. */
function readIn(module, name, aside) {
  const program = fileURLToPath(new URL('reading.mjs', import.meta.url));
  return new Promise((resolve, reject) => {
    const done = (error, text) => (error ? reject(error) : resolve(JSON.parse(text)));
    const child = execFile(process.execPath, [program, module, name], { maxBuffer: MOST_BYTES }, done);
    if (aside && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  });
}
