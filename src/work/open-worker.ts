/**
 * The Worker of this build: `worker.js` beside this file in the sources, in every build and at a CDN. Bundlers copy the file
 * because they know this very expression. Undefined where there can be none: the file was not deployed (a page for it came,
 * or nothing), a policy or the sandbox forbids it, the page was opened from a disk; and where there is no page to be held up.
 */
export async function openWorker(isUp: (worker: Worker) => Promise<boolean>): Promise<Worker | undefined> {
  if (typeof document === 'undefined' || typeof Worker === 'undefined' || !isFile(import.meta.url)) return undefined;
  const attempts = [
    () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
    () => fromText(import.meta.url),
  ];
  for (const attempt of attempts) {
    try {
      const worker = await attempt();
      if (worker && (await isUp(worker))) return worker;
      worker?.terminate();
    } catch {
      // What another site gave, browsers start as a Worker only from its text; trusted types and sandboxes throw too
    }
  }
  return undefined;
}

/**
 * Whether a script's address ends with a file, so that there is such a thing as "beside it". At the short address of a CDN,
 * https://…/npm/unpool@1.0.0, `./worker.js` would be somebody else's package.
 */
export function isFile(script: string): boolean {
  return /\.[mc]?[jt]s$/.test(script.replace(/[?#].*/s, ''));
}

/** From a copy of a file of another site, for which that site must allow it (CORS) and the page `blob:` Workers. */
async function fromText(script: string): Promise<Worker | undefined> {
  // Not the literal expression of above: bundlers would copy the file once more.
  const file = new URL('worker.js', script);
  if (!file.protocol.startsWith('http') || file.origin === location.origin) return undefined;
  const response = await fetch(file);
  if (!response.ok) return undefined;
  const url = URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }));
  try {
    return new Worker(url, { type: 'module' });
  } finally {
    // The script has to be fetched first, which a Worker does on its own
    setTimeout(() => {
      URL.revokeObjectURL(url);
    }, 60_000);
  }
}
