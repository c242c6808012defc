// The texts of errors that readers meet, as the sources have them: with `{0}`, `{1}`, … where values come.
import ts from 'typescript';

/** Errors that whoever opens a page or drops a file meets, wherever they are made. */
const MET =
  /^(UnsupportedEnvironment|DeviceLost|GpuOutOfMemory|OutOfMemory|NonFinite|ModelFetch|ModelFormat|UnsupportedOp|Image|UseAfterDispose|Range)Error$|^Failure$/;
/** Errors about what was given: they are met where it may come from an attribute, a control or a file. */
const GIVEN = /^(Argument|Shape)Error$/;
const GIVEN_BY_READERS =
  /^(components\/|src\/(bundled|check|models\/|corpus\/|methods\/|engine\/|onnx\/|ops\/|ir\/|graph\/|paint\/))/;
const PARTS = /^(expected|got|where|remedy)$/;

/** What a text that was put together has in the place of a value. */
const PLACE = '{0}';

const unwrapped = (node) =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)
    ? unwrapped(node.expression)
    : node;

/** Texts of the errors of a source, each with the node that it is from. */
export function textsOfErrors(source) {
  const found = [];
  const variables = new Map();
  /** By the name of a function: which of its parameters become texts of errors. */
  const passed = new Map();
  const look = (node, visit) => {
    visit(node);
    ts.forEachChild(node, (child) => look(child, visit));
  };
  const resolving = new Set();

  /** Every text that an expression may be, without those that are values only. */
  function textsOf(given, depth = 0) {
    const node = unwrapped(given);
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isConditionalExpression(node))
      return [node.whenTrue, node.whenFalse].flatMap((each) => textsOf(each, depth));
    if (ts.isTemplateExpression(node)) {
      for (const { expression } of node.templateSpans) if (depth === 0) add(expression);
      return [node.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, node.head.text)];
    }
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [node.left, node.right].map((each) => textsOf(each, depth));
      const kind = node.operatorToken.kind;
      if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
        return [...left, ...right];
      if (kind !== ts.SyntaxKind.PlusToken || left.length + right.length === 0) return [];
      const or = (texts) => (texts.length > 0 ? texts : [PLACE]);
      return or(left).flatMap((start) => or(right).map((end) => start + end));
    }
    if (ts.isElementAccessExpression(node)) {
      const table = variables.get(node.expression.getText());
      return table && ts.isObjectLiteralExpression(table)
        ? table.properties.flatMap((each) => (each.initializer ? textsOf(each.initializer, depth) : []))
        : [];
    }
    if (ts.isIdentifier(node)) {
      pass(node);
      return resolved(node.text, (value) => textsOf(value, depth));
    }
    if (ts.isCallExpression(node)) {
      return resolved(node.expression.getText(), (value) => returnsOf(value).flatMap((each) => textsOf(each, depth)));
    }
    return [];
  }

  function resolved(name, read) {
    const value = variables.get(name);
    if (!value || resolving.has(name)) return [];
    resolving.add(name);
    const texts = read(value);
    resolving.delete(name);
    return texts;
  }

  function returnsOf(node) {
    if (!ts.isFunctionLike(node) || !node.body) return [];
    if (!ts.isBlock(node.body)) return [node.body];
    const returned = [];
    look(node.body, (each) => {
      if (ts.isReturnStatement(each) && each.expression) returned.push(each.expression);
    });
    return returned;
  }

  /** Where a parameter becomes the text of an error, what the function is called with is that text. */
  function pass(identifier) {
    for (let node = identifier.parent; node; node = node.parent) {
      if (!ts.isFunctionLike(node)) continue;
      const i = node.parameters.findIndex(({ name }) => name.getText() === identifier.text);
      const name = node.name?.getText() ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '');
      if (i < 0 || name === '' || passed.get(name)?.has(i)) continue;
      passed.set(name, new Set([...(passed.get(name) ?? []), i]));
    }
  }

  function add(node, part, after = '') {
    for (const text of textsOf(node, part === undefined ? 1 : 0)) found.push({ text: text + after, part, node });
  }

  function addDetails(given) {
    const node = unwrapped(given);
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach(addDetails);
    if (!ts.isObjectLiteralExpression(node)) return;
    for (const each of node.properties) {
      if (ts.isSpreadAssignment(each)) addDetails(each.expression);
      else if (PARTS.test(each.name.getText())) add(each.initializer ?? each.name, each.name.getText());
    }
  }

  look(source, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer) variables.set(node.name.getText(), node.initializer);
    if (ts.isFunctionDeclaration(node) && node.name) variables.set(node.name.text, node);
  });
  const isMet = (name) => MET.test(name) || (GIVEN.test(name) && GIVEN_BY_READERS.test(source.fileName));
  look(source, (node) => {
    if (!ts.isNewExpression(node) || !isMet(node.expression.getText())) return;
    const [what, details] = node.arguments ?? [];
    if (what)
      add(what, 'what', node.expression.getText() === 'UseAfterDisposeError' ? ' was used after dispose()' : '');
    if (details) addDetails(details);
  });
  // What a node of a file is refused for is a part of an UnsupportedOpError.
  look(source, (node) => {
    if (ts.isPropertyAssignment(node) && /^(reason|gone)$/.test(node.name.getText())) add(node.initializer, 'reason');
    if (!ts.isCallExpression(node)) return;
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
    if (name === 'refuse' && node.arguments[0]) add(node.arguments[0], 'reason');
    // What operations say of shapes that do not fit, and which tensor it is about.
    if (name === 'shapeError') node.arguments.slice(1).forEach((each) => add(each, 'what'));
    if (/^expect(Rank|Axis)$/.test(name)) add(node.arguments[1], 'where');
  });
  for (const before = new Set(); before.size < passed.size;) {
    for (const [name, places] of [...passed].filter(([each]) => !before.has(each))) {
      before.add(name);
      look(source, (node) => {
        if (!ts.isCallExpression(node)) return;
        const { expression } = node;
        const called = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
        if (called !== name) return;
        for (const i of places) if (node.arguments[i]) add(node.arguments[i], 'what');
        node.arguments.forEach(addDetails);
      });
    }
  }
  return found;
}

/** Patterns of the texts that have places, those with most text of their own first, as elements try them. */
export function patternsOf(texts) {
  const ownOf = (text) => text.replaceAll(/\{\d+\}/g, '').length;
  return [...texts]
    .filter((text) => /\{\d+\}/.test(text))
    .sort((a, b) => ownOf(b) - ownOf(a))
    .map((text) => {
      const parts = text.split(/\{\d+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
      return new RegExp(`^${parts.join('([^]*?)')}$`);
    });
}

/** Said alike in every language: addresses and files, and what is written so in JSON, scripts and attributes. */
const NAMES =
  /^(\S*[./]\S*|HTTP 200|SHA-256|navigator\.gpu|deflate|file|labels?|source|manifest|auto_pad|activation_|bool|[a-z]+\d+|ints?|float|string|tensor|[a-z]+-or-no|[a-z]+-of-many)$/;

/**
 * Whether a text has Chinese words: `words` has it, or a pattern takes it and every value in it has some or is a name. What is in
 * quotes is somebody's text.
 */
export function isSaid(text, words, patterns) {
  const bare = text.replaceAll(/\{\d+\}|"[^"]*"|`[^`]*`/g, '').trim();
  if (!/\p{L}{2}/u.test(bare) || words.has(text) || NAMES.test(bare)) return true;
  return patterns.some((pattern) =>
    pattern
      .exec(text)
      ?.slice(1)
      .every((value) => isSaid(value, words, patterns)),
  );
}
