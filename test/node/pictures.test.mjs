import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ImageError, loadImage, loadModel, ShapeError } from 'unpool';
import { errorOf, hashOf, json, pathOf, PHOTO, repositoryFile } from './support.mjs';

const FIXTURES = 'test/fixtures/pictures/';

describe('pictures in Node', () => {
  it('are decoded and cut to the bytes that Pillow makes of them', async () => {
    // 224×224 of 256, without a backend
    const model = await loadModel('squeezenet1.1-fp16', { later: true });
    for (const { file, width, height, rgb, crop } of await json(`${FIXTURES}decoded.json`)) {
      const path = pathOf(FIXTURES + file);
      const picture = await loadImage(path);
      assert.deepEqual([picture.width, picture.height, hashOf(picture)], [width, height, rgb], file);
      assert.equal(hashOf((await model.prepare(path)).crop), crop, file);
    }
  });

  it('come from paths, addresses, bytes, files and pixels', async (t) => {
    const { width, height, data } = await loadImage(PHOTO);
    const bytes = await readFile(PHOTO);
    const server = createServer((_, response) => response.end(bytes));
    await new Promise((resolve) => server.listen(0, resolve));
    t.after(() => server.close());
    const sources = {
      'a relative path': 'site/photos/european-honey-bee.jpg',
      'a file: address': repositoryFile('site/photos/european-honey-bee.jpg'),
      'its text': repositoryFile('site/photos/european-honey-bee.jpg').href,
      'an http: address': `http://localhost:${server.address().port}/bee.jpg`,
      'a data: address': `data:image/jpeg;base64,${bytes.toString('base64')}`,
      bytes,
      'a part of a buffer': new Uint8Array([1, ...bytes, 2]).subarray(1, -1),
      'a Blob': new Blob([bytes]),
      pixels: { width, height, data },
    };
    process.chdir(pathOf('.'));
    for (const [name, source] of Object.entries(sources)) {
      assert.deepEqual(await loadImage(source), { width, height, data }, name);
    }
  });

  it('may have names that would be cut short as an address', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'unpool-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'a b#1 100%?.jpg');
    await cp(PHOTO, path);
    assert.equal((await loadImage(path)).width, 640);
  });

  it('lie on white where they are transparent', async () => {
    const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 0, 128, 1, 2, 3, 255) };
    assert.deepEqual([...(await loadImage(pixels)).data], [255, 127, 127, 255, 1, 2, 3, 255]);
  });

  it('that are none are said in words', async () => {
    const missing = await errorOf(loadImage('no-such-picture.jpg'));
    assert(missing instanceof ImageError);
    assert.match(missing.message, /^file:\/\/.*no-such-picture\.jpg: there is no such file/);
    for (const source of [
      new Uint8Array(100),
      new Blob([]),
      pathOf(`${FIXTURES}cut-off.jpg`),
      pathOf(`${FIXTURES}cmyk.jpg`),
      pathOf('README.md'),
    ]) {
      const error = await errorOf(loadImage(source));
      assert(error instanceof ImageError);
      assert.match(error.message, /not a picture that can be read here; expected PNG, JPEG .* or WebP; got \d+ bytes/);
    }
    const png = (await readFile(pathOf(`${FIXTURES}transparent.png`))).subarray(0, 4000);
    assert((await errorOf(loadImage(png))) instanceof ImageError);
    const pixels = { width: 2, height: 2, data: new Uint8ClampedArray(3) };
    assert((await errorOf(loadImage(pixels))) instanceof ShapeError);
    // What was damaged does no harm to the next one, nor to the process
    assert.equal((await loadImage(pathOf(`${FIXTURES}progressive.jpg`))).width, 93);
    assert.equal((await loadImage(pathOf(`${FIXTURES}transparent.png`))).width, 93);
    assert.equal(process.exitCode, undefined);
  });

  it('that are too large are refused before they are decoded', async () => {
    const header = Buffer.from('89504e470d0a1a0a0000000d49484452000186a0000186a008020000', 'hex');
    const error = await errorOf(loadImage(Buffer.concat([header, Buffer.alloc(20)])));
    assert.match(error.message, /the picture is too large; .* got 100000×100000 pixels/);
  });

  it('stop with the reason of a signal', async () => {
    const reason = new Error('not any more');
    assert.equal(await errorOf(loadImage(PHOTO, { signal: AbortSignal.abort(reason) })), reason);
    const controller = new AbortController();
    const loading = errorOf(loadImage(PHOTO, controller));
    controller.abort(reason);
    assert.equal(await loading, reason);
  });

  it('need a package, which is named where it is not installed', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'unpool-'));
    t.after(() => rm(folder, { recursive: true }));
    const installed = join(folder, 'node_modules/unpool');
    await mkdir(installed, { recursive: true });
    for (const part of ['dist', 'package.json']) await cp(pathOf(part), join(installed, part), { recursive: true });
    await symlink(pathOf('node_modules/lit'), join(folder, 'node_modules/lit'));
    const script = `
      import { loadImage, UnsupportedEnvironmentError } from 'unpool';
      import 'unpool/components';
      const failed = await loadImage(process.argv[1]).catch((error) => error);
      console.log(failed instanceof UnsupportedEnvironmentError, failed.message);`;
    const args = ['--input-type=module', '-e', script, PHOTO];
    const text = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.match(
      text,
      /^true .*bee\.jpg: there is nothing here that decodes JPEG; expected the package @jsquash\/jpeg\./,
    );
    assert.match(text, /npm install @jsquash\/jpeg/);
  });
});
