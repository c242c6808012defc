import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { ArgumentError } from '../../src/internal.ts';
import { UsageError } from '../command.ts';
import { edited, type Edit } from './edit.ts';
import { startTags, type StartTag } from './start-tags.ts';

/** By which a figure in the browser is known as that of a start tag; no file has it. */
export const MARK = 'data-unpool-figure';

/** A page on the disk, as it was when it was read. */
export interface PageFile {
  readonly file: string;
  /** A letter for each byte: what is not ASCII stays what it is, in any encoding that has ASCII in it. */
  readonly html: string;
  /** Those of figures. */
  readonly tags: readonly StartTag[];
  /** Where it is served, and what relative addresses in it are relative to. */
  readonly path: string;
  readonly base: (origin: string) => string;
}

/** Reads a page that lies in a folder, from where it is served. */
export async function readPage(file: string, root: string): Promise<PageFile> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new ArgumentError(`there is no file "${file}"`);
  const path = pathIn(root, file);
  if (path === undefined) throw new UsageError(`--root: "${file}" does not lie in "${root}"`);
  const html = await lettersOf(file);
  if (/^(\xff\xfe|\xfe\xff)/.test(html)) {
    throw new ArgumentError('the page is written in UTF-16', { where: file, remedy: 'Save it in UTF-8.' });
  }
  const tags = startTags(html);
  const href = tags.find(({ name, attributes }) => name === 'base' && attributes.some((each) => each.name === 'href'));
  const written =
    href?.attributes
      .find(({ name }) => name === 'href')
      ?.value.replaceAll('&amp;', '&')
      .trim() ?? '';
  return {
    file,
    html,
    tags: tags.filter(({ name }) => name.startsWith('cnn-')),
    path,
    base: (origin) => new URL(written, new URL(path, origin)).href,
  };
}

const lettersOf = async (file: string): Promise<string> => (await readFile(file)).toString('latin1');

/** As it goes to the browser: figures have marks, and those that this command has stored are as they were before. */
export function marked({ html, tags }: PageFile, isOurs: (tag: StartTag) => boolean): Uint8Array {
  const edits = tags.map((tag, i): Edit => {
    const [mark, none] = [{ [MARK]: String(i) }, { result: undefined, poster: undefined }];
    return { tag, attributes: isOurs(tag) ? { ...none, ...mark } : mark };
  });
  return Buffer.from(edited(html, edits), 'latin1');
}

/** The page with what is to be written into it. Throws ArgumentError where somebody has changed it since. */
export async function updated({ file, html }: PageFile, edits: readonly Edit[]): Promise<Uint8Array> {
  if ((await lettersOf(file)) !== html) {
    throw new ArgumentError('the page was changed while it was rendered, so nothing is written into it', {
      where: file,
      remedy: 'Run it again.',
    });
  }
  return Buffer.from(edited(html, edits), 'latin1');
}

/** Line of a start tag, from 1 on. */
export function lineOf({ html }: PageFile, { from }: StartTag): number {
  return html.slice(0, from).split('\n').length;
}

/** The path of an address at which a file of a folder is served; undefined of one that is not in it. */
export function pathIn(folder: string, file: string): string | undefined {
  const inside = relative(resolve(folder), resolve(file));
  if (inside === '' || inside.split(sep)[0] === '..' || resolve(folder, inside) !== resolve(file)) return undefined;
  return `/${inside.split(sep).map(encodeURIComponent).join('/')}`;
}

/** A file's address as a page writes it, relative to its base where that leads to the same server. */
export function writtenAddress(path: string, base: string, origin: string): string {
  const { pathname, origin: baseOrigin } = new URL(base);
  if (baseOrigin !== origin) {
    throw new ArgumentError('its addresses lead to another host, where the files will not be found', {
      where: `<base href="${base}">`,
    });
  }
  const [from, to] = [pathname.split('/').slice(0, -1), path.split('/')];
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}
