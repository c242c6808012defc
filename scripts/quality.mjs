// npm run quality [-- part …] [--quick]: what images grown by optimisation are worth; see quality/README.md. Each subject
// is kept in quality/results as it is finished, and skipped the next time.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const PARTS = ['class-models', 'inversion', 'edges'];
const JUDGE = 'build/quality/efficientnet-lite0.onnx';
const LIMIT_MS = 12 * 3_600_000;

const fileOf = (part) => join(root, `quality/results/${part}.json`);
const known = (part) => (existsSync(fileOf(part)) ? JSON.parse(readFileSync(fileOf(part), 'utf8')) : {});

function save(part, subject, result) {
  mkdirSync(join(root, 'quality/results'), { recursive: true });
  writeFileSync(fileOf(part), `${JSON.stringify({ ...known(part), [subject]: result }, null, 2)}\n`);
}

function savePicture(name, base64) {
  mkdirSync(join(root, 'build/quality'), { recursive: true });
  writeFileSync(join(root, `build/quality/${name}.png`), Buffer.from(base64, 'base64'));
}

await main(async () => {
  const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
  const parts = positionals.length > 0 ? positionals : PARTS;
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);
  if (parts.includes('class-models') && !existsSync(join(root, JUDGE)))
    throw new Error(`${JUDGE} is missing: quality/make_efficientnet_lite0.py says how it is made`);
  await setUp();
  const { runPage } = await import('./run-page.mjs');
  const qualityHost = {
    parts,
    quick: values.quick === true,
    known: Object.fromEntries(PARTS.map((part) => [part, known(part)])),
  };
  const functions = { qualitySave: save, qualityPicture: savePicture };
  process.exitCode = await runPage('quality/index.ts', { globals: { qualityHost }, functions, limitMs: LIMIT_MS });
});
