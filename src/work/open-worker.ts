import type { Opener } from './line.ts';

/** The Worker for heavy jobs: src/worker.ts. */
export const openWorker: Opener = opener(
  'worker.js',
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
);

/**
 * Opens a Worker of this build: a file beside the module that asks, in the sources, in every build and at a CDN. `start` starts
 * it from there, by the very expression that bundlers know: they copy the file then. Undefined where there can be none: the
 * file was not deployed (a page for it came, or nothing), a policy or the sandbox forbids it, the page was opened from a disk;
 * and where there is no page to be held up.
 */
export function opener(file: string, start: () => Worker): Opener {
  return async (isUp) => {
    if (typeof document === 'undefined' || typeof Worker === 'undefined') return undefined;
    const script = import.meta.url;
    const attempts: readonly (() => Worker | Promise<Worker | undefined> | undefined)[] = [
      () => (isFile(script) ? start() : undefined),
      () => fromText(script, file),
    ];
    for (const attempt of attempts) {
      try {
        const worker = await attempt();
        if (worker && (await isUp(worker))) return worker;
        worker?.terminate();
      } catch {
        // Browsers start a Worker of another site only from its text; sandboxes and trusted types throw too
      }
    }
    return undefined;
  };
}

/** Whether a script's address ends with a file, so that there is such a thing as "beside it". */
export function isFile(script: string): boolean {
  return /\.[mc]?[jt]s$/.test(withoutQuery(script));
}

/**
 * Where the Worker's file is. The short address of a CDN, https://…/npm/unpool@1.0.0, is that of the package: `./worker.js`
 * would be somebody else's.
 */
export function workerAddress(script: string, file: string): URL {
  return isFile(script) ? new URL(file, script) : new URL(`${withoutQuery(script)}/dist/${file}`);
}

function withoutQuery(address: string): string {
  return address.replace(/[?#].*/s, '');
}

/**
 * From a copy of a file of another site, for which that site must allow it (CORS) and the page `blob:` Workers. To a sandboxed
 * frame, whose origin is "null", its own site is another, and Chromium starts no module there: a script that imports it does.
 */
async function fromText(script: string, file: string): Promise<Worker | undefined> {
  const address = workerAddress(script, file);
  if (!address.protocol.startsWith('http') || address.origin === origin) return undefined;
  const response = await fetch(address);
  if (!response.ok) return undefined;
  const isModule = origin !== 'null';
  const text = isModule ? await response.text() : `import("${address}").catch(()=>postMessage(0))`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  // The Worker fetches it on its own, some time
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
  return new Worker(url, { type: isModule ? 'module' : 'classic' });
}
