// The blocks of code in the guides and the README, for those that run them: what a reader copies is what is tried.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './setup.mjs';
import { GUIDES } from './site/pages.mjs';

const files = ['README.md', ...readdirSync(join(root, GUIDES)).map((name) => join(GUIDES, name))];

/** The README and the guides, as `{ name, text }`. */
export const guides = files.map((path) => ({ name: basename(path), text: readFileSync(join(root, path), 'utf8') }));

/** The blocks of a text in Markdown, as `{ language, code, heading }`: the heading of the section that a block is in. */
function blocksOf(text) {
  let heading = '';
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$|^#+ ([^\n]*)$/gms)].flatMap(([, language, code, title]) => {
    if (title !== undefined) heading = title;
    return language ? [{ language, code, heading }] : [];
  });
}

/** All blocks of the guides in some languages, as `{ where, language, code, heading }`. */
export const blocks = (...languages) =>
  guides.flatMap(({ name, text }) =>
    blocksOf(text)
      .map((block, i) => ({ ...block, where: `${name}, block ${i + 1}` }))
      .filter(({ language }) => languages.includes(language)),
  );

/** A block of a language below a heading of a guide, the first by default. Throws where the guide has it no longer. */
export function snippet(guide, heading, language, index = 0) {
  const { text } = guides.find(({ name }) => name === guide) ?? { text: '' };
  const found = blocksOf(text).filter((block) => block.heading === heading && block.language === language)[index];
  if (!found) throw new Error(`${guide} has no ${language} below "${heading}"`);
  return found.code;
}
