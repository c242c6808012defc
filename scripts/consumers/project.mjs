// Where the consumers are: the package as npm packs it, installed beside other people's tools, where nothing of the repository
// can be found.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';

/** Outside of the repository, whose packages would be found otherwise; kept, so that a second run installs little. */
export const PROJECT = join(tmpdir(), 'unpool-consumers');
export const PACKAGE = join(PROJECT, 'node_modules/unpool');
export const PHOTO = join(PROJECT, 'public/photo.jpg');

export const run = (command, args, options) =>
  execFileSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32', ...options });

/** Packs the build and installs it beside the tools. Returns the path of the tarball. */
export function install() {
  const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  mkdirSync(join(PROJECT, 'public'), { recursive: true });
  cpSync(join(root, 'test/consumers'), PROJECT, { recursive: true, filter: (path) => !path.includes('node_modules') });
  cpSync(join(root, 'test/fixtures/faults/umap-splitting.mjs'), join(PROJECT, 'umap-splitting.mjs'));
  cpSync(join(root, 'site/photos/european-honey-bee.jpg'), PHOTO);
  const lock = join(root, 'test/consumers/package-lock.json');
  const quiet = ['--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'];
  if (modified(join(PROJECT, 'installed')) < modified(lock)) {
    run('npm', ['ci', ...quiet], { cwd: PROJECT, stdio: 'inherit' });
    writeFileSync(join(PROJECT, 'installed'), '');
  }
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', PROJECT], { cwd: root }));
  rmSync(PACKAGE, { recursive: true, force: true });
  run('npm', ['install', '--no-save', '--no-package-lock', '--prefer-offline', ...quiet, filename], { cwd: PROJECT });
  return join(PROJECT, filename);
}

/** The version of the package, which addresses at a CDN have. */
export const version = () => JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version;

/** Finds files in folders by the beginning of the address; `otherwise` is what a single-page application answers with. */
export function folders(map, otherwise = null) {
  return (pathname) => {
    const prefix = Object.keys(map).find((start) => pathname.startsWith(start));
    const file = prefix && join(map[prefix], pathname.slice(prefix.length), pathname.endsWith('/') ? 'index.html' : '');
    return file && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : otherwise;
  };
}

/** A folder of the project with a page, the photo under some names, and files of the package, each by its new name. */
export function pageFolder(name, html, { photos = ['photo.jpg'], files = {} } = {}) {
  const folder = join(PROJECT, 'built', name);
  mkdirSync(folder, { recursive: true });
  for (const photo of photos) {
    mkdirSync(dirname(join(folder, photo)), { recursive: true });
    cpSync(PHOTO, join(folder, photo));
  }
  for (const [to, from] of Object.entries(files)) cpSync(join(PACKAGE, from), join(folder, to), { recursive: true });
  writeFileSync(join(folder, 'index.html'), html);
  return folder;
}
