import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { loadImage, overlay, paint, toApng, toPng } from 'unpool';
import { pathOf, PHOTO } from './support.mjs';

it('the example makes a map of a photo, in few lines', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'unpool-'));
  t.after(() => rm(folder, { recursive: true }));
  const example = pathOf('examples/saliency.mjs');
  const file = join(folder, 'map.png');
  const text = execFileSync(process.execPath, [example, PHOTO, file], { encoding: 'utf8' });
  assert.match(text, /is a bee \(\d+ %\)/);
  const { width, height, data } = await loadImage(file);
  assert.deepEqual([width, height], [224, 224]);
  assert(new Set(new Uint32Array(data.buffer)).size > 100);
  assert((await readFile(example, 'utf8')).split('\n').length <= 25);
});

it('pictures are written with every pixel', async () => {
  const photo = await loadImage(PHOTO);
  const data = Float32Array.from({ length: photo.width * photo.height }, (_, i) => i % 97);
  const { picture } = paint({ dtype: 'float32', shape: [photo.height, photo.width], data });
  const whole = overlay(photo, picture, 0.5);
  const png = await toPng(whole);
  assert.equal(png.type, 'image/png');
  assert.deepEqual(await loadImage(png), whole);
  assert.deepEqual(await loadImage(await toApng([{ picture: whole, ms: 10 }])), whole);
});
