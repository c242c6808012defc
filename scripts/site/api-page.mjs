// The reference of what the package exports, as a page.
import { escape } from './pages.mjs';
import { html, searchForm, sectionsOf } from './sections.mjs';

const PATH = 'docs/api.html';

const idOf = (entry, name) => (entry === 'unpool' ? name : `${entry.split('/')[1]}-${name}`);

/** Of what source files do not describe themselves there is the name, which says it. */
function entryOf(entry, { name, kind, signatures, description, members }) {
  const rows = members.map(
    (each) => `<dt><code>${escape(each.signature)}</code></dt><dd>${html(each.description)}</dd>`,
  );
  return `<h3 id="${idOf(entry, name)}"><code>${name}</code> <small>${kind}</small></h3>
${signatures.map((each) => `<pre tabindex="0"><code>${escape(each)}</code></pre>`).join('\n')}
${description ? `<p>${html(description)}</p>` : ''}
${rows.length ? `<dl class="members">${rows.join('\n')}</dl>` : ''}`;
}

function listOf(api) {
  return api
    .map(({ entry, groups }) => {
      const items = groups.map(({ title, exports }) => {
        const links = exports.map(({ name }) => `<a href="#${idOf(entry, name)}"><code>${name}</code></a>`);
        return `<li>${html(title)} ${links.join(' ')}</li>`;
      });
      return `<h2 id="${entry.replace('/', '-')}-names"><code>${entry}</code></h2>\n<ul>${items.join('\n')}</ul>`;
    })
    .join('\n');
}

/** A page for the layout, with its `sections` for the search; `api` as scripts/site/api.mjs reads it. */
export function apiPage(api) {
  const details = api.flatMap(({ entry, groups }) =>
    groups.map(
      ({ title, exports }, i) =>
        `<h2 id="${entry.replace('/', '-')}-${i}">${html(title)} <small>${entry}</small></h2>
${exports.map((each) => entryOf(entry, each)).join('\n')}`,
    ),
  );
  const article = `<h1>API reference</h1>
<p class="lead">What programs import: all names, by what they are for. Types are those of the package; options that are left out have defaults.</p>
${listOf(api)}
${details.join('\n')}`;
  return {
    name: 'docs/api',
    path: PATH,
    language: 'en',
    languages: ['en'],
    title: 'API reference · Unpool',
    description: 'All that unpool, unpool/attribution, unpool/measures and unpool/training export, with signatures.',
    script: 'search',
    style: 'playground',
    main: `<main class="document api">\n${searchForm('en')}\n<article>\n${article}\n</article>\n</main>`,
    sections: sectionsOf(article, 'api.html', 'API reference'),
  };
}
