import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError, checkNumber, checkWhole } from '../../src/internal.ts';
import { command, UsageError, type Command, type Report, type Surroundings, type Values } from '../command.ts';
import { choice, flag, number, text } from '../options.ts';
import { replaceFile } from '../output.ts';
import { findBrowser, findPuppeteer, launch } from '../render/browser.ts';
import { attribute, type Edit } from '../render/edit.ts';
import { fileNames, withPageAddresses } from '../render/files.ts';
import { lineOf, marked, pathIn, readPage, updated, writtenAddress, type PageFile } from '../render/page-file.ts';
import { RenderSession, type Rendered } from '../render/session.ts';
import { serve } from '../server.ts';
import { duration } from '../words.ts';

/** Where unpool.min.js and the networks lie: dist/ is below. */
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
/** Where they are served: no page has a folder of this name that a browser may see. */
const OWN = '/.unpool/';
const GIVEN = '/.unpool-script/';

const OPTIONS = {
  out: text('folder', 'where the files go (default: figures, beside the page)'),
  update: flag('writes the attributes result and poster into the page, and changes nothing else in it'),
  poster: choice(['webp', 'png'], 'what posters are', 'webp'),
  root: text('folder', 'what is served: the folder of the site, in which the page is (default: that of the page)'),
  script: text(
    'url|file',
    "what defines the elements where the page's own script does not (default: that of this package)",
  ),
  width: number('px', 'of the window that the page is opened in', 1280),
  timeout: number('seconds', 'that a figure may take', 300),
  steps: number('number', 'that a <cnn-trainer> learns before it is stored', 100),
  browser: text(
    'file',
    'Chrome, Edge or Chromium (default: the environment variable UNPOOL_BROWSER, or one that is found)',
  ),
} as const;

type OptionValues = Values<typeof OPTIONS>;

