// A corpus in shards, runs that are broken off, and what they have together.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { atOnce, folderFor, unpool, unpoolJson } from './cli.mjs';
import { pathOf } from './support.mjs';

const CORPUS = pathOf('site/corpus');
const SHARDS = 16;
const COMMANDS = [
  { name: 'top-patches', kind: 'json', options: ['--layer', 'relu_conv1,fire2', '--count', '4'], files: ['json'] },
  { name: 'codes', kind: 'npy', options: ['--layer', 'fire2'], files: ['npy', 'json'] },
];

/** A list in another order, the same for the same seed. */
function shuffled(list, seed) {
  const order = list.map((item, i) => [Math.sin(seed + i) * 1e4 - Math.floor(Math.sin(seed + i) * 1e4), item]);
  return order.sort(([a], [b]) => a - b).map(([, item]) => item);
}

for (const { name, kind, options, files } of COMMANDS) {
  const run = (out, ...more) => unpoolJson(name, CORPUS, ...options, '--backend', 'cpu', '--out', out, ...more);
  const contentsOf = (out) => Promise.all(files.map((end) => readFile(out.replace(/\w+$/, end), 'latin1')));

  it(`${name} in ${SHARDS} shards is one run, in whatever order they are joined`, { timeout: 300_000 }, async (t) => {
    const at = await folderFor(t);
    const whole = at(`whole.${kind}`);
    const { images, complete } = await run(whole);
    assert.deepEqual([images, complete], [98, true]);
    const parts = await atOnce(
      3,
      Array.from({ length: SHARDS }, (_, i) => i + 1),
      async (shard) => {
        const out = at(`part-${shard}.${kind}`);
        const part = await run(out, '--shard', `${shard}/${SHARDS}`);
        assert.deepEqual([part.complete, part.shards], [false, { of: SHARDS, done: [shard] }]);
        return out;
      },
    );
    const all = at(`all.${kind}`);
    const joined = await unpoolJson('merge', ...shuffled(parts, 1), '--out', all);
    assert.deepEqual([joined.images, joined.complete], [98, true]);
    assert.deepEqual(await contentsOf(all), await contentsOf(whole));
    // Some of them first, some of them twice
    for (const seed of [2, 3]) {
      const order = shuffled(parts, seed);
      const [some, others] = [at(`some-${seed}.${kind}`), at(`others-${seed}.${kind}`)];
      const { shards } = await unpoolJson('merge', ...order.slice(0, 5 * seed), '--out', some);
      assert.equal(shards.done.length, 5 * seed);
      await unpoolJson('merge', ...order.slice(4), '--out', others);
      await unpoolJson('merge', others, some, '--out', all);
      assert.deepEqual(await contentsOf(all), await contentsOf(whole));
    }
    const mixed = await unpool(['merge', whole, parts[0], '--out', all]);
    assert.deepEqual([mixed.code, mixed.stdout], [1, '']);
    assert.match(mixed.stderr, /^unpool: these are no parts of one corpus; .*a whole corpus and shards of 16\.\n$/);
  });

  it(`${name} goes on where it was broken off`, { timeout: 300_000 }, async (t) => {
    const at = await folderFor(t);
    const [whole, out] = [at(`whole.${kind}`), at(`out.${kind}`)];
    await run(whole);
    const args = [name, CORPUS, ...options, '--backend', 'cpu', '--out', out];
    const broken = await unpool([...args, '--progress'], { breakOffAt: /pictures: [1-9]/ });
    assert.equal(broken.code, 130);
    const [, some] = /^(\d+) pictures/.exec(broken.stdout);
    assert(Number(some) > 0 && Number(some) < 98, broken.stdout);
    const rest = await run(out);
    assert.deepEqual([rest.complete, rest.images, rest.picturesNow], [true, 98, 98 - some]);
    assert.deepEqual(await contentsOf(out), await contentsOf(whole));
    assert.equal((await run(out)).picturesNow, 0);
    // Every shard is in it
    assert.deepEqual(
      [(await run(out, '--shard', '1/2')).picturesNow, await contentsOf(out)],
      [0, await contentsOf(whole)],
    );
    const wrong = await unpool([name, CORPUS, '--layer', 'fire3', '--backend', 'cpu', '--out', out]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /of something else already; .* Name another file\.\n$/);
  });
}

it('pictures that cannot be read are told of, and those that came later are added in their places', async (t) => {
  const at = await folderFor(t);
  await mkdir(at('photos/inside'), { recursive: true });
  const photos = (await readdir(CORPUS)).filter((file) => file.endsWith('.jpg'));
  await cp(`${CORPUS}/${photos[0]}`, at('photos/inside/b.jpg'));
  await cp(`${CORPUS}/${photos[1]}`, at('photos/z.jpg'));
  await writeFile(at('photos/broken.jpg'), 'no picture');
  await writeFile(at('photos/read.me'), 'no picture either');
  const args = (command, out) => [command, at('photos'), '--layer', 'fire2', '--backend', 'cpu', '--out', at(out)];
  for (const [command, end] of [
    ['top-patches', 'json'],
    ['codes', 'npy'],
  ]) {
    const { images, skipped } = await unpoolJson(...args(command, `${command}.${end}`));
    assert.deepEqual([images, skipped.map(({ id }) => id)], [2, ['broken.jpg']]);
  }
  await cp(`${CORPUS}/${photos[2]}`, at('photos/a.jpg'));
  await unpoolJson(...args('codes', 'codes.npy'));
  await unpoolJson(...args('codes', 'anew.npy'));
  assert((await readFile(at('codes.npy'))).equals(await readFile(at('anew.npy'))));
  const { items } = JSON.parse(await readFile(at('codes.json'), 'utf8'));
  assert.deepEqual(
    items.map(({ id }) => id),
    ['a.jpg', 'inside/b.jpg', 'z.jpg'],
  );
});
