// Nothing outside of src/ops knows an op by its name: what it has to know it asks of the op's traits. Names are allowed where
// a node is made (`builder.add('conv2d', …)`). Run by `npm run verify`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { main, root, setUp } from './setup.mjs';

const FOLDERS = ['src', 'components', 'site'];
/** A translation into another library's operations, or into another language, has one line for each of ours. */
const TRANSLATIONS = /tfjs-network\.ts$|languages\/zh\/\w+\.ts$/;
/** Names of ops that are words or methods too: of these only comparisons are found. */
const WORDS = new Set(
  (
    'abs add affine and cast ceil channel clip concat cos div equal exp expand floor gather greater less log lrn max ' +
    'min mosaic mul neg not or pad perplexity pow reduce relu reshape roll round sigmoid sign sin slice softmax sqrt sub ' +
    'tan tanh transpose where'
  ).split(' '),
);
const MAKERS = new Set(['add', 'addAll']);
const LOOKUPS = new Set(['has', 'includes', 'indexOf', 'startsWith', 'endsWith', 'get', 'test', 'match']);
const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

async function opNames() {
  const entry = { contents: "export { loadOps, loadedOps } from './src/ops/registry.ts';", resolveDir: root };
  const { outputFiles } = await build({ stdin: entry, bundle: true, format: 'esm', write: false });
  const text = Buffer.from(outputFiles[0].contents).toString('base64');
  const { loadOps, loadedOps } = await import(`data:text/javascript;base64,${text}`);
  await loadOps();
  return loadedOps().map(({ type }) => type);
}

const filesIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /(?<!\.d)\.ts$/.test(path) && !path.startsWith('src/ops/') && !TRANSLATIONS.test(path));

/** `op`, `node.op`, `node?.op`: the name of an op. */
const isOpName = (node) =>
  (ts.isIdentifier(node) && node.text === 'op') ||
  (ts.isPropertyAccessExpression(node) && node.name.text === 'op') ||
  (ts.isBinaryExpression(node) && isOpName(node.left));

/** An element of a list of families, of which some are called as their op is. */
function isFamily({ parent }) {
  if (!ts.isArrayLiteralExpression(parent)) return false;
  const { parent: user } = parent;
  if (ts.isCallExpression(user)) return user.expression.getText() === 'loadFamilies';
  return ts.isVariableDeclaration(user) && user.type?.getText() === 'readonly FamilyName[]';
}

/** What asks for an op by name in a file, as `[node, why]`. */
function* questions(file, names) {
  const visit = function* (node) {
    const { parent } = node;
    if (isOpName(node)) {
      if (ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind))
        yield [node, 'compares the name of an op'];
      if (ts.isSwitchStatement(parent) && parent.expression === node) yield [node, 'chooses by the name of an op'];
      if (ts.isElementAccessExpression(parent) && parent.argumentExpression === node)
        yield [node, 'looks up the name of an op'];
      const call = ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression) ? parent : undefined;
      if (call?.arguments.includes(node) && LOOKUPS.has(call.expression.name.text))
        yield [node, 'looks up the name of an op'];
    }
    const isKey = ts.isPropertyAssignment(parent ?? node) && parent.name === node;
    if ((ts.isStringLiteralLike(node) || (isKey && ts.isIdentifier(node))) && names.has(node.text)) {
      const callee = ts.isCallExpression(parent) && parent.arguments[0] === node ? parent.expression : undefined;
      const called = callee && (ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.text);
      if (!MAKERS.has(called) && !isFamily(node)) yield [node, `names the op "${node.text}"`];
    }
    const children = [];
    ts.forEachChild(node, (child) => void children.push(child));
    for (const child of children) yield* visit(child);
  };
  yield* visit(file);
}

await main(async () => {
  await setUp();
  const all = await opNames();
  const names = new Set(all.filter((name) => !WORDS.has(name)));
  const found = FOLDERS.flatMap(filesIn).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    return [...questions(file, names)].map(([node, why]) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      return `${relative('.', path)}:${line + 1}: ${why}`;
    });
  });
  for (const line of found) console.log(line);
  if (found.length > 0) throw new Error(`${found.length} places outside of src/ops know an op by its name`);
  console.log(`no place outside of src/ops knows one of the ${all.length} ops by its name`);
});
