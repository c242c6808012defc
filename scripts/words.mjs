// Finds texts of elements that are said outside of localisation, and words that a language lacks or nobody says.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { root } from './setup.mjs';
import { isSaid, patternsOf, textsOfErrors } from './words-of-errors.mjs';

const LANGUAGES = join('components', 'internal', 'languages');
/** Attributes that readers are told. */
const SPOKEN = /\s(aria-label|aria-description|aria-roledescription|aria-valuetext|alt|title|placeholder)="([^"]*)"/g;
/** Functions that translate the texts they are given. */
const TRANSLATE =
  /^(t|button|select|number|words|filePicker|slider|search|layerPicker|classField|predictionList|otherPicture|weight)$/;
/** Said alike in every language. */
const NAMES = /^(JSON|CSV|t-SNE|UMAP|Adam|AdamW|RMSprop|SqueezeNet)$/;

/** What is said of bundled networks and recordings. */
const OF_BUNDLED = ['models/models.json', 'scripts/examples/edges.py', 'scripts/examples/fashion-mnist-recording.mjs'];
/** Files of words of errors. */
const IN_ERRORS = /errors-[a-z]+\.ts$/;

const complaints = [];
const keys = new Map();
/** Every text of the sources, with `{0}` for its first value. */
const texts = new Set();

const hasLetters = (text) => /\p{L}{2}/u.test(text.replaceAll(/&\w+;/g, ''));

/** A template's text, with `{0}` for its first value. */
function textOf(template) {
  if (!ts.isTemplateExpression(template)) return template.text;
  return template.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, template.head.text);
}

function placeOf(node) {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function checkMarkup(node) {
  const markup = textOf(node.template).replaceAll(/\{\d+\}/g, '');
  for (const [, name, value] of markup.matchAll(SPOKEN)) {
    if (hasLetters(value)) complaints.push(`${placeOf(node)}: ${name}="${value}" is outside of localisation`);
  }
  for (const text of markup.replaceAll(/<!--.*?-->/gs, '').split(/<\/?[a-z][^>]*>/i)) {
    if (hasLetters(text)) complaints.push(`${placeOf(node)}: "${text.trim()}" is outside of localisation`);
  }
}

function nameOf(called) {
  return ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
}

/** Literals among what is given, not those of what is called with it later. */
function literalsIn(node, found = []) {
  if (ts.isStringLiteral(node)) found.push(node);
  else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach((each) => literalsIn(each, found));
  else if (ts.isObjectLiteralExpression(node)) {
    for (const { name, initializer } of node.properties) {
      if (initializer && /^(label|placeholder)$/.test(name.getText())) literalsIn(initializer, found);
    }
  }
  return found;
}

function visit(node, isElement) {
  if (ts.isTaggedTemplateExpression(node) && isElement) {
    const tag = node.tag.getText();
    if (tag === 't' || tag === 'rich') keys.set(textOf(node.template), placeOf(node));
    if (tag === 'html' || tag === 'svg') checkMarkup(node);
  }
  if (ts.isCallExpression(node) && isElement) {
    const name = nameOf(node.expression);
    // The first two: what a control is called, and what is said where it is empty; a value may follow.
    const given = name === 'select' || name === 'number' ? [0, 1] : name === 't' || name === 'slider' ? [0] : [0, 1, 2];
    if (TRANSLATE.test(name)) {
      for (const i of given) {
        for (const literal of node.arguments[i] ? literalsIn(node.arguments[i]) : []) {
          if (hasLetters(literal.text) && (i === 0 || /\s|^[A-Z]/.test(literal.text)))
            keys.set(literal.text, placeOf(literal));
        }
      }
    }
    if (name === 'toLocaleString' && node.arguments[0]?.getText() !== "'en'") {
      complaints.push(`${placeOf(node)}: a number is written as the browser's language does, not the figure's`);
    }
    if (name === 'announce') {
      const say = node.arguments[1]?.body;
      if (!say || ts.isStringLiteral(say) || ts.isTemplateLiteral(say)) {
        complaints.push(`${placeOf(node)}: what is announced is outside of localisation`);
      }
    }
  }
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) texts.add(textOf(node));
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) texts.add(node.name.text);
  ts.forEachChild(node, (child) => visit(child, isElement));
}

function wordsIn(source) {
  const words = new Map();
  const look = (node) => {
    if (ts.isPropertyAssignment(node)) words.set(node.name.text, node.initializer.text);
    ts.forEachChild(node, look);
  };
  look(source);
  return words;
}

async function sourcesIn(folder) {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

/** Chinese words by their English texts: of elements, and those that are said in errors only. */
const words = new Map();
const wordsOfErrors = new Map();
/** Texts that come with their values in them. */
const composed = new Set();
/** Texts of errors, each with the part of the message that it is, and its place in the sources. */
const errors = new Map();
for (const path of [...(await sourcesIn('components')), ...(await sourcesIn('src'))].sort()) {
  const source = ts.createSourceFile(
    relative(root, join(root, path)).replaceAll(sep, '/'),
    readFileSync(join(root, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  if (path.startsWith(join(LANGUAGES, 'zh'))) {
    const ofErrors = IN_ERRORS.test(path);
    const table = ofErrors ? wordsOfErrors : words;
    for (const [english, said] of wordsIn(source)) {
      const before = table.get(english);
      if (before !== undefined && before !== said)
        complaints.push(`Chinese: "${english}" is both "${before}" and "${said}"`);
      table.set(english, said);
      if (ofErrors || path.endsWith('notes.ts')) composed.add(english);
    }
  } else if (!path.startsWith(LANGUAGES)) {
    visit(source, path.startsWith('components'));
    for (const { text, part, node } of textsOfErrors(source)) errors.set(text, { part, place: placeOf(node) });
  }
}

const placesIn = (text) =>
  [...text.matchAll(/\{\d+\}/g)]
    .map(([place]) => place)
    .sort()
    .join(' ');
for (const [key, place] of keys) {
  if (!hasLetters(key.replaceAll(/\{\d+\}/g, '')) || NAMES.test(key)) continue;
  if (!words.has(key)) complaints.push(`${place}: there are no Chinese words of "${key}"`);
}
const patterns = patternsOf(composed);
const all = new Map([...wordsOfErrors, ...words]);
for (const [text, { part, place }] of errors) {
  // Where something went wrong is a name as often as words.
  if (part === 'where' && !text.includes(' ')) continue;
  if (!isSaid(text, all, patterns)) complaints.push(`${place}: there are no Chinese words of the error "${text}"`);
}
const fragments = [...texts, ...OF_BUNDLED.map((path) => readFileSync(join(root, path), 'utf8'))].join('\n');
for (const [english, said] of [...words, ...wordsOfErrors]) {
  if (placesIn(english) !== placesIn(said)) complaints.push(`Chinese: "${english}" and "${said}" have other places`);
  // What is put together elsewhere is known by its words
  const parts = english.split(composed.has(english) ? /\{\d+\}|[^\w’-]+/ : /\{\d+\}/);
  const isSaid = keys.has(english) || parts.every((part) => fragments.includes(part));
  if (!isSaid) complaints.push(`Chinese: nobody says "${english}"`);
}

for (const complaint of complaints) console.log(complaint);
console.log(`${keys.size} texts of elements, ${errors.size} of errors, ${all.size} Chinese`);
process.exitCode = complaints.length > 0 ? 1 : 0;
