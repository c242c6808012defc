import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { layout } from '../../scripts/site/layout.mjs';
import { fragments, LANGUAGES, parseFragment } from '../../scripts/site/pages.mjs';

const all = fragments();
const names = [...new Set(all.map(({ name }) => name))];

/** Attributes that readers hear; all others have to be the same in every language. */
const SPOKEN = /^(alt|data-alt|painting-alt|guide-alt|aria-label|placeholder|title|lang)$/;

const TAG = /<([a-z][\w-]*)((?:\s+[\w-]+(?:=(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/g;

/** Tags as `[name, attribute=value, …]`, without the attributes that are spoken. */
const tagsOf = (html) =>
  [...html.matchAll(TAG)].map(([, tag, text]) => {
    const attributes = [...text.matchAll(/([\w-]+)(?:=("[^"]*"|'[^']*'))?/g)];
    const kept = attributes.filter(([, name]) => !SPOKEN.test(name)).map(([, name, value = '']) => `${name}=${value}`);
    return [tag, ...kept.sort()];
  });

/** Figures and controls in their order, then ids and links: sentences may name them in another order. */
const partsOf = (html) => {
  const tags = tagsOf(html);
  return {
    figures: tags.filter(([tag]) => tag.startsWith('cnn-') || ['form', 'input', 'button', 'select'].includes(tag)),
    names: tags
      .flat()
      .filter((attribute) => /^(id|href|src|for|aria-labelledby|data-set)=/.test(attribute))
      .sort(),
  };
};

/** What readers see, without code and without what is said to be English. */
const textsOf = (html) =>
  html
    .replace(/<(pre|code|cite)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<(\w+)\b[^>]*\slang="en"[^>]*>[\s\S]*?<\/\1>/g, '')
    .split(/<[^>]*>/)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter(Boolean);

const spokenOf = (html) => [...html.matchAll(/\s(?:[\w]+-)?alt="([^"]+)"/g)].map(([, text]) => text);

const HAN = /\p{Script=Han}/u;
/** Numbers, signs and names are the same in every language. */
const NAMES = /^(SqueezeNet 1\.1|Fashion-MNIST|t-SNE|UMAP|cs231n|conv1|fire\d|[\P{L}]*)$/u;

describe('the pages of the site', () => {
  it('are there', () => assert(names.length >= 9, `${names.length} pages`));

  for (const name of names) {
    it(`${name}: the same in every language, but for its words`, () => {
      const [english, ...others] = LANGUAGES.map((language) =>
        all.find((fragment) => fragment.name === name && fragment.language === language),
      );
      assert(english, `there is no ${name}.en.html`);
      for (const [i, other] of others.entries()) {
        assert(other, `there is no ${name}.${LANGUAGES[i + 1]}.html`);
        assert.deepEqual(partsOf(other.main), partsOf(english.main));
        assert.deepEqual([other.script, other.style], [english.script, english.style]);
      }
    });

    it(`${name}: nothing is left in English`, () => {
      const { title, description, main } = all.find((it) => it.name === name && it.language === 'zh');
      const said = [title, description, ...textsOf(main), ...spokenOf(main)];
      assert.deepEqual(
        said.filter((text) => !HAN.test(text) && !NAMES.test(text) && !/^\{(documents|elements|guides)\}$/.test(text)),
        [],
      );
    });
  }

  it('find their files from wherever they lie', () => {
    const page = {
      name: 'network',
      language: 'zh',
      title: 'a "b" <c>',
      description: 'd',
      main: '<main>{root}x</main>',
    };
    assert.match(layout({ ...page, path: 'zh/network.html' }), /<main id="main" tabindex="-1">\.\.\/x<\/main>/);
    assert.match(layout({ ...page, path: 'network.html' }), /<main id="main" tabindex="-1">x<\/main>/);
    assert.match(layout({ ...page, path: 'network.html' }), /<title>a &quot;b&quot; &lt;c><\/title>/);
  });

  it('have a link to the studio under each figure that it can be told of', () => {
    const page = { name: 'x', language: 'zh', path: 'zh/x.html', title: 't', description: 'd' };
    const linksIn = (figures) =>
      layout({ ...page, main: `<main>${figures}</main>` })
        .split('<main')[1]
        .match(/<\/(?:cnn-[\w-]+|template)>\n<p class="in-studio"><a href="[^"]*studio\.html">[^<]+<\/a><\/p>/g);
    const link = '<p class="in-studio"><a href="../zh/studio.html">在工作台中打开</a></p>';
    assert.deepEqual(linksIn('<cnn-style></cnn-style>'), [`</cnn-style>\n${link}`]);
    assert.deepEqual(linksIn('<template><cnn-style></cnn-style></template>'), [`</template>\n${link}`]);
    assert.equal(linksIn('<cnn-training></cnn-training>'), null);
  });

  it('without a title are refused', () => {
    assert.throws(() => parseFragment('<main></main>', 'x.html'), /x\.html has no comment/);
    assert.throws(() => parseFragment('<!--\ntitle: t\n-->\n<main></main>', 'x.html'), /no title or no description/);
  });
});
