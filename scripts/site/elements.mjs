// A page for each element in each language, made from what its source says of it, and a page of all elements.
import { readFileSync } from 'node:fs';
import { EXAMPLES } from './examples.mjs';
import { escape, folderOf, LANGUAGES } from './pages.mjs';
import { html, searchForm, sectionsOf } from './sections.mjs';
import { WORDS } from './element-words.mjs';

/** English → Chinese, for all that sources say of elements. */
export const CHINESE = JSON.parse(readFileSync(new URL('elements.zh.json', import.meta.url), 'utf8'));

/** What a source says, in a language. */
const saidIn = (language, text) => (language === 'en' ? text : (CHINESE[text] ?? text));

const code = (text) => (text === undefined || text === '' ? '' : `<code>${escape(text)}</code>`);

/** `'max'` of a source is `max` in HTML; what has no value of its own has none to show. */
const defaultOf = ({ default: value }) => value?.replace(/^'(.*)'$/, '$1');

const pathOf = (tag, language) => `${folderOf(language)}docs/${tag}.html`;

/** The attributes of the figure, as they stand in the page's HTML. */
function exampleOf(tag, language) {
  const entries = Object.entries(EXAMPLES[tag] ?? {});
  return entries.map(([name, value]) => [name, Array.isArray(value) ? value[LANGUAGES.indexOf(language)] : value]);
}

function openingTag(tag, attributes) {
  return `<${tag}${attributes.map(([name, value]) => ` ${name}="${escape(value)}"`).join('')}>`;
}

/** The control of an attribute; the sentence that describes it is in the table below. */
function control(attribute, given) {
  const { attribute: name, written, choices } = attribute;
  const value = given.get(name) ?? '';
  const common = `id="set-${name}" name="${name}" aria-describedby="about-${name}"`;
  const label = `<label for="set-${name}"><code>${name}</code></label>`;
  if (written === 'boolean') return `<div>${label}<input type="checkbox" ${common}${value ? ' checked' : ''} /></div>`;
  const usual = defaultOf(attribute) ?? '';
  if (choices) {
    const options = [...new Set(['', ...choices])].map((choice) => {
      const shown = choice === '' ? usual && `(${usual})` : choice;
      return `<option value="${choice}"${choice === value ? ' selected' : ''}>${shown}</option>`;
    });
    return `<div>${label}<select ${common}>${options.join('')}</select></div>`;
  }
  const kind = written === 'number' ? 'type="number" step="any"' : 'type="text" spellcheck="false"';
  return `<div>${label}<input ${kind} ${common} value="${escape(value)}" placeholder="${escape(usual)}" /></div>`;
}

function playground({ tag, attributes }, language) {
  const words = WORDS[language];
  const example = exampleOf(tag, language);
  const opening = openingTag(tag, example);
  const given = new Map(example);
  return `<section class="example" aria-labelledby="example">
<h2 id="example">${words.example}</h2>
<div class="live">${opening}<p>${words.noScript}</p></${tag}></div>
<form class="playground" data-tag="${tag}" aria-labelledby="playground">
<h3 id="playground">${words.playground}</h3>
<p class="hint">${words.playgroundHint}</p>
<div class="controls">
${attributes.map((attribute) => control(attribute, given)).join('\n')}
</div>
<p class="actions"><button type="reset">${words.reset}</button></p>
</form>
<h3 id="html">HTML</h3>
<pre tabindex="0" aria-labelledby="html"><code class="html">${escape(`${opening}</${tag}>`)}</code></pre>
<p class="actions copying"><button type="button" class="copy" data-done="${words.copied}" data-failed="${words.notCopied}">${words.copy}</button>
<span role="status"></span></p>
</section>`;
}

