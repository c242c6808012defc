// The declarations in dist/types/ that somebody who imports the package can come to; the compiler writes one for every module.
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const FOLDER = join(root, 'dist/types');

/** The declarations that package.json names, with one for each element where it names a pattern. */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = Object.values(exports).flatMap(({ types }) => (types ? [types] : []));
  const elements = readdirSync(join(FOLDER, 'components')).filter((name) => name.startsWith('cnn-'));
  return named.flatMap((path) => (path.includes('*') ? elements.map((name) => path.replaceAll('*', name)) : [path]));
}

/** Removes the others, which are more than half of what the compiler writes. */
export async function pruneDeclarations() {
  const { default: ts } = await import('typescript');
  const rootNames = entries().map((path) => join(root, path));
  const options = { module: ts.ModuleKind.NodeNext, skipLibCheck: true, types: [], allowImportingTsExtensions: true };
  const kept = new Set(
    ts
      .createProgram({ rootNames, options })
      .getSourceFiles()
      .map(({ fileName }) => join(fileName)),
  );
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) rmSync(path);
  }
  const folders = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const deepestFirst = folders
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .reverse();
  for (const folder of deepestFirst) if (readdirSync(folder).length === 0) rmdirSync(folder);
}