/** What became of a figure. */
interface Outcome {
  readonly tag: string;
  readonly id: string;
  /** Of its start tag; undefined where a script has made it, or the page is elsewhere. */
  readonly line: number | undefined;
  readonly error?: string;
  /** Addresses as they are written into the page, and where the files are. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly edit?: Edit;
  readonly ms: number;
}

/** What is rendered, and where things go. */
interface Target {
  readonly url: string;
  readonly out: string;
  /** Undefined of a page on the web. */
  readonly page: PageFile | undefined;
  readonly origin: string;
  readonly base: string;
  readonly script: string | undefined;
  /** The address of a file of the folder, as it is written into the page. */
  readonly addressOf: (name: string) => string;
}

export const renderCommand: Command = command({
  name: 'render',
  summary:
    'Stores all figures of a page, with posters, so that readers see them at once: by puppeteer-core, in a browser',
  operand: '<page>',
  options: OPTIONS,
  examples: ['render page.html --update', 'render https://example.com/page.html --out figures'],
  run: async (values, [page = ''], surroundings) => {
    checkNumber('--timeout', values.timeout, { above: 0 });
    checkWhole('--width', values.width, 100, 10_000);
    checkWhole('--steps', values.steps, 1, 1_000_000);
    const { signal } = surroundings;
    const isWeb = /^https?:\/\//i.test(page);
    if (isWeb && values.update) throw new UsageError('--update: a page on the web cannot be written to');
    if (isWeb && values.out === undefined) throw new UsageError('--out: where do the files of a page on the web go?');
    if (isWeb && values.root !== undefined) throw new UsageError('--root: a page on the web is served already');
    const file = isWeb ? undefined : await fileToServe(page, values);
    const executable = findBrowser(values.browser);
    const puppeteer = await findPuppeteer();
    const ending = new AbortController();
    try {
      const target = file ? await servedTarget(file, values, ending.signal) : webTarget(page, values);
      const browser = await launch(puppeteer, executable);
      try {
        const session = await RenderSession.open(browser, { ...target, width: values.width, signal });
        return await renderAll(session, target, values, surroundings);
      } finally {
        await browser.close().catch(() => undefined);
      }
    } finally {
      ending.abort();
    }
  },
});

interface ServedFile {
  readonly page: PageFile;
  readonly root: string;
  readonly out: string;
  /** At which the files of `out` are served. */
  readonly outPath: string;
}

async function fileToServe(file: string, { root: named, out: folder }: OptionValues): Promise<ServedFile> {
  const root = named ?? dirname(resolve(file));
  const page = await readPage(file, root);
  const out = folder ?? join(dirname(file), 'figures');
  const outPath = pathIn(root, join(out, 'x'))?.replace(/x$/, '');
  if (outPath === undefined)
    throw new UsageError(`--out: "${out}" does not lie in "${root}", which is served (--root)`);
  return { page, root, out, outPath };
}

async function servedTarget(
  { page, root, out, outPath }: ServedFile,
  { script: named }: OptionValues,
  signal: AbortSignal,
): Promise<Target> {
  const isFile = named !== undefined && !/^https?:\/\//i.test(named);
  if (isFile && !existsSync(named)) throw new UsageError(`--script: there is no "${named}"`);
  const routes = {
    '/': resolve(root),
    [OWN]: PACKAGE,
    ...(isFile && { [GIVEN]: dirname(resolve(named)) }),
  };
  const pages: Record<string, Uint8Array> = {};
  const { url } = await serve(0, routes, pages, signal);
  const { origin } = new URL(url);
  const base = page.base(origin);
  const ours = new URL(outPath, origin).href;
  // What the page says of figures that this command has stored holds now, not what it said then
  pages[page.path] = marked(page, ({ attributes }) => {
    const result = attributes.find(({ name }) => name === 'result')?.value.trim() ?? '';
    return URL.canParse(result, base) && new URL(result, base).href.startsWith(ours);
  });
  const addressOf = (name: string): string => writtenAddress(`${outPath}${encodeURIComponent(name)}`, base, origin);
  addressOf('');
  const script = isFile ? `${GIVEN}${encodeURIComponent(basename(named))}` : (named ?? `${OWN}dist/unpool.min.js`);
  return {
    url: new URL(page.path, origin).href,
    out,
    page,
    origin,
    base,
    addressOf,
    script: new URL(script, origin).href,
  };
}

function webTarget(url: string, { out = '', script }: OptionValues): Target {
  const { origin } = new URL(url);
  const addressOf = (name: string): string => `${basename(out)}/${encodeURIComponent(name)}`;
  return { url, out, page: undefined, origin, base: url, addressOf, script };
}

async function renderAll(
  session: RenderSession,
  target: Target,
  values: OptionValues,
  { signal, progress }: Surroundings,
): Promise<Report> {
  const { figures } = session;
  const { out, page } = target;
  if (figures.length === 0)
    throw new ArgumentError('there is no figure on the page', { where: page?.file ?? target.url });
  const names = fileNames(figures);
  await mkdir(out, { recursive: true });
  const outcomes: Outcome[] = [];
  const isBrokenOff = (): boolean => signal.aborted;
  for (const [place, found] of figures.entries()) {
    if (isBrokenOff()) break;
    const began = performance.now();
    const { tag, id, mark } = found;
    const start = page && mark !== undefined ? page.tags[mark] : undefined;
    const line = page && start && lineOf(page, start);
    const what = `% of ${tagOf(found)}, figure ${place + 1} of ${figures.length}`;
    const onProgress = (done = 0): void => {
      progress.at(what, Math.floor(100 * done), 100);
    };
    onProgress();
    let outcome: Pick<Outcome, 'attributes' | 'files' | 'error'>;
    try {
      const { poster, steps, timeout } = values;
      const rendered = await session.render(place, { poster, steps, timeoutMs: 1000 * timeout, onProgress });
      outcome = await write(rendered, names[place]!, target, poster);
    } catch (error) {
      if (isBrokenOff()) break;
      outcome = { attributes: {}, files: {}, error: error instanceof Error ? error.message : String(error) };
    }
    const edit = start && { tag: start, attributes: outcome.attributes };
    outcomes.push({ tag, id, line, ...outcome, ...(edit && { edit }), ms: performance.now() - began });
  }
  return report(outcomes, session, target, values);
}

async function write(
  { file, poster }: Rendered,
  name: string,
  { out, page, origin, base, addressOf }: Target,
  kind: 'webp' | 'png',
): Promise<Pick<Outcome, 'attributes' | 'files'>> {
  const contents = { ...(file && { result: file }), poster };
  const [attributes, files]: Record<string, string>[] = [{}, {}];
  for (const [key, bytes] of Object.entries(contents)) {
    const named = `${name}.${key === 'result' ? 'unpool' : kind}`;
    files![key] = join(out, named);
    attributes![key] = addressOf(named);
    await replaceFile(files![key], page && key === 'result' ? withPageAddresses(bytes, origin, base) : bytes);
  }
  return { attributes: attributes!, files: files! };
}

async function report(
  outcomes: readonly Outcome[],
  { figures, note }: RenderSession,
  { page, url, out }: Target,
  { update, script }: OptionValues,
): Promise<Report> {
  const drawn = outcomes.filter(({ error }) => error === undefined);
  const edits = drawn.flatMap(({ edit }) => edit ?? []);
  const where = page?.file ?? url;
  if (update && page && edits.length > 0) await replaceFile(page.file, await updated(page, edits));
  const failed = outcomes.length - drawn.length;
  const isUpdated = update && edits.length > 0;
  const fate = isUpdated
    ? `${where} is updated`
    : page
      ? `${where} is as it was (--update)`
      : 'write what is above into it';
  return {
    isPartial: failed > 0,
    lines: [
      ...(note === undefined
        ? []
        : [`${where}: ${note}; its figures are drawn by ${script ?? 'the unpool.min.js of this package'}`]),
      ...outcomes.map((outcome) => lineOfOutcome(outcome)),
      `${drawn.length} of ${figures.length} figures are in ${out}; ${fate}`,
    ],
    json: {
      page: where,
      note,
      isUpdated,
      figures: outcomes.map(({ tag, id, line, attributes, files, error, ms }) => ({
        tag,
        ...(id !== '' && { id }),
        line,
        attributes,
        files,
        error,
        ms: Math.round(ms),
      })),
    },
  };
}

function lineOfOutcome({ error, attributes, line, ms, ...found }: Outcome): string {
  const written = Object.entries(attributes).map(([name, value]) => attribute(name, value));
  const place = line === undefined ? '' : `, line ${line}`;
  return `${tagOf(found)}${place}: ${error === undefined ? `${written.join(' ')} (${duration(ms)})` : `failed: ${error}`}`;
}

function tagOf({ tag, id }: { readonly tag: string; readonly id: string }): string {
  return id === '' ? `<${tag}>` : `<${tag} ${attribute('id', id)}>`;
}
