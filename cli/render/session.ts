import type { Browser, ElementHandle, HTTPResponse, Page } from 'puppeteer-core';
import { ArgumentError, UnpoolError } from '../../src/internal.ts';
import {
  bare,
  drawAndStore,
  findFigures,
  frameOf,
  knowsAny,
  leave,
  reveal,
  storedIsShown,
  takeTurns,
  type Found,
} from './in-page.ts';
import { MARK } from './page-file.ts';

/** How long a page may load, and how long its scripts may take to define its figures, ms. */
const LOAD_MS = 60_000;
const DEFINE_MS = 8000;
/** How long a figure that was given up may take to stop. */
const STOP_MS = 5000;
/** Pixels of a screen for each of CSS: posters are looked at on good ones. */
const SCALE = 1.5;
const HEIGHT = 900;
const POSTER_QUALITY = 85;

export interface SessionOptions {
  readonly url: string;
  /** Of the window, px. */
  readonly width: number;
  /** Where elements come from if the page has none that work. */
  readonly script: string | undefined;
  readonly signal: AbortSignal;
}

/** What there is of a figure. */
export interface Rendered {
  /** The stored figure; undefined of one that its author has stored. */
  readonly file: Uint8Array | undefined;
  readonly poster: Uint8Array;
}

export interface RenderOptions {
  readonly poster: 'webp' | 'png';
  /** How long it may take, ms. */
  readonly timeoutMs: number;
  readonly steps: number;
  readonly onProgress: (done: number | undefined) => void;
}

/** Who is told how far a figure is. */
interface Told {
  onProgress: RenderOptions['onProgress'];
}

/** A page that is open in a browser, with its figures. */
export class RenderSession {
  readonly figures: readonly Found[];
  /** What should be known of the page. */
  readonly note: string | undefined;
  readonly #page: Page;
  readonly #signal: AbortSignal;
  readonly #told: Told;

  private constructor(
    page: Page,
    signal: AbortSignal,
    told: Told,
    figures: readonly Found[],
    note: string | undefined,
  ) {
    this.#page = page;
    this.#signal = signal;
    this.#told = told;
    this.figures = figures;
    this.note = note;
  }

  /** Opens a page. Throws ArgumentError where it does not come, has no figures, or nothing defines them. */
  static async open(browser: Browser, { url, width, script, signal }: SessionOptions): Promise<RenderSession> {
    const page = await browser.newPage();
    await page.setViewport({ width, height: HEIGHT, deviceScaleFactor: SCALE });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    // Readers are shown what a policy of the page lets them see; what is computed is the same without
    await page.setBypassCSP(true);
    const told: Told = { onProgress: () => undefined };
    await page.exposeFunction('unpoolProgress', (done: number | null | undefined) => {
      told.onProgress(done ?? undefined);
    });
    await page.evaluateOnNewDocument(takeTurns);
    const missing = scriptsThatFail(page);
    const response = await until(signal, page.goto(url, { waitUntil: 'load', timeout: LOAD_MS })).catch(
      (cause: unknown) => {
        signal.throwIfAborted();
        throw new ArgumentError('the page does not come', { where: url, got: firstLine(cause), cause });
      },
    );
    if (response?.ok() === false) {
      throw new ArgumentError('the page does not come', { where: url, got: `HTTP ${response.status()}` });
    }
    const figures = await until(signal, page.evaluate(findFigures, MARK));
    const note = figures.length === 0 ? undefined : await define(page, figures, script, missing, signal);
    return new RenderSession(page, signal, told, figures, note);
  }

  /** Draws a figure and takes what there is of it. Throws ArgumentError with what is wrong, and what else goes wrong. */
  async render(place: number, { poster, timeoutMs, steps, onProgress }: RenderOptions): Promise<Rendered> {
    this.#told.onProgress = onProgress;
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort(
        new ArgumentError(`it is not drawn within ${timeoutMs / 1000} s`, { remedy: 'Give it more by --timeout.' }),
      );
    }, timeoutMs);
    const signal = AbortSignal.any([this.#signal, limit.signal]);
    const page = this.#page;
    try {
      await until(signal, page.evaluate(reveal, place));
      let file: Uint8Array | undefined;
      if (this.figures[place]!.isStored) {
        const why = await until(signal, page.evaluate(storedIsShown, place));
        if (why !== undefined) throw new ArgumentError(why.replace(/\.$/, ''));
      } else {
        const stored = await until(signal, page.evaluate(drawAndStore, place, steps));
        if ('error' in stored) throw new ArgumentError(stored.error.replace(/\.$/, ''));
        file = Buffer.from(stored.file, 'base64');
      }
      return { file, poster: await until(signal, this.#takePoster(place, poster)) };
    } finally {
      clearTimeout(timer);
      this.#told.onProgress = () => undefined;
      // A page whose thread is busy answers nobody
      if (!this.#signal.aborted) await within(STOP_MS, page.evaluate(leave, place)).catch(() => undefined);
    }
  }

  async #takePoster(place: number, type: 'webp' | 'png'): Promise<Uint8Array> {
    const clip = await this.#page.evaluate(bare, place);
    const frame = (await this.#page.evaluateHandle(frameOf, place)).asElement();
    if (!frame || !clip) throw new ArgumentError('it shows nothing');
    return (frame as ElementHandle).screenshot({ type, clip, ...(type === 'webp' && { quality: POSTER_QUALITY }) });
  }
}

/** Sees to it that the elements are defined: by the page, or by another script; returns what is to be said of that. */
async function define(
  page: Page,
  figures: readonly Found[],
  script: string | undefined,
  missing: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const tags = [...new Set(figures.map(({ tag }) => tag))];
  const areDefined = (): Promise<boolean> =>
    until(signal, page.waitForFunction(knowsAny, { timeout: DEFINE_MS }, tags)).then(
      () => true,
      () => {
        signal.throwIfAborted();
        return false;
      },
    );
  if (await areDefined()) return undefined;
  const failed = [...missing].map(([url, reason]) => `${url} (${reason})`).join(', ');
  const why = failed === '' ? 'it has no script of Unpool' : `its script does not come: ${failed}`;
  const nothing = 'the page defines no figures';
  if (script === undefined) {
    throw new ArgumentError(nothing, { got: why, remedy: 'Name the script by --script.' });
  }
  try {
    await until(signal, page.addScriptTag({ url: script, type: 'module' }));
  } catch (cause) {
    signal.throwIfAborted();
    throw new ArgumentError(nothing, { got: `${why}; nor does ${script}`, cause });
  }
  if (!(await areDefined())) throw new ArgumentError(nothing, { got: `${why}; nor does ${script}` });
  return why;
}

/** Scripts of the page that do not come, and why, as they do not. */
function scriptsThatFail(page: Page): ReadonlyMap<string, string> {
  const failed = new Map<string, string>();
  page.on('response', (response: HTTPResponse) => {
    if (response.request().resourceType() === 'script' && response.status() >= 400)
      failed.set(response.url(), `HTTP ${response.status()}`);
  });
  page.on('requestfailed', (request) => {
    const url = request.url();
    if (request.resourceType() === 'script' && !failed.has(url))
      failed.set(url, request.failure()?.errorText ?? 'failed');
  });
  return failed;
}

/** Rejects with the signal's reason as soon as it fires, whatever becomes of the promise. */
function until<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', give);
    });
  });
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return until(AbortSignal.timeout(ms), promise);
}

function firstLine(cause: unknown): string {
  if (cause instanceof UnpoolError) return cause.what;
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!;
}
