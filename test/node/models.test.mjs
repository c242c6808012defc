import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  createWebGpuBackend,
  importOnnx,
  loadModel,
  ModelFetchError,
  setModelBase,
  UnsupportedEnvironmentError,
} from 'unpool';
import { errorOf, pathOf, repositoryFile } from './support.mjs';

const NET = 'test/fixtures/nets/resnet18-div4-bn.onnx';
const later = { later: true };

/** A folder that goes with the test. */
async function folderFor(t) {
  const folder = await mkdtemp(join(tmpdir(), 'unpool-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

describe('networks in Node', () => {
  it('come by their names, with their labels', async () => {
    const { labels, layers } = await loadModel('squeezenet1.1', later);
    assert.equal(labels.length, 1000);
    assert(layers.some(({ name }) => name === 'fire5'));
  });

  it('come from the Buffer that Node reads a file into', async () => {
    const graph = await importOnnx(await readFile(repositoryFile(NET)));
    assert(graph.nodes.length > 20);
  });

  it('come from paths, addresses and files', async (t) => {
    const bytes = await readFile(repositoryFile(NET));
    const server = createServer((_, response) => response.end(bytes));
    await new Promise((resolve) => server.listen(0, resolve));
    t.after(() => server.close());
    const packed = join(await folderFor(t), 'packed.onnx');
    await writeFile(packed, gzipSync(bytes));
    process.chdir(pathOf('.'));
    const sources = [NET, pathOf(NET), repositoryFile(NET), repositoryFile(NET).href, new Blob([bytes]), packed];
    for (const source of [...sources, `http://localhost:${server.address().port}/net.onnx`]) {
      const { graph } = await loadModel(source, later);
      assert.equal(graph.nodes.at(-1).op, 'gemm');
    }
  });

  it('are found by a manifest of a path, and files beside it by theirs', async (t) => {
    const folder = await folderFor(t);
    const { default: list } = await import(repositoryFile('models/models.json').href, { with: { type: 'json' } });
    const { 'squeezenet1.1-fp16': entry } = list;
    const absolute = { ...entry, file: repositoryFile(`models/${entry.file}`).href, labels: 'names.json' };
    await writeFile(join(folder, 'list.json'), JSON.stringify({ mine: absolute }));
    const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    await writeFile(join(folder, 'names.json'), JSON.stringify(names));
    for (const manifest of [join(folder, 'list.json'), pathToFileURL(join(folder, 'list.json'))]) {
      const { labels } = await loadModel('mine', { ...later, manifest });
      assert.equal(labels[7].name, 'class 7');
    }
    const { labels } = await loadModel('squeezenet1.1', { ...later, labels: join(folder, 'names.json') });
    assert.equal(labels[3].name, 'class 3');
  });

  it('are looked for in a folder that is named', async (t) => {
    t.after(() => setModelBase(undefined));
    setModelBase(pathOf('models'));
    assert.equal((await loadModel('squeezenet1.1', later)).labels.length, 1000);
    setModelBase(await folderFor(t));
    assert.match(
      (await errorOf(loadModel('squeezenet1.1', later))).message,
      /squeezenet1\.1-fp16\.onnx: there is no such file/,
    );
  });

  it('that are not there are said in words', async () => {
    for (const source of ['no/such.onnx', new URL('file:///no/such.onnx')]) {
      const error = await errorOf(loadModel(source, later));
      assert(error instanceof ModelFetchError);
      assert.match(error.message, /such\.onnx: there is no such file/);
    }
    assert.match(
      (await errorOf(loadModel(`${pathOf('models')}/`, later))).message,
      /the file cannot be read; got EISDIR/,
    );
    const reason = new Error('not any more');
    assert.equal(await errorOf(loadModel(NET, { ...later, signal: AbortSignal.abort(reason) })), reason);
  });

  it('have no GPU', async () => {
    const error = await errorOf(createWebGpuBackend());
    assert(error instanceof UnsupportedEnvironmentError);
    assert.match(error.message, /no WebGPU outside of a browser.* backend: "cpu"/);
    assert((await errorOf(loadModel(NET, { backend: 'webgpu' }))) instanceof UnsupportedEnvironmentError);
  });
});
