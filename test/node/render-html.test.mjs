// Start tags as a browser finds them, and what is written into them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome } from '../../scripts/browser.mjs';
import { importSource } from './typescript.mjs';

const { startTags } = await importSource('cli/render/start-tags.ts');
const { edited } = await importSource('cli/render/edit.ts');
const { fileNames } = await importSource('cli/render/files.ts');

const figures = (html) => startTags(html).filter(({ name }) => name.startsWith('cnn-'));

/** Pages, and how many figures are in them. */
const ODD = {
  'a comment': ['<!-- <cnn-a n=1> --><cnn-a n=2>', 1],
  'an empty comment': ['<!--><cnn-a n=1><!---><cnn-a n=2> -->', 2],
  'a comment that ends oddly': ['<!-- x --!><cnn-a n=1><!-- -- > --><cnn-a n=2>', 2],
  'a comment that never ends': ['<cnn-a n=1><!-- <cnn-a n=2>', 1],
  'what is no comment': ['<!doctype html><? <cnn-a n=1> ?><!x <cnn-a n=2>></ <cnn-a n=3>><cnn-a n=4>', 1],
  'a script': ['<script>"<cnn-a n=1>"</script><cnn-a n=2>', 1],
  'a script in a comment in a script': [
    '<script><!-- <script> </script> <cnn-a n=1> --></script><cnn-a n=2><script><!-- </script><cnn-a n=3>',
    2,
  ],
  'a script whose end has more letters': ['<script></scripts><cnn-a n=1></SCRIPT x><cnn-a n=2>', 1],
  'styles and texts': [
    '<style><cnn-a n=1></style><textarea><cnn-a n=2></textarea ><title><cnn-a n=3></title><xmp><cnn-a n=4></xmp><cnn-a n=5>',
    1,
  ],
  'a frame': ['<iframe srcdoc="<cnn-a n=1>"><cnn-a n=2></iframe><cnn-a n=3>', 1],
  quotes: [`<p title="<cnn-a n=1>" lang='>"'><cnn-a n=2 alt='"a > b"' title="it's > ">`, 1],
  'no quotes': ['<cnn-a n=1 src=a/b/> <cnn-a n=2 src=a"b\'c<d=e>', 2],
  slashes: ['<cnn-a/n=1/src=x/ /><cnn-a n=2/>', 2],
  'an equals sign first': ['<cnn-a =n=1 n = 2\n x\t=\f"y">', 1],
  'upper case': ['<CNN-A N=1 SRC="x" Src="y"></CNN-A><Cnn-Saliency n=2>', 2],
  'a name that someone made': ['<cnn-a.b:ü_c n=1><cnn- n=2><cnn n=3>', 2],
  'a template': ['<template><cnn-a n=1><template></template><cnn-a n=2></template><cnn-a n=3>', 1],
  svg: ['<svg><title/><cnn-b n=0></cnn-b><![CDATA[ <cnn-a n=1> ]]></svg><cnn-a n=2>', 2],
  'a less-than sign': ['1 < 2 <<cnn-a n=1> <3 <cnn-a n=2>', 2],
  'an end in a tag': ['<cnn-a n=1><cnn-a n=2 src="', 1],
  'null and new lines': ['<cnn-a\r\nn=1\r\n\r\n>\r\n<cnn-a\tn=2\f>', 2],
};