/** A table, or nothing where there are no rows. Cells are HTML. */
function table(id, title, heads, rows, ids = []) {
  if (rows.length === 0) return '';
  const body = rows.map(
    ([first, ...others], i) =>
      `<tr><th scope="row">${first}</th>${others
        .map((cell, j) => `<td${ids[i] && j === others.length - 1 ? ` id="${ids[i]}"` : ''}>${cell}</td>`)
        .join('')}</tr>`,
  );
  return `<h2 id="${id}">${title}</h2>
<div class="wide" tabindex="0" role="group" aria-labelledby="${id}"><table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

/** What can be written: choices, or the kind of value. */
const writtenOf = ({ written, choices }, words) => (choices ? choices.map(code).join(' ') : words.written[written]);

function tables(element, language) {
  const words = WORDS[language];
  const say = (text) => html(saidIn(language, text));
  const named = (list, key = 'name') => list.map((each) => [code(each[key]), say(each.description)]);
  const { heads } = words;
  const attributes = element.attributes.map((each) => [
    code(each.attribute),
    code(each.name),
    writtenOf(each, words),
    code(defaultOf(each)),
    say(each.description),
  ]);
  const events = element.events.map(({ name, className, description, fields }) => [
    code(name),
    code(className),
    fields
      .map((field) => {
        const said = field.description ? (language === 'zh' ? '：' : ': ') + say(field.description) : '';
        return `<code>${escape(`${field.name}: ${field.type}`)}</code>${said}`;
      })
      .join('<br />'),
    say(description),
  ]);
  return [
    table(
      'attributes',
      words.attributes,
      [heads.attribute, heads.property, heads.values, heads.default, heads.meaning],
      attributes,
      element.attributes.map(({ attribute }) => `about-${attribute}`),
    ),
    table(
      'properties',
      words.properties,
      [heads.property, heads.type, heads.meaning],
      element.properties.map((each) => [
        code(each.name),
        code(each.type) + (each.isReadonly ? ` ${words.readonly}` : ''),
        say(each.description),
      ]),
    ),
    table(
      'methods',
      words.methods,
      [heads.method, heads.meaning],
      element.methods.map((each) => [code(each.name + each.type), say(each.description)]),
    ),
    table('events', words.events, [heads.event, heads.class, heads.fields, heads.meaning], events),
    table(
      'slots',
      words.slots,
      [heads.slot, heads.meaning],
      element.slots.map(({ name, description }) => [name ? code(name) : words.defaultSlot, say(description)]),
    ),
    table('parts', words.parts, [heads.part, heads.meaning], named(element.parts)),
    table(
      'custom-properties',
      words.customProperties,
      [heads.property, heads.meaning],
      named(element.customProperties),
    ),
  ].join('\n');
}

function pageOf(element, language) {
  const words = WORDS[language];
  const { tag } = element;
  const description = saidIn(language, element.description);
  const article = `<h1 id="${tag}"><code>&lt;${tag}&gt;</code></h1>
<p class="lead">${html(description)}</p>
${playground(element, language)}
<h2 id="import">${words.load}</h2>
<p>${words.loadWords}</p>
<pre tabindex="0" aria-labelledby="import"><code>${escape(`import 'unpool/components/${tag}.js';`)}</code></pre>
${tables(element, language)}`;
  return {
    name: `docs/${tag}`,
    path: pathOf(tag, language),
    language,
    languages: LANGUAGES,
    title: `<${tag}> · Unpool`,
    description: description.replaceAll('`', ''),
    script: 'playground',
    style: 'playground',
    main: `<main class="document">\n${searchForm(language)}\n<article>\n${article}\n</article>\n</main>`,
    sections: sectionsOf(article, `${tag}.html`, `<${tag}>`),
  };
}

/** A list of links to the pages of all elements, where a page says `{elements}`. */
export const elementList = (elements, language) =>
  `<ul class="elements">${elements
    .map(({ tag, description }) => {
      const said = html(saidIn(language, description));
      return `<li><a href="{root}${pathOf(tag, language)}"><code>&lt;${tag}&gt;</code></a> ${said}</li>`;
    })
    .join('\n')}</ul>`;

function overview(elements, language) {
  const { elements: title, elementsLead } = WORDS[language];
  return {
    name: 'docs/elements',
    path: pathOf('elements', language),
    language,
    languages: LANGUAGES,
    title: `${title} · Unpool`,
    description: elementsLead,
    script: 'search',
    style: 'playground',
    main: `<main class="document">
${searchForm(language)}
<article>
<h1>${title}</h1>
<p class="lead">${elementsLead}</p>
${elementList(elements, language)}
</article>
</main>`,
    sections: [['elements.html', '', title, title, elementsLead]],
  };
}

/** Pages for the layout, each with its `sections` for the search; `elements` as scripts/manifest/elements.mjs reads them. */
export function elementPages(elements) {
  return LANGUAGES.flatMap((language) => [
    overview(elements, language),
    ...elements.map((element) => pageOf(element, language)),
  ]);
}
