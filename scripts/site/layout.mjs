// What all pages of the site have around them: their head, the way past the navigation, the navigation, the end.
import { escape, folderOf, LANGUAGES, pageExists } from './pages.mjs';

/** How a language is called in it, and by `lang`. */
const NAMES = { en: ['English', 'en'], zh: ['简体中文', 'zh-Hans'] };

const WORDS = {
  en: {
    skip: 'Skip to the content',
    site: 'Unpool',
    navigation: 'Pages',
    language: 'Language',
    appearance: 'Appearance',
    schemes: ['automatic', 'light', 'dark'],
    pages: { article: 'Article', figures: 'Figures', mechanism: 'Arithmetic', studio: 'Studio', docs: 'Docs' },
    inStudio: 'Open in the studio',
    local: 'Everything is computed on your machine. Pictures and networks that you open stay there.',
    licence: 'Unpool is free software under the MIT licence.',
  },
  zh: {
    skip: '跳到正文',
    site: 'Unpool',
    navigation: '页面',
    language: '语言',
    appearance: '外观',
    schemes: ['自动', '浅色', '深色'],
    pages: { article: '文章', figures: '图示', mechanism: '计算', studio: '工作台', docs: '文档' },
    inStudio: '在工作台中打开',
    local: '所有计算都在你的设备上完成，你打开的图片和网络不会离开本机。',
    licence: 'Unpool 是自由软件，采用 MIT 许可证。',
  },
};

/** From a page of a language to the site's page of that name, in this language if there is one. */
function addressOf(name, language, toRoot) {
  if (name === 'figures') return `${addressOf('index', language, toRoot)}#figures`;
  const folder = pageExists(name, language) ? folderOf(language) : '';
  return `${toRoot}${folder}${name}.html`;
}

function navigation({ name, section, language, toRoot }) {
  const items = Object.entries(WORDS[language].pages).map(([page, text]) => {
    const here = page === name ? ' aria-current="page"' : page === section ? ' aria-current="true"' : '';
    return `<li><a href="${addressOf(page, language, toRoot)}"${here}>${text}</a></li>`;
  });
  return `<nav aria-label="${WORDS[language].navigation}"><ul>${items.join('')}</ul></nav>`;
}

/** The same page in the other languages, or where it has only one the documentation's search in them. */
function languages({ name, language, toRoot, isIn }) {
  return LANGUAGES.filter((other) => other !== language)
    .map((other) => {
      const page = isIn(other) ? name : 'docs';
      const [text, code] = NAMES[other];
      const address = `${toRoot}${folderOf(other)}${page}.html`;
      return `<a class="language" href="${address}" lang="${code}" hreflang="${code}">${text}</a>`;
    })
    .join(' ');
}

function alternates({ name, toRoot, isIn }) {
  const there = LANGUAGES.filter(isIn);
  return there.length < 2
    ? ''
    : there
        .map(
          (language) =>
            `<link rel="alternate" hreflang="${NAMES[language][1]}" href="${toRoot}${folderOf(language)}${name}.html" />\n`,
        )
        .join('');
}

/**
 * A whole page. `main` is its `<main>…</main>`, in which `{root}` stands for the way to the site's folder; `name` is
 * its name without folder and ending; `path` its path within the site; `models` the folder of the networks within the site, where
 * that is not beside it; `languages` those in which there is the page, where it is no fragment.
 */
export function layout({ name, language, path, title, description, script, style, main, models, languages: there }) {
  const words = WORDS[language];
  const toRoot = '../'.repeat(path.split('/').length - 1);
  const isIn = (other) => there?.includes(other) ?? pageExists(name, other);
  const section = /(^|\/)docs\//.test(path) ? 'docs' : undefined;
  const place = { name, section, language, toRoot, isIn };
  const schemes = ['light dark', 'light', 'dark'].map((value, i) => {
    return `<option value="${value}">${words.schemes[i]}</option>`;
  });
  return `<!doctype html>
<html lang="${NAMES[language][1]}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="description" content="${escape(description)}" />
${models ? `<meta name="unpool-models" content="${toRoot}${models}" />\n` : ''}<title>${escape(title)}</title>
<link rel="icon" href="${toRoot}icon.svg" />
${alternates(place)}<link rel="stylesheet" href="${toRoot}gallery.css" />
${style ? `<link rel="stylesheet" href="${toRoot}${style}.css" />\n` : ''}<script type="module" blocking="render" src="${toRoot}site.js"></script>
${script ? `<script type="module" src="${toRoot}${script}.js"></script>\n` : ''}</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="site">
<a class="name" href="${addressOf('index', language, toRoot)}">${words.site}</a>
${navigation(place)}
<div class="settings">
${languages(place)}
<label class="scheme">${words.appearance}
<select id="scheme">${schemes.join('')}</select></label>
</div>
</header>
${filled(main, place)}
<footer class="site">
<p>${words.local}</p>
<p>${words.licence}</p>
</footer>
</body>
</html>
`;
}

/** The way past the navigation ends at the page's `<main>`. */
const filled = (main, place) =>
  main
    .replace(/<main\b(?![^>]*\bid=)/, '<main id="main" tabindex="-1"')
    .replace(FIGURE_END, (end) => `${end}\n${inStudio(place)}`)
    .replaceAll('{root}', place.toRoot);

/**
 * Of all elements but those whose networks are made in the page: the studio cannot be told of them. What waits in a template to be
 * asked for has its link behind that.
 */
const FIGURE_END = /<\/cnn-(?!train)[\w-]+\s*>(\s*<\/template\s*>)?/g;

/** The link under a figure, there from the beginning so that nothing shifts; site/open-in-studio.ts aims it at what is shown. */
const inStudio = ({ language, toRoot }) =>
  `<p class="in-studio"><a href="${addressOf('studio', language, toRoot)}">${WORDS[language].inStudio}</a></p>`;
