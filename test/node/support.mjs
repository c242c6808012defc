import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadModel } from 'unpool';

/** Address of a file of the repository. */
export const repositoryFile = (path) => new URL(`../../${path}`, import.meta.url);
export const pathOf = (path) => fileURLToPath(repositoryFile(path));
export const json = async (path) => JSON.parse(await readFile(repositoryFile(path), 'utf8'));

export const PHOTO = pathOf('site/photos/european-honey-bee.jpg');

/** What a promise rejects with. */
export const errorOf = (promise) =>
  Promise.resolve(promise).then(
    () => assertNever(),
    (error) => error,
  );

function assertNever() {
  throw new Error('it did not fail');
}

/** Of the colours of an opaque picture, as test/fixtures/pictures/decoded.json has it. */
export function hashOf({ data }) {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) rgb.set(data.subarray(from, from + 3), to);
  return createHash('sha256').update(rgb).digest('hex');
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/** Golden values, see test/fixtures/goldens/README.md. */
export async function golden(folder) {
  const manifest = await json(`test/fixtures/goldens/${folder}/manifest.json`);
  const tensor = async (name) => {
    const { file, dtype, shape } = manifest.tensors.find((entry) => entry.name === name);
    const bytes = await readFile(repositoryFile(`test/fixtures/goldens/${folder}/${file}`));
    return { dtype, shape, data: new ARRAYS[dtype](Uint8Array.from(bytes).buffer) };
  };
  return { manifest, tensor };
}

/** A small network with random weights. */
export function smallNet(name, [height, width], backend) {
  const preprocessing = { channels: 'RGB', mean: [0, 0, 0], std: [1, 1, 1], resize: 'stretch', height, width };
  return loadModel(pathOf(`test/fixtures/nets/${name}.onnx`), {
    backend,
    preprocessing,
    head: 'one-of-many',
  });
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} values compared with ${b.length}`);
  const norm = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return norm(Float64Array.from(b, (v, i) => a[i] - v)) / norm(b);
}

/** The last of what is yielded. */
export async function last(yielded) {
  let value;
  for await (value of yielded);
  return value;
}
