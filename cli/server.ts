import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, relative } from 'node:path';
import { ArgumentError } from '../src/internal.ts';

/** Folders by the beginning of an address; the longest that fits counts. */
export type Routes = Readonly<Record<string, string>>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.js': 'text/javascript',
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
 * Serves folders, and a page at `/`, until the signal is aborted. Throws ArgumentError where no port is free.
 */
export async function serve(
  port: number,
  routes: Routes,
  page: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly closed: Promise<void> }> {
  const server = createServer((request, response) => {
    respond(request, response, routes, page).catch(() => {
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
  page: string | undefined,
): Promise<void> {
  // Another site's name may lead here too: what it asks for it must not read
  const isOurs = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
  const { pathname } = new URL(url, `http://${HOST}`);
  if (!isOurs || (method !== 'GET' && method !== 'HEAD')) return void response.writeHead(403).end();
  if (pathname === '/' && page !== undefined) {
    return void response.writeHead(200, { 'Content-Type': TYPES['.html'] }).end(method === 'HEAD' ? '' : page);
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
