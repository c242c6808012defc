import { html, type TemplateResult } from 'lit';

/** The address in a text, where it is one of the web; undefined for others, such as `javascript:`, which would run. */
export function httpUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** A link where a text of a stranger is an address of the web, else the text. Every link to what a file names is made here. */
export function link(text: string, words: string): TemplateResult {
  const url = httpUrl(text);
  return url === undefined ? html`${brief(text)}` : html`<a href=${url} rel="noreferrer">${words}</a>`;
}

/** Characters of a stranger's name that are shown. */
const MAX_SHOWN = 120;

/** A name as short as a page has room for: files have them of any length. */
export function brief(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
