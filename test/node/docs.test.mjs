import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as unpool from '../../dist/index.js';
import * as attribution from '../../dist/attribution.js';
import * as measures from '../../dist/measures.js';
import * as training from '../../dist/training.js';
import { readElements } from '../../scripts/manifest/elements.mjs';
import { readApi } from '../../scripts/site/api.mjs';
import { apiPage } from '../../scripts/site/api-page.mjs';
import { CHINESE, elementPages } from '../../scripts/site/elements.mjs';
import { EXAMPLES } from '../../scripts/site/examples.mjs';
import { LANGUAGES } from '../../scripts/site/pages.mjs';

const elements = readElements();
const pages = elementPages(elements);
const api = readApi();

const LISTS = ['attributes', 'properties', 'methods', 'events', 'slots', 'parts', 'customProperties'];

/** All that sources say of an element, but of its name. */
const saidOf = (element) => {
  const listed = LISTS.flatMap((list) => element[list]);
  const fields = listed.flatMap(({ fields = [] }) => fields);
  return [element, ...listed, ...fields].map(({ description }) => description).filter(Boolean);
};

const said = new Set(elements.flatMap(saidOf));
const codeOf = (text) => (text.match(/`[^`]+`|\{@link \w+\}/g) ?? []).sort();
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

describe('the pages of elements', () => {
  it('are there for every element, in every language, with all that it has', () => {
    for (const language of LANGUAGES)
      for (const element of elements) {
        const page = pages.find((each) => each.name === `docs/${element.tag}` && each.language === language);
        assert(page, `${element.tag} has no page in ${language}`);
        const names = LISTS.flatMap((list) => element[list].map((each) => each.attribute ?? each.name)).filter(Boolean);
        for (const name of names)
          assert(page.main.includes(`<code>${escaped(name)}`), `${page.path} says nothing of ${name}`);
        for (const { attribute } of element.attributes) {
          assert(page.main.includes(` name="${attribute}" `), `${page.path} has no control for ${attribute}`);
          assert(page.main.includes(` id="about-${attribute}"`), `${page.path}: nothing describes ${attribute}`);
        }
      }
  });

  it('have figures of attributes that there are', () => {
    assert.deepEqual(
      Object.keys(EXAMPLES).sort(),
      elements.map(({ tag }) => tag),
    );
    for (const { tag, attributes } of elements) {
      const known = attributes.map(({ attribute }) => attribute);
      for (const name of Object.keys(EXAMPLES[tag])) assert(known.includes(name), `${tag} has no ${name}`);
    }
  });

  it('say everything in Chinese', () => {
    assert(said.size > 300, `${said.size} descriptions`);
    // A list of values is the same in every language.
    const isSaid = (text) => text !== undefined && (/\p{Script=Han}/u.test(text) || codeOf(text).length > 0);
    assert.deepEqual(
      [...said].filter((text) => !isSaid(CHINESE[text])),
      [],
    );
    assert.deepEqual(
      Object.keys(CHINESE).filter((text) => !said.has(text)),
      [],
      'sentences that no source says',
    );
  });

  it('name the same values and properties in Chinese', () => {
    for (const [english, chinese] of Object.entries(CHINESE))
      assert.deepEqual(codeOf(chinese), codeOf(english), english);
  });

  it('have no id twice', () => {
    for (const { path, main } of pages) {
      const ids = [...main.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual(
        ids.filter((id, i) => ids.indexOf(id) !== i),
        [],
        path,
      );
    }
  });
});

describe('the reference', () => {
  it('has every name that is exported, once, with a link', async () => {
    const { main } = apiPage(api);
    const of = (entry, module) => Object.keys(module).map((name) => `${entry}-${name}`);
    const names = [
      ...Object.keys(unpool),
      ...of('attribution', attribution),
      ...of('measures', measures),
      ...of('training', training),
    ];
    assert(names.length > 100, `${names.length} names`);
    for (const name of names) {
      assert.equal(main.split(`id="${name}"`).length, 2, `${name} is not there once`);
      assert(main.includes(`href="#${name}"`), `no link to ${name}`);
    }
  });

  it('shows no tags of comments', async () => {
    const texts = [apiPage(api), ...pages].map(({ main }) => main);
    assert.deepEqual(
      texts.flatMap((text) => text.match(/\{@\w+[^}]*\}/g) ?? []),
      [],
    );
  });
});
