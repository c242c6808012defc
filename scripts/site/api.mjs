// What the package exports, read from its entries by the compiler: under the words that stand above each group there.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../setup.mjs';

/** What is imported from where. */
const ENTRIES = {
  unpool: 'src/index.ts',
  'unpool/attribution': 'src/attribution.ts',
  'unpool/measures': 'src/measures.ts',
  'unpool/training': 'src/training.ts',
};

/** Longer types are named only: they are looked up in an editor. */
const MOST_LETTERS = 400;
const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static;
const FORMAT = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** `[{ entry, groups: [{ title, exports: [{ name, kind, signatures, description, members }] }] }]`. */
export function readApi() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = Object.values(ENTRIES).map((path) => join(root, path));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  return Object.entries(ENTRIES).map(([entry, path]) => ({
    entry,
    groups: groupsOf(program.getSourceFile(join(root, path)), checker),
  }));
}

function groupsOf(source, checker) {
  const groups = [];
  for (const statement of source.statements.filter(ts.isExportDeclaration)) {
    const title = commentAbove(statement);
    if (title !== undefined || groups.length === 0) groups.push({ title: title ?? '', exports: [] });
    const clause = statement.exportClause;
    const names = ts.isNamespaceExport(clause) ? [clause.name] : clause.elements.map(({ name }) => name);
    groups.at(-1).exports.push(...names.map((name) => exportOf(name, checker)));
  }
  return groups;
}

/** The nearest comment above a statement; one of the whole file stands further up. */
function commentAbove(statement) {
  const text = statement.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(text, statement.pos) ?? [];
  const last = ranges.at(-1);
  if (!last) return undefined;
  const comment = text.slice(last.pos, last.end);
  return oneLine(comment.replace(/^\/\*\*?|\*\/$/g, '').replace(/^\s*\* ?/gm, ''));
}

const oneLine = (text) => text.replaceAll(/\s*\n\s*/g, ' ').trim();

const describe = (symbol, checker) => oneLine(ts.displayPartsToString(symbol.getDocumentationComment(checker)));

function exportOf(node, checker) {
  const alias = checker.getSymbolAtLocation(node);
  const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
  return { name: node.text, description: describe(symbol, checker), ...shapeOf(node.text, symbol, checker) };
}

function shapeOf(name, symbol, checker) {
  const { flags, declarations = [] } = symbol;
  if (flags & ts.SymbolFlags.ValueModule) {
    const members = checker.getExportsOfModule(symbol).map((each) => memberOf(resolved(each, checker), checker));
    return { kind: 'namespace', signatures: [], members };
  }
  if (flags & ts.SymbolFlags.Class) {
    const type = checker.getTypeOfSymbol(symbol);
    const made = declarations.flatMap(({ members = [] }) => members.filter(ts.isConstructorDeclaration));
    const signatures =
      made.length === 0 ? [] : type.getConstructSignatures().map((each) => `new ${name}${signed(each, checker)}`);
    return { kind: 'class', signatures, members: membersOf(symbol, checker) };
  }
  if (flags & ts.SymbolFlags.Interface)
    return { kind: 'interface', signatures: [], members: membersOf(symbol, checker) };
  if (flags & ts.SymbolFlags.TypeAlias)
    return { kind: 'type', signatures: [short(oneLine(declarations[0].type.getText()), name)], members: [] };
  const type = checker.getTypeOfSymbol(symbol);
  const calls = type.getCallSignatures();
  if (calls.length > 0)
    return { kind: 'function', signatures: calls.map((each) => name + signed(each, checker)), members: [] };
  return { kind: 'value', signatures: [`${name}: ${typed(type, checker)}`], members: [] };
}

const resolved = (symbol, checker) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

const short = (text, instead) => (text.length > MOST_LETTERS ? instead : text);
const signed = (signature, checker) => checker.signatureToString(signature, undefined, FORMAT);
const typed = (type, checker) => short(checker.typeToString(type, undefined, FORMAT), '…');

/** Public ones, of the symbol itself: what it has from others is said there. */
function membersOf(symbol, checker) {
  return [...symbol.members.values()]
    .filter(({ declarations: [first] = [], flags }) => {
      const wanted = ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor;
      return (
        first && flags & wanted && !ts.isPrivateIdentifier(first.name) && !(ts.getCombinedModifierFlags(first) & HIDDEN)
      );
    })
    .map((member) => memberOf(member, checker));
}

function memberOf(symbol, checker) {
  const type = checker.getTypeOfSymbol(symbol);
  const calls = type.getCallSignatures();
  const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const isCalled = calls.length > 0 && !isOptional;
  const isType = !(symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Property));
  const name = ts.unescapeLeadingUnderscores(symbol.escapedName);
  const said = isType
    ? name
    : isCalled
      ? name + signed(calls[0], checker)
      : `${name}${isOptional ? '?' : ''}: ${typed(isOptional ? checker.getNonNullableType(type) : type, checker)}`;
  return { name, signature: said, description: describe(symbol, checker) };
}
