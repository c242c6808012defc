// Writes shaders/generated/: for every kernel a module with its text and the layout of its bindings and parameters, so that no
// host code repeats an offset by hand; one for each text that they share; and index.ts, which fetches kernels by id.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'shaders');

/** `expand` as the page runs it; TypeScript, hence bundled first. */
async function loadExpand() {
  const entry = join(root, 'src/gpu/expand.ts');
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  return (await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`))
    .expand;
}

/** Texts by path relative to shaders/. */
function readShaders() {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.wgsl'));
  return new Map(paths.sort().map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path), 'utf8')]));
}

const typeName = (type) => (type.format ? `${type.name}<${type.format.name}>` : type.name);

/** Scalars of one member of Params: vec4<u32> is 4 × u32, array<vec4<u32>, 2> is 8 × u32. */
function flatten(type) {
  if (['u32', 'i32', 'f32'].includes(type.name)) return { type: type.name, count: 1 };
  const [, lanes, short] = /^vec([234])([uif]?)$/.exec(type.name) ?? [];
  if (lanes) return { type: type.format?.name ?? { u: 'u32', i: 'i32', f: 'f32' }[short], count: Number(lanes) };
  if (type.isArray && type.count > 0) {
    const item = flatten(type.format);
    // Uniform arrays have a stride of 16 bytes: only vec4 leaves no holes.
    if (item?.count === 4) return { type: item.type, count: 4 * type.count };
  }
  return null;
}

function reflectParams(struct) {
  const fields = struct.members.map(({ name, offset, type }) => {
    const scalars = flatten(type);
    if (!scalars) throw new Error(`Params.${name} has type ${typeName(type)}; use scalars, vectors or arrays of vec4`);
    return [name, scalars.type, offset, scalars.count];
  });
  return fields;
}

function reflect({ code }) {
  const { entry, uniforms, storage, textures, samplers } = new WgslReflect(code);
  const [main, ...others] = entry.compute;
  if (main?.name !== 'main' || others.length)
    throw new Error('a kernel has exactly one @compute entry point, named main');
  if (textures.length + samplers.length) throw new Error('textures and samplers are not supported: use buffers');
  const buffers = [...uniforms, ...storage].sort((a, b) => a.binding - b.binding);
  for (const { name, group } of buffers)
    if (group !== 0) throw new Error(`${name} is in @group(${group}): use @group(0)`);
  const odd = buffers.find(({ binding }, i) => binding !== i);
  if (odd) throw new Error(`${odd.name} has @binding(${odd.binding}): bindings count from 0 without gaps`);
  for (const { name } of uniforms)
    if (name !== 'params') throw new Error(`uniform ${name}: the uniform is named params`);
  const params = uniforms[0];
  if (params && params.type.name !== 'Params')
    throw new Error(`params has type ${params.type.name}: use struct Params`);
  const size = [main.attributes.find(({ name }) => name === 'workgroup_size')?.value].flat();
  const workgroupSize = [0, 1, 2].map((i) => {
    const text = String(size[i] ?? '1').trim();
    if (/^\d+[ui]?$/.test(text)) return parseInt(text);
    if (/^\w+$/.test(text)) return text;
    throw new Error(`@workgroup_size takes numbers and names of constants, got ${text}`);
  });
  return {
    bindings: buffers.map(({ name, resourceType, access }) => [
      name,
      resourceType === 0 ? 'uniform' : access || 'read',
    ]),
    params: params ? reflectParams(params.type) : [],
    workgroupSize,
  };
}

/** Drops comments and spaces; the directives are comments too and stay. `- -` must not become `--`. */
function minify(source) {
  const tighten = (line) => line.replace(/\/\/.*/, '').replace(/\s*([=+*/(){},;:<>|&?!%^]|-(?!\s*-))\s*/g, '$1');
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => (/^\s*\/\/#/.test(line) ? line : tighten(line)).replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n');
}

/**
 * Every kernel (folders lib/ have none) as plain WGSL at its default constants, and its layout.
 * Throws one error that lists all faults as `shaders/file:line: message`.
 */
export async function expandAll() {
  const expand = await loadExpand();
  const texts = readShaders();
  const lookUp = (path) => texts.get(path) ?? fail(`there is no shaders/${path}`);
  const faults = [];
  const kernels = [];
  for (const [path, source] of texts) {
    if (/(^|\/)lib\//.test(path)) continue;
    let lines;
    try {
      const expanded = expand(source, {}, lookUp, path);
      lines = expanded.lines;
      kernels.push({ id: path.slice(0, -'.wgsl'.length), ...expanded, layout: reflect(expanded) });
    } catch (error) {
      // `expand` names the place itself; the parser at best the line of the expanded text.
      const origin = lines?.[Number(/Line: (\d+)/.exec(error.message)?.[1]) - 1];
      const place = origin ? `${origin.file}:${origin.line}: ` : lines ? `${path}: ` : '';
      faults.push(`shaders/${place}${error.message}`);
    }
  }
  if (faults.length) fail(faults.join('\n'));
  return { texts, kernels };
}

function fail(message) {
  throw new Error(message);
}

/** Paths of the texts that a text imports, at any depth. */
function importsOf(source, texts, found = new Set()) {
  for (const [, path] of source.matchAll(/^\s*\/\/#import\s+(\S+)/gm)) {
    if (found.has(path)) continue;
    importsOf(texts.get(path), texts, found.add(path));
  }
  return [...found];
}

const HEAD = '// Generated by scripts/shaders.mjs; do not edit.';

/** A module that holds the text of a file in a folder lib/. */
const textModule = (text) => `${HEAD}\nexport const text: string = ${JSON.stringify(text)};\n`;

/** A module that holds a kernel; what it imports are modules too, so that kernels share them. */
function kernelModule(id, source, imports, layout) {
  const up = '../'.repeat(id.split('/').length - 1);
  return [
    HEAD,
    `import type { ShaderSource } from '${up}../source.ts';`,
    ...imports.map((path, i) => `import { text as text${i} } from '${up}${path.replace(/\.wgsl$/, '.ts')}';`),
    '',
    'export const shader: ShaderSource = {',
    `  source: ${JSON.stringify(source)},`,
    `  imports: { ${imports.map((path, i) => `'${path}': text${i}`).join(', ')} },`,
    ...Object.entries(layout).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`),
    '};',
    '',
  ].join('\n');
}