describe('start tags of a page', () => {
  let browser, page;
  before(async () => {
    browser = await puppeteer.launch({ ...findChrome(), headless: true, args: CHROME_FLAGS });
    page = await browser.newPage();
  });
  after(() => browser.close());

  /** What a browser makes of it: the name and attributes of each figure. */
  const parsed = (html) =>
    page.evaluate((html) => {
      const figures = [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*')];
      return figures
        .filter(({ localName }) => localName.startsWith('cnn-'))
        .map(({ localName, attributes }) => [localName, [...attributes].map(({ name, value }) => [name, value])]);
    }, html);
  const scanned = (html) =>
    figures(html).map(({ name, attributes }) => [
      name,
      attributes.map(({ name, value }) => [name, value.replaceAll('\r\n', '\n')]),
    ]);

  for (const [name, [html, count]] of Object.entries(ODD)) {
    it(`are those that a browser finds: ${name}`, async () => {
      const found = scanned(html);
      assert.equal(found.length, count);
      assert.deepEqual(found, await parsed(html));
    });
  }

  it('are those that a browser finds in any mixture of odd pages', async () => {
    // What is text in HTML is none in broken SVG. Of a tag that is none, no browser has an element, and it is left alone.
    const pieces = Object.entries(ODD)
      .filter(([name]) => name !== 'svg')
      .map(([, [html]]) => html)
      .concat('-->', '<!--', '<script>', '</script>', '"', "'", '<p ', '>', '<b a=', '</style>', '<div>', '/');
    let seed = 1;
    const chance = (below) => (seed = (seed * 48271) % 2147483647) % below;
    let count = 0;
    for (let i = 0; i < 400; i++) {
      const html = Array.from({ length: 1 + chance(6) }, () => {
        const piece = pieces[chance(pieces.length)];
        return chance(3) === 0 ? piece.slice(0, chance(piece.length + 1)) : piece;
      }).join('');
      const found = scanned(html);
      count += found.length;
      assert.deepEqual(found, await parsed(html), html);
    }
    assert(count > 400, `${count} figures`);
  });

  it('are none in what is for browsers without scripts, and some in the shadow roots of a page', () => {
    assert.equal(figures('<noscript><cnn-a></noscript><cnn-a>').length, 1);
    const shadow = '<div><template shadowrootmode="open"><cnn-a></template></div><template><cnn-a></template>';
    assert.equal(figures(shadow).length, 1);
  });

  it('are written into, and nothing else', async () => {
    for (const [name, [html]] of Object.entries(ODD)) {
      const tags = figures(html);
      const attributes = { result: 'a&b/"c".unpool', poster: 'é.webp' };
      const once = edited(
        html,
        tags.map((tag) => ({ tag, attributes })),
      );
      const again = figures(once);
      for (const [i, { attributes }] of again.entries()) {
        const value = (name) => attributes.find((known) => known.name === name).value;
        assert.deepEqual([value('result'), value('poster')], ['a&amp;b/&quot;c&quot;.unpool', 'é.webp'], name);
        const others = attributes.filter(({ name }) => !['result', 'poster'].includes(name));
        assert.deepEqual(
          others.map(({ value }) => value),
          tags[i].attributes.map(({ value }) => value),
        );
      }
      // What was put in is taken out: nothing else has changed
      const without = once.replaceAll(' result="a&amp;b/&quot;c&quot;.unpool" poster="é.webp"', '');
      assert.equal(without, html, name);
      assert.equal(
        edited(
          once,
          again.map((tag) => ({ tag, attributes })),
        ),
        once,
        'writing again changes nothing',
      );
      assert.deepEqual(
        (await parsed(once)).map(([name, all]) => [name, all.find(([name]) => name === 'result')[1]]),
        tags.map(({ name }) => [name, attributes.result]),
      );
    }
  });

  it('keep what stands before, between and behind attributes that are replaced', () => {
    const html = `<cnn-a  POSTER = old.png\n  id='x' Result='old > file' alt></cnn-a>`;
    const [tag] = figures(html);
    assert.equal(
      edited(html, [{ tag, attributes: { result: 'r', poster: 'p' } }]),
      `<cnn-a  poster="p"\n  id='x' result="r" alt></cnn-a>`,
    );
    assert.equal(
      edited(html, [{ tag, attributes: { result: undefined, none: undefined } }]),
      html.replace(`Result='old > file'`, ''),
    );
  });
});

it('files of figures are named by their ids, else by tag and number, each once', () => {
  const figures = [
    ['a', ''],
    ['a', 'why'],
    ['b', ''],
    ['a', ''],
    ['b', 'WHY'],
    ['b', '../../etc/x y'],
    ['b', 'a-1'],
    ['b', '.'],
    ['a', '蜜蜂'],
  ];
  assert.deepEqual(fileNames(figures.map(([tag, id]) => ({ tag, id }))), [
    'a-1',
    'why',
    'b-1',
    'a-3',
    'WHY-2',
    'etc-x-y',
    'a-1-2',
    'b-5',
    '蜜蜂',
  ]);
});
