// Markdown to HTML as generators of sites do it, with raw HTML let through.

/** markdown-it, as MyST and Eleventy have it. */
export async function markdownIt(text) {
  const { default: MarkdownIt } = await import('markdown-it');
  return new MarkdownIt({ html: true }).render(text);
}

/** remark and rehype, as Astro and Docusaurus have them; their HTML is parsed and written anew. */
export async function remark(text) {
  const [{ unified }, { default: parse }, { default: toHtml }, { default: raw }, { default: stringify }] =
    await Promise.all(
      ['unified', 'remark-parse', 'remark-rehype', 'rehype-raw', 'rehype-stringify'].map((name) => import(name)),
    );
  const settings = { allowDangerousHtml: true };
  return String(await unified().use(parse).use(toHtml, settings).use(raw).use(stringify).process(text));
}
