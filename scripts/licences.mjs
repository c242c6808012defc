// The licences of what is bundled into dist/ ship with it; they follow from the bundler's own account of what went in.
// `node scripts/licences.mjs`, after a build: looks whether the package, as npm packs it, has them all.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, root } from './setup.mjs';
import { VENDORED, vendored } from './vendor.mjs';

/** Where `npm run build` writes what it has bundled, for the check. */
export const BUNDLED_LIST = 'build/bundled.json';

/** Relative to the package. */
export const LICENCES = 'dist/LICENSES.txt';

/** What may be copied alone. */
const SCRIPTS = ['dist/unpool.min.js', 'dist/learning.js', 'dist/mechanism.js', 'dist/umap.js'];

/** Those that ask for nothing but that their text comes along. */
const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Folders of the packages of which these modules are, were it only what passes on another's exports. */
export async function foldersOf(files) {
  const inputs = files.includes(join(root, VENDORED))
    ? [...files, ...Object.keys((await vendored()).metafile.inputs)]
    : files;
  const folders = inputs.map((path) => FOLDER.exec(relative(root, resolve(root, path)))?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** Name, version, licence, copyright and the licence's text. A package without a text, or with another licence, is an error. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name}, which is bundled, comes without the text of its licence`);
  const text = readFileSync(join(root, folder, file), 'utf8').trim();
  // umap-js calls itself MIT, and its text and files are those of Apache.
  const licence = text.startsWith('Apache License') ? 'Apache-2.0' : license;
  if (!ALLOWED.includes(licence)) throw new Error(`${name}, which is bundled, has the licence ${licence}`);
  return { name, version, licence, copyright: /^copyright .*$/im.exec(text)?.[0], text };
}

/** For the head of a script that may be copied alone, made of these files. */
export async function headOf(files) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const works = (await foldersOf(files)).map(licenceOf);
  const title = `Unpool ${version}, MIT licence. A module: <script type="module" src="unpool.min.js"></script>`;
  if (works.length === 0) return `/*! ${title} */`;
  const lines = works.map(
    ({ name, version, licence, copyright }) => `${name} ${version}, ${licence}${copyright ? `, ${copyright}` : ''}`,
  );
  return [
    `/*! ${title}`,
    `It contains the works below; LICENSES.txt, which comes with it, has the texts of their licences.`,
    `${[...new Set(lines)].join('\n')} */`,
  ].join('\n');
}

/** The text of dist/LICENSES.txt. */
export function licencesText(folders) {
  const works = new Map(
    folders.map(licenceOf).map((work) => [`${work.name} ${work.version}, ${work.licence}`, work.text]),
  );
  const parts = [...works].map(([title, text]) => `${title}\n\n${text}\n`);
  return [`What dist/ contains besides Unpool itself; of the networks see NOTICE.\n`, ...parts].join(
    `\n${'='.repeat(80)}\n`,
  );
}

/** What is wrong with the licences in the package. */
function faults() {
  const packed = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root }));
  const files = new Set(packed[0].files.map(({ path }) => path));
  const missing = ['LICENSE', 'NOTICE', LICENCES].filter((file) => !files.has(file));
  if (missing.length) return missing.map((file) => `${file} is not in the package`);
  const folders = JSON.parse(readFileSync(join(root, BUNDLED_LIST), 'utf8'));
  const read = (file) => readFileSync(join(root, file), 'utf8');
  const listed = read(LICENCES);
  // Each begins with the list of what it contains.
  const scripts = SCRIPTS.map(read).join('\n');
  const works = folders.map(licenceOf);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [
    // Every dependency is in the scripts: a list without one is wrong itself.
    ...Object.keys(dependencies).filter((name) => !works.some((work) => work.name === name)),
    ...works.filter(({ text }) => !listed.includes(text)).map(({ name }) => name),
    ...works.filter(({ name, version }) => !scripts.includes(`${name} ${version}, `)).map(({ name }) => name),
  ].map((name) => `${name} is bundled and its licence is not named`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(() => {
    if (!existsSync(join(root, BUNDLED_LIST))) throw new Error('there is no build: npm run build');
    const found = faults();
    if (found.length) throw new Error(found.join('\n'));
    const works = JSON.parse(readFileSync(join(root, BUNDLED_LIST), 'utf8'));
    console.log(`licences: ${works.length} packages are bundled, and the package has the licences of all`);
  });
}
