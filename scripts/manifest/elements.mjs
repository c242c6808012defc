// What elements have, read from their sources: attributes, properties, events, slots, parts and custom properties, each with its words.
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { root } from '../setup.mjs';

/** Functions of components/internal/attributes.ts that declare an attribute, and what is written in HTML. */
const KINDS = { text: 'string', verbatim: 'string', numeric: 'number', flag: 'boolean' };

const wordsOf = (parts) =>
  ts
    .displayPartsToString(parts)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();

/** Every element, in the order of their names. Throws where a source is not as expected. */
export function readElements() {
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    fileNames.filter((name) => name.includes('/components/')),
    options,
  );
  const checker = program.getTypeChecker();
  const elements = [];
  const events = new Map();
  for (const source of program.getSourceFiles()) {
    if (!relative(root, source.fileName).startsWith(`components${sep}`)) continue;
    ts.forEachChild(source, (node) => {
      if (!ts.isClassDeclaration(node)) return;
      const tag = decoratorOf(node, 'customElement')?.arguments[0].text;
      if (tag) elements.push(elementOf(tag, node, checker));
      const type = node.members.find(({ name }) => name?.getText() === 'type')?.initializer;
      if (type && ts.isStringLiteral(type)) events.set(type.text, eventOf(node, checker));
    });
  }
  for (const element of elements) {
    element.events = element.events.map((event) => {
      if (!events.has(event.name)) throw new Error(`${element.path}: there is no class of the event ${event.name}`);
      return { ...event, ...events.get(event.name) };
    });
  }
  return elements.sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** Its class, and what it tells besides what all events do. */
function eventOf(node, checker) {
  return {
    className: node.name.text,
    path: pathOf(node),
    fields: node.members.map((member) => memberOf(member, checker)).filter((member) => member?.kind === 'field'),
  };
}

const pathOf = (node) => relative(root, node.getSourceFile().fileName).split(sep).join('/');

function elementOf(tag, node, checker) {
  const symbol = checker.getSymbolAtLocation(node.name);
  const classes = lineOf(node, checker);
  // What a class says of itself stands before what it takes from those below
  const tags = classes.flatMap((each) => ts.getJSDocTags(each));
  const described = (name) => unique(tags.filter(({ tagName }) => tagName.text === name).map(nameAndWords));
  const members = unique(
    classes.flatMap((each) => each.members.map((member) => memberOf(member, checker)).filter(Boolean)),
  );
  return {
    tag,
    className: node.name.text,
    path: pathOf(node),
    description: wordsOf(symbol.getDocumentationComment(checker)),
    attributes: members.filter(({ attribute }) => attribute),
    properties: members.filter(({ kind, attribute }) => kind === 'field' && !attribute),
    methods: members.filter(({ kind }) => kind === 'method'),
    events: described('fires'),
    slots: described('slot'),
    parts: described('csspart'),
    customProperties: described('cssprop'),
  };
}

/** The class, and those it is made from as far as they are ours, the nearest first. */
function lineOf(node, checker) {
  const [base] = node.heritageClauses?.flatMap(({ types }) => types) ?? [];
  const symbol = base && checker.getSymbolAtLocation(base.expression);
  const real = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = real?.declarations?.find(ts.isClassDeclaration);
  return !declaration || declaration.getSourceFile().fileName.includes('node_modules')
    ? [node]
    : [node, ...lineOf(declaration, checker)];
}

const decoratorOf = (node, name) =>
  ts
    .getDecorators(node)
    ?.map(({ expression }) => expression)
    .find((call) => ts.isCallExpression(call) && call.expression.getText() === name);

/** A public property or method; undefined for what is not for authors. */
function memberOf(member, checker) {
  const hidden =
    ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static | ts.ModifierFlags.Override;
  if (!member.name || ts.isPrivateIdentifier(member.name) || ts.getCombinedModifierFlags(member) & hidden)
    return undefined;
  const name = member.name.getText();
  const symbol = checker.getSymbolAtLocation(member.name);
  const description = wordsOf(symbol.getDocumentationComment(checker));
  if (ts.isMethodDeclaration(member)) {
    const [signature] = checker.getTypeAtLocation(member).getCallSignatures();
    return { kind: 'method', name, description, type: checker.signatureToString(signature) };
  }
  const isReadonly = ts.isGetAccessor(member);
  if (!isReadonly && !ts.isPropertyDeclaration(member)) return undefined;
  const type = checker.getTypeAtLocation(member.name);
  const shown = {
    kind: 'field',
    name,
    description,
    type: checker.typeToString(
      type,
      member,
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
    ),
    isReadonly,
    ...(member.initializer && !undefinedIn(member.initializer) ? { default: member.initializer.getText() } : {}),
  };
  const declared = decoratorOf(member, 'property');
  return declared ? { ...shown, ...attributeOf(name, declared.arguments[0], type) } : shown;
}

const undefinedIn = (node) => node.getText() === 'undefined';

/** What stands in HTML, by the declaration: `text('max')`, or that among others, as `{ ...flag(), attribute: 'no-controls' }`. */
function attributeOf(property, declaration, type) {
  if (ts.isCallExpression(declaration)) return { attribute: property.toLowerCase(), ...writtenAs(declaration, type) };
  const options = Object.fromEntries(
    declaration.properties
      .filter(ts.isPropertyAssignment)
      .map(({ name, initializer }) => [name.getText(), initializer]),
  );
  if (options.attribute?.kind === ts.SyntaxKind.FalseKeyword) return {};
  const spread = declaration.properties.find(ts.isSpreadAssignment);
  if (!spread) throw new Error(`the declaration of ${property} is of an unknown kind`);
  return { attribute: options.attribute?.text ?? property.toLowerCase(), ...writtenAs(spread.expression, type) };
}

function writtenAs(call, type) {
  const written = KINDS[call.expression.getText()];
  if (!written) throw new Error(`no kind of attribute is called ${call.expression.getText()}`);
  const choices = (type.types ?? [type]).filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
  const named = choices.every((each) => each.isStringLiteral());
  return { written, ...(named ? { choices: choices.map(({ value }) => value) } : {}) };
}

/** Of `@csspart map - the map`; the slot without a name has none. */
function nameAndWords(tag) {
  const text = ts.getTextOfJSDocComment(tag.comment) ?? '';
  const [, name, words] = /^(\S*?)\s*-\s+(.*)$/s.exec(text.replaceAll(/\s*\n\s*/g, ' ')) ?? ['', text.trim(), ''];
  return { name, description: words.trim() };
}

/** The first of each name. */
function unique(list) {
  const byName = new Map();
  for (const each of list) if (!byName.has(each.name)) byName.set(each.name, each);
  return [...byName.values()];
}
