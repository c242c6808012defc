// What tools read of the elements, written beside the build: the custom elements manifest, data for editors, types for frameworks.
// As a step of npm run verify it says what a source does not describe, and what it describes but does not have.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { customElements } from './manifest/custom-elements.mjs';
import { vscodeData, webTypes } from './manifest/editors.mjs';
import { readElements } from './manifest/elements.mjs';
import { frameworkTypes } from './manifest/frameworks.mjs';
import { undescribed } from './manifest/undescribed.mjs';
import { root } from './setup.mjs';

const packageJson = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const asJson = (value) => `${JSON.stringify(value)}\n`;

/** The files, by their places in the package. Throws where the manifest is not one by its schema. */
function manifestFiles(elements) {
  const manifest = customElements(elements);
  const schema = JSON.parse(readFileSync(new URL(import.meta.resolve('custom-elements-manifest/schema.json')), 'utf8'));
  const ajv = new Ajv({ strict: false });
  if (!ajv.validate(schema, manifest)) throw new Error(`custom-elements.json: ${ajv.errorsText()}`);
  return {
    'dist/custom-elements.json': asJson(manifest),
    'dist/vscode.html-custom-data.json': asJson(vscodeData(elements, packageJson())),
    'dist/web-types.json': asJson(webTypes(elements, packageJson())),
    ...Object.fromEntries(
      Object.entries(frameworkTypes(elements)).map(([name, text]) => [`dist/types/${name}.d.ts`, text]),
    ),
  };
}

export function writeManifest() {
  mkdirSync(join(root, 'dist/types'), { recursive: true });
  for (const [path, text] of Object.entries(manifestFiles(readElements()))) writeFileSync(join(root, path), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const elements = readElements();
  const complaints = undescribed(elements);
  const files = manifestFiles(elements);
  for (const complaint of complaints) console.error(complaint);
  console.log(`${elements.length} elements in ${Object.keys(files).length} files, ${complaints.length} complaints`);
  process.exitCode = complaints.length ? 1 : 0;
}
