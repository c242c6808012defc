// npm run quality [-- part …] [--quick]: what images grown by optimisation, trainings and maps are worth; see quality/README.md. Each
// subject is kept in quality/results as it is finished, and skipped the next time.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const PARTS = ['class-models', 'inversion', 'training', 'edges', 'localisation'];
const JUDGE = 'build/quality/efficientnet-lite0.onnx';
/** Where the Debian package dataset-fashion-mnist puts them. */
const FASHION_MNIST = process.env.FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist';
const FILES = ['train', 't10k'].flatMap((set) => [`${set}-images-idx3-ubyte.gz`, `${set}-labels-idx1-ubyte.gz`]);
/** One that has PyTorch. */
const PYTHON = process.env.PYTHON ?? 'python3';
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

/** Where a page can fetch them. */
function copyFashionMnist() {
  const missing = FILES.filter((file) => !existsSync(join(FASHION_MNIST, file)));
  if (missing.length > 0) {
    throw new Error(
      `${missing.join(', ')}: not in ${FASHION_MNIST}. They are in the Debian package dataset-fashion-mnist and in ` +
        'github.com/zalandoresearch/fashion-mnist (data/fashion); FASHION_MNIST=<folder> says where they lie',
    );
  }
  const folder = join(root, 'build/quality/fashion-mnist');
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(FASHION_MNIST, file), join(folder, file));
}

/** Trains in PyTorch: quality/torch_training.py. Files are base64. */
async function trainInTorch(settings, initial, order) {
  const folder = join(root, 'build/quality/training');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), settings);
  writeFileSync(join(folder, 'initial.bin'), Buffer.from(initial, 'base64'));
  writeFileSync(join(folder, 'order.bin'), Buffer.from(order, 'base64'));
  const script = join(root, 'quality/torch_training.py');
  const { stdout } = await promisify(execFile)(PYTHON, [script, folder, FASHION_MNIST]).catch((error) => {
    throw new Error(`${error.message}PYTHON=<interpreter> names one that has PyTorch: see ${script}`);
  });
  const final = (type) => readFileSync(join(folder, `final-${type}.bin`), 'base64');
  return { result: JSON.parse(stdout), float32: final('float32'), float64: final('float64') };
}

await main(async () => {
  const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
  const parts = positionals.length > 0 ? positionals : PARTS;
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);
  if (parts.includes('class-models') && !existsSync(join(root, JUDGE)))
    throw new Error(`${JUDGE} is missing: quality/make_efficientnet_lite0.py says how it is made`);
  if (parts.includes('training')) copyFashionMnist();
  await setUp();
  const { runPage } = await import('./run-page.mjs');
  const qualityHost = {
    parts,
    quick: values.quick === true,
    known: Object.fromEntries(PARTS.map((part) => [part, known(part)])),
  };
  const functions = { qualitySave: save, qualityPicture: savePicture, qualityTorch: trainInTorch };
  process.exitCode = await runPage('quality/index.ts', { globals: { qualityHost }, functions, limitMs: LIMIT_MS });
});
