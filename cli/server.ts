import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, relative } from 'node:path';
import { ArgumentError } from '../src/internal.ts';

/** Folders by the beginning of an address; the longest that fits counts. */
export type Routes = Readonly<Record<string, string>>;

/** Pages by their paths, which are in no folder. */
export type Pages = Readonly<Record<string, string | Uint8Array>>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/** Nobody but this computer reaches it. */
const HOST = '127.0.0.1';
/** Ports that are tried. */
const TRIES = 20;

/**
 * Serves folders, and pages, until the signal is aborted. Throws ArgumentError where no port is free.
 */
export async function serve(
  port: number,
  routes: Routes,
  pages: Pages,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly closed: Promise<void> }> {
  const server = createServer((request, response) => {
    respond(request, response, routes, pages).catch(() => {
      response.destroy();
    });
  });
  for (let tried = port; ; tried++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(tried, HOST, () => {
          server.off('error', reject);
          resolve();
        });
      });
      break;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || tried === port + TRIES)
        throw new ArgumentError('it cannot listen there', { where: `port ${tried}`, cause: error });
    }
  }
  const closed = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  });
  const address = server.address();
  return { url: `http://${HOST}:${typeof address === 'object' ? (address?.port ?? port) : port}/`, closed };
}

async function respond(
  { url = '/', headers, method }: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  pages: Pages,
): Promise<void> {
  // Another site's name may lead here too: what it asks for it must not read
  const isOurs = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
  const { pathname } = new URL(url, `http://${HOST}`);
  if (!isOurs || (method !== 'GET' && method !== 'HEAD')) return void response.writeHead(403).end();
  const page = pages[pathname];
  if (page !== undefined) {
    // One in bytes says itself, as far as it is not UTF-8, how they are read
    const type = typeof page === 'string' || isUtf8(page) ? TYPES['.html'] : 'text/html';
    return void response.writeHead(200, { 'Content-Type': type }).end(method === 'HEAD' ? '' : page);
  }
  const file = fileOf(pathname, routes);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return void response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': found.size,
    'Cache-Control': 'no-cache',
  });
  if (method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

/** Undefined for what is in none of the folders, or hidden. */
function fileOf(pathname: string, routes: Routes): string | undefined {
  const route = Object.keys(routes)
    .filter((start) => pathname.startsWith(start))
    .sort((a, b) => b.length - a.length)[0];
  if (route === undefined) return undefined;
  let inside: string;
  try {
    inside = decodeURIComponent(pathname.slice(route.length));
  } catch {
    return undefined;
  }
  const folder = routes[route]!;
  const file = join(folder, inside.endsWith('/') || inside === '' ? `${inside}index.html` : inside);
  const isHidden = relative(folder, file)
    .split(/[\\/]/)
    .some((part) => part.startsWith('.'));
  return isHidden || file.includes('\0') ? undefined : file;
}
