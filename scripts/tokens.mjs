// npm run tokens [-- revision …]: how much code there is. Counts the tokens of src, components and shaders, comments and
// generated files left out, in the working tree and at the given revisions; a template counts the words of its text.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { main, root, setUp } from './setup.mjs';

const FOLDERS = ['src', 'components', 'shaders'];
const WGSL_TOKEN = /[A-Za-z_]\w*|\d[\w.]*|[-+*/%&|^<>=!]=|&&|\|\||<<|>>|->|\S/g;

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });

function typescriptTokens(text) {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const words = (part) => part.split(/\s+/).filter(Boolean).length;
  const isTemplate = ({ kind }) => kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.LastTemplateToken;
  const tokensIn = (node) => {
    // Doc comments are children of what they describe.
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) return children.reduce((sum, child) => sum + tokensIn(child), 0);
    return isTemplate(node) ? words(node.getText(file)) : Number(node.getWidth(file) > 0);
  };
  return tokensIn(file);
}

function tokensOf(path, text) {
  if (path.endsWith('.ts')) return typescriptTokens(text);
  return (text.replace(/\/\/(?!#).*|\/\*[\s\S]*?\*\//g, '').match(WGSL_TOKEN) ?? []).length;
}

const isCode = (path) => /\.(ts|wgsl)$/.test(path) && !/\.(generated|d)\.ts$/.test(path);

/** Of a revision; of the working tree without one. */
function count(revision) {
  const list = revision ? git('ls-tree', '-r', '--name-only', revision, ...FOLDERS) : git('ls-files', ...FOLDERS);
  const totals = Object.fromEntries(FOLDERS.map((folder) => [folder, 0]));
  for (const path of list.split('\n').filter(isCode)) {
    const text = revision ? git('show', `${revision}:${path}`) : readFileSync(join(root, path), 'utf8');
    totals[path.split('/')[0]] += tokensOf(path, text);
  }
  return totals;
}

await main(async () => {
  await setUp();
  for (const revision of [...process.argv.slice(2), undefined]) {
    const totals = count(revision);
    const sum = Object.values(totals).reduce((a, b) => a + b);
    const parts = Object.entries(totals).map(([folder, tokens]) => `${folder} ${tokens}`);
    console.log(`${(revision ?? 'working tree').padEnd(14)} ${sum} tokens: ${parts.join(', ')}`);
  }
});
