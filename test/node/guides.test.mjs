// What the guides and the README say to write: programs are checked by the compiler against the sources, some are run; tags and
// attributes are in the manifest, and what is typed is in the help.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { readElements } from '../../scripts/manifest/elements.mjs';
import { PUBLIC_FILES } from '../../scripts/site/docs.mjs';
import { blocks, guides, snippet } from '../../scripts/snippets.mjs';
import { json, pathOf } from './support.mjs';

const ROOT = pathOf('.');

/** What the compiler says of programs, each by its `where`. */
function complaintsAbout(programs) {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const elements = readElements().map(({ tag, path }) => [`unpool/components/${tag}.js`, [`./${path}`]]);
  options.paths = {
    ...options.paths,
    ...Object.fromEntries(elements),
    'unpool/attribution': ['./src/attribution.ts'],
    'unpool/measures': ['./src/measures.ts'],
    'unpool/training': ['./src/training.ts'],
    'unpool/components': ['./components/index.ts'],
  };
  // What is read as a module of its own, without words about what others could take from it
  const own = {
    ...options,
    types: [...options.types, 'node'],
    isolatedDeclarations: false,
    declaration: false,
    noUnusedLocals: true,
  };
  const files = new Map(
    programs.map(({ code, where }, i) => [join(ROOT, `guide-${i}.ts`), { code: `${code}\nexport {};\n`, where }]),
  );
  const host = ts.createCompilerHost(own);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const file = files.get(path);
    return file ? ts.createSourceFile(path, file.code, target, true) : getSourceFile(path, target, ...rest);
  };
  const program = ts.createProgram([...files.keys()], own, host);
  return [...files].flatMap(([path, { where }]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

describe('programs of the guides', () => {
  it('agree with the types of the package', () => {
    const inPages = blocks('html').flatMap(({ where, code }) =>
      [...code.matchAll(/<script type="module">(.*?)<\/script>/gs)].map(([, script]) => ({
        where,
        code: script.replace(/'[^']*\/dist\/index\.js'/, "'unpool'"),
      })),
    );
    assert.equal(inPages.length, 1);
    const programs = [...blocks('ts', 'js'), ...inPages];
    assert(programs.length >= 10, `${programs.length} programs`);
    assert.deepEqual(complaintsAbout(programs), []);
  });

  it('would not if a name were wrong', () => {
    const wrong = "import { nothing } from 'unpool';\nconsole.log(nothing);";
    assert.equal(complaintsAbout([{ where: 'x', code: wrong }]).length, 1);
  });

  /** Runs the first program of a guide below a heading in Node, on the build, with files in place of its own. */
  function run(guide, heading, files) {
    const code = snippet(guide, heading, 'ts');
    const folder = mkdtempSync(join(tmpdir(), 'unpool-guide-'));
    const named = Object.entries(files).reduce(
      (program, [name, path]) => program.replaceAll(`'${name}'`, JSON.stringify(path)),
      ts.transpileModule(code, { compilerOptions: { target: 'es2022', module: 'esnext' } }).outputText,
    );
    const built = pathToFileURL(pathOf('dist/index.js')).href;
    const file = join(folder, 'program.mjs');
    writeFileSync(file, named.replaceAll("'unpool'", `'${built}'`));
    return execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim().split('\n');
  }

  const bee = pathOf('site/photos/european-honey-bee.jpg');

  it('load a network of one’s own', () => {
    const files = {
      'net.onnx': pathOf('models/squeezenet1.1-fp16.onnx'),
      'labels.json': pathOf('models/labels/imagenet-labels.json'),
      'bee.jpg': bee,
    };
    const [line] = run('own-network.md', 'In a program', files);
    // Prepared as for other networks it takes the bee for something else, but for one of its classes
    assert.match(line, /^\p{L}[\p{L} ',-]* (0\.\d+|1)$/u);
  });

  it('find what is near in a corpus of one’s own', () => {
    const list = join(mkdtempSync(join(tmpdir(), 'unpool-corpus-')), 'photos.json');
    const photos = readdirSync(pathOf('site/corpus')).filter((name) => name.endsWith('.jpg'));
    writeFileSync(
      list,
      JSON.stringify(photos.slice(0, 6).map((name) => pathToFileURL(pathOf(`site/corpus/${name}`)).href)),
    );
    const lines = run('own-corpus.md', 'In a program', { 'photos.json': list });
    assert.equal(lines.length, 5);
    const distances = lines.map((line) => Number(/\.jpg (\S+)$/.exec(line)[1]));
    assert.deepEqual(
      distances,
      distances.toSorted((a, b) => a - b),
    );
  });
});

describe('pages of the guides', () => {
  const elements = new Map(
    readElements().map(({ tag, attributes, events }) => [
      tag,
      [...attributes.flatMap(({ attribute, name }) => [attribute, name]), ...events.map(({ name }) => name)],
    ]),
  );
  /** What every element of HTML takes. */
  const GLOBAL = ['id', 'lang', 'class', 'className', 'ref'];
  const figures = blocks('html', 'js', 'tsx', 'vue', 'svelte', 'python').flatMap(({ where, code }) =>
    [...code.matchAll(/<(cnn-[\w-]+)((?:\s+[^\s=>]+(?:=(?:"[^"]*"|'[^']*'|\{.*?\}(?=\s|\/?>)))?)*)\s*\/?>/g)].map(
      ([, tag, text]) => ({
        where,
        tag,
        attributes: [...text.matchAll(/\s([^\s=>/]+)(?:=("[^"]*"|'[^']*'|\{.*?\}(?=\s|$)))?/g)],
      }),
    ),
  );

  it('have elements and attributes that there are', () => {
    assert(figures.length >= 15, `${figures.length} figures`);
    for (const { where, tag, attributes } of figures) {
      assert(elements.has(tag), `${where}: there is no ${tag}`);
      for (const [, name] of attributes) {
        const known = name.replace(/^(on:?|@)(?=cnn-)/, '');
        assert([...elements.get(tag), ...GLOBAL].includes(known), `${where}: ${tag} has no ${name}`);
      }
    }
  });

  it('are all looked at', () => {
    const written = blocks('html', 'js', 'tsx', 'vue', 'svelte', 'python').flatMap(
      ({ code }) => code.match(/<cnn-/g) ?? [],
    );
    assert.equal(figures.length, written.length);
  });

  it('have preprocessing that is JSON', () => {
    const lines = guides.flatMap(({ text }) =>
      [...text.matchAll(/(?:`|preprocessing=')(\{[^`']*\})/g)].map(([, line]) => line),
    );
    const ours = lines.filter((line) => line.includes('"height"'));
    assert(ours.length >= 3);
    for (const line of ours) {
      const { preset, height, width, resize, ...rest } = JSON.parse(line);
      assert(['torch', 'tf', 'caffe'].includes(preset) && height > 0 && width > 0 && resize >= height, line);
      assert.deepEqual(rest, {});
    }
  });

  it('name this version', async () => {
    const { version } = await json('package.json');
    const named = guides.flatMap(({ text }) => [...text.matchAll(/unpool@([\d.]+)/g)].map(([, each]) => each));
    assert(named.length >= 3);
    assert.deepEqual([...new Set(named)], [version]);
  });

  it('have JSON that can be read', () => {
    for (const { where, code } of blocks('json')) assert.doesNotThrow(() => JSON.parse(code), where);
  });
});

it('the README can be read anywhere: its links name files of the package on a public host', () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }),
  );
  const packed = files.map(({ path }) => path);
  const links = [...guides[0].text.matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link);
  assert(links.length >= 15, `${links.length} links`);
  for (const link of links) {
    assert(link.startsWith(PUBLIC_FILES), link);
    assert(packed.includes(link.slice(PUBLIC_FILES.length)), `${link} is not in the package`);
  }
});

it('what the guides type is there', () => {
  const lines = blocks('sh').flatMap(({ where, code }) =>
    [...code.matchAll(/^npx unpool ([a-z][\w-]*) ?(.*)$/gm)].map(([line, name, rest]) => ({ where, line, name, rest })),
  );
  assert(lines.length >= 15, `${lines.length} lines`);
  for (const { where, line, name, rest } of lines) {
    const help = readFileSync(pathOf(`test/fixtures/cli/${name}.txt`), 'utf8');
    for (const [option] of rest.matchAll(/(?<= |^)--[a-z-]+/g))
      assert.match(help, new RegExp(`^ {2}${option}\\b`, 'm'), `${where}: ${line}`);
  }
});

it('programs in Python can be read', (t) => {
  const parse = 'import ast, sys; ast.parse(sys.stdin.read())';
  if (spawnSync('python3', ['--version']).status !== 0) return t.skip('there is no Python');
  const programs = blocks('python');
  assert(programs.length >= 4);
  for (const { where, code } of programs) {
    const { status, stderr } = spawnSync('python3', ['-c', parse], { input: code, encoding: 'utf8' });
    assert.equal(status, 0, `${where}: ${stderr}`);
  }
});