/** The text of each generated module, by its path in shaders/generated/. */
export async function generate({ minified = false } = {}) {
  const { texts, kernels } = await expandAll();
  const written = new Map([...texts].map(([path, source]) => [path, minified ? minify(source) : source]));
  const modules = new Map();
  for (const [path, text] of written)
    if (/(^|\/)lib\//.test(path)) modules.set(path.replace(/\.wgsl$/, '.ts'), textModule(text));
  for (const { id, layout } of kernels) {
    const source = written.get(`${id}.wgsl`);
    modules.set(`${id}.ts`, kernelModule(id, source, importsOf(source, written), layout));
  }
  const rows = kernels.map(({ id }) => `  '${id}': () => import('./${id}.ts'),`);
  const types = "import type { ShaderSource } from '../source.ts';";
  const table = 'Readonly<Record<string, () => Promise<{ readonly shader: ShaderSource }>>>';
  modules.set('index.ts', `${HEAD}\n${types}\n\nexport const kernels: ${table} = {\n${rows.join('\n')}\n};\n`);
  return modules;
}

const generated = join(folder, 'generated');

/** Writes the modules that changed: watchers then stay quiet. Those of kernels that are gone go too. */
export async function writeShaders() {
  const modules = await generate();
  for (const [path, text] of modules) {
    const file = join(generated, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const path of readdirSync(generated, { recursive: true }))
    if (path.endsWith('.ts') && !modules.has(path.split(sep).join('/'))) rmSync(join(generated, path));
}

/** esbuild plugin: the modules always reflect the .wgsl files on disk, and watch mode follows them. */
export const shadersPlugin = (options) => ({
  name: 'shaders',
  setup({ onStart, onLoad }) {
    let modules;
    onStart(() => {
      modules = undefined;
    });
    onLoad({ filter: /shaders[\\/]generated[\\/].*\.ts$/ }, async ({ path }) => {
      const watchFiles = [...readShaders().keys()].map((file) => join(folder, file));
      const watchDirs = [folder, ...new Set(watchFiles.map(dirname))];
      try {
        modules ??= generate(options);
        const contents = (await modules).get(relative(generated, path).split(sep).join('/'));
        return { contents, loader: 'ts', watchFiles, watchDirs };
      } catch (error) {
        return { errors: error.message.split('\n').map((text) => ({ text })), watchFiles, watchDirs };
      }
    });
  },
});

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await writeShaders();
    console.log(`${relative(root, generated)} written`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
