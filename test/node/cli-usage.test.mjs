// Help texts, exit codes, and what is said where something is wrong.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { folderFor, unpool } from './cli.mjs';
import { json, pathOf, PHOTO } from './support.mjs';

const helpFile = (name) => pathOf(`test/fixtures/cli/${name}.txt`);

describe('the command line explains itself', async () => {
  // Written by scripts/cli-help.mjs
  const all = await readFile(helpFile('unpool'), 'utf8');
  const commands = [...all.matchAll(/^ {2}([a-z][a-z-]+)(?= |$)/gm)].map(([, name]) => name);
  it('as a whole', async () => {
    assert.deepEqual(await unpool(['--help']), { code: 0, stdout: all, stderr: '' });
    assert.deepEqual(await unpool([]), { code: 2, stdout: all, stderr: '' });
    assert(commands.length >= 11);
    const { version } = await json('package.json');
    assert.deepEqual(await unpool(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });
  for (const name of commands) {
    it(name, async () => {
      const wanted = await readFile(helpFile(name), 'utf8');
      assert.deepEqual(await unpool([name, '--help']), { code: 0, stdout: wanted, stderr: '' });
    });
  }
});

it('what the README types is there', async () => {
  const readme = await readFile(pathOf('README.md'), 'utf8');
  const lines = [...readme.matchAll(/^npx unpool (\S+) ?(.*)$/gm)];
  assert(lines.length >= 10);
  for (const [line, name, rest] of lines) {
    const help = await readFile(helpFile(name), 'utf8');
    for (const [option] of rest.matchAll(/(?<= |^)--[a-z]+/g))
      assert.match(help, new RegExp(`^ {2}${option}\\b`, 'm'), line);
  }
});

describe('what is wrong is said in a line', () => {
  const cases = [
    [['see', PHOTO], 2, 'there is no command "see" (unpool --help)'],
    [['saliency'], 2, 'saliency needs <picture> (unpool saliency --help)'],
    [['saliency', PHOTO, 'more'], 2, 'there is something more than saliency takes: "more" (unpool saliency --help)'],
    [['saliency', PHOTO, '--colour', 'red'], 2, /^Unknown option '--colour' \(unpool saliency --help\)$/],
    [['saliency', PHOTO, '--range', '3'], 2, /^--range: the range makes no sense; expected low,high; got "3"/],
    [['saliency', PHOTO, '--channel', '3'], 2, '--channel: of which --layer? (unpool saliency --help)'],
    [['saliency', PHOTO, '--layer', 'fire2', '--target', '3'], 2, /^--target is a class, --layer a unit/],
    [['saliency', PHOTO, '--out', 'map.jpg'], 2, /^--out: "map.jpg" ends with none of .png, .npy/],
    [['saliency', PHOTO, '--colormap', 'jet'], 2, /^--colormap: there is no "jet": it is one of viridis,/],
    [['occlusion', PHOTO, '--size', 'x'], 2, /^--size: "x" is no number/],
    [['top-patches', PHOTO, '--shard', '17/16'], 2, /^--shard: "17\/16" is no shard: the third of sixteen is 3\/16/],
    [['codes', pathOf('site/corpus'), '--shard', '99/99'], 2, /^--shard: there are 98 pictures for 99 shards/],
    [['merge', 'a.json', 'b.npy', '--out', 'c.json'], 2, /^the files, and that of --out, are either all/],
    [['merge', 'a.json', '--out', 'c.json'], 1, 'there is no file "a.json"'],
    [['render', 'a.html'], 1, 'there is no file "a.html"'],
    [['render', 'https://example.com/', '--update'], 2, /^--update: a page on the web cannot be written to/],
    [['render', 'https://example.com/'], 2, /^--out: where do the files of a page on the web go\?/],
    [
      ['render', pathOf('site/pages/article.en.html'), '--root', 'models'],
      2,
      /^--root: ".*article.en.html" does not lie in "models"/,
    ],
    [
      ['render', pathOf('site/pages/article.en.html'), '--out', 'models'],
      2,
      /^--out: "models" does not lie in ".*pages", which is served/,
    ],
    [['render', pathOf('site/pages/article.en.html'), '--timeout', '0'], 1, /^--timeout/],
    [['render', pathOf('site/pages/article.en.html'), '--browser', 'nothing'], 2, /^--browser: there is no "nothing"/],
    [['top-patches', 'nowhere'], 1, 'there is no file or folder "nowhere".'],
    [['saliency', 'nowhere.jpg'], 1, /nowhere\.jpg: there is no such file\. Check the path\.$/],
    [['saliency', PHOTO, '--model', 'nowhere.onnx'], 1, /nowhere\.onnx: there is no such file/],
    [['saliency', PHOTO, '--target', 'beee'], 1, /^there is no class "beee"; .* Close are "bee" \(309/],
    [['saliency', PHOTO, '--layer', 'fire99'], 1, /fire99/],
    [['saliency', PHOTO, '--preprocessing', '{'], 1, /^--preprocessing is not JSON/],
    [['occlusion', PHOTO, '--size', '1000'], 1, /^the patch does not fit the picture/],
  ];
  for (const [args, code, said] of cases) {
    it(args.map((arg) => arg.split('/').at(-1)).join(' '), async () => {
      const backend = ['merge', 'see', 'render'].includes(args[0]) ? [] : ['--backend', 'cpu'];
      const result = await unpool([...args, ...backend]);
      assert.deepEqual([result.code, result.stdout], [code, '']);
      const [, line] = /^unpool: (.*)\n$/.exec(result.stderr) ?? [];
      assert(line !== undefined, `more than a line: ${result.stderr}`);
      if (typeof said === 'string') assert.equal(line.replace(/\.$/, ''), said.replace(/\.$/, ''));
      else assert.match(line, said);
    });
  }

  it('--debug says where', async () => {
    const { stderr } = await unpool(['saliency', 'nowhere.jpg', '--backend', 'cpu', '--debug']);
    assert.match(stderr, /\n +at /);
  });

  it('Ctrl-C ends it with 130, and leaves no file', async (t) => {
    const out = (await folderFor(t))('feature.png');
    const args = ['feature', '--layer', 'fire2', '--steps', '1000', '--out', out, '--backend', 'cpu', '--progress'];
    const { code, stdout, stderr } = await unpool(args, { breakOffAt: /steps of fire2/ });
    assert.deepEqual([code, stdout], [130, '']);
    assert.match(stderr, /\nunpool: broken off\n$/);
    await assert.rejects(readFile(out));
  });

  it('serve opens a network in a page, and nothing beside it', async (t) => {
    const at = await folderFor(t);
    await writeFile(at('net & co.onnx'), 'a network');
    await writeFile(at('.hidden'), 'a secret');
    const args = ['serve', at('net & co.onnx'), '--picture', PHOTO, '--port', '0', '--json'];
    const { code, stdout } = await unpool(args, {
      onOutput: async (text, end) => {
        try {
          const { address } = JSON.parse(text);
          const page = await (await fetch(address)).text();
          assert.match(page, /<cnn-graph model="\/network\/net%20%26%20co.onnx" for=/);
          const statusOf = async (path, init) => (await fetch(new URL(path, address), init)).status;
          const paths = ['dist/unpool.min.js', 'models/models.json', 'network/net%20%26%20co.onnx'];
          for (const path of [...paths, 'picture/european-honey-bee.jpg'])
            assert.equal(await statusOf(path), 200, path);
          for (const path of ['network/.hidden', 'network/%2e%2e%2fpackage.json', 'package.json', 'dist/%', 'dist/'])
            assert.equal(await statusOf(path), 404, path);
          assert.equal(await statusOf('', { method: 'POST' }), 403);
        } finally {
          end();
        }
      },
    });
    assert.deepEqual([code, stdout.split('\n').length], [130, 2]);
  });

  it('nothing is said of progress where nobody looks, and lines where it is asked for', async () => {
    const args = ['occlusion', PHOTO, '--size', '128', '--stride', '96', '--backend', 'cpu'];
    assert.equal((await unpool(args)).stderr, '');
    assert.match((await unpool([...args, '--progress'])).stderr, /positions: 4 of 4, .* so far\n$/);
  });
});
