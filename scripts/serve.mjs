// Serves the repository on this computer: the site's bundled scripts (build/site) appear in place beside their pages.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { root } from './setup.mjs';

export const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

export const HEADERS = {
  // crossOriginIsolated: threads for onnxruntime-web, fine timers.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-cache',
};

/** The repository's file for a URL's path, or null. */
function findFile(pathname) {
  const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  if (path.split(/[\\/]/).some((part) => part.startsWith('.'))) return null;
  const candidates = [join(root, 'build', path), join(root, path)];
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? null;
}

function respond(request, response, { find, headers }) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/' && find === findFile) return response.writeHead(302, { Location: '/site/' }).end();
  let file = null;
  try {
    file = find(decodeURIComponent(pathname));
  } catch {
    // Not a valid escape: no such file.
  }
  if (!file) return response.writeHead(404, { ...headers, 'Content-Type': TYPES['.txt'] }).end(`No file ${pathname}`);
  response.writeHead(200, {
    ...headers,
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': statSync(file).size,
  });
  if (request.method === 'HEAD') return response.end();
  return createReadStream(file).pipe(response);
}

/**
 * Listens on `port`, or on the next free one; 0 is any. Resolves to the address and a function that stops it. `find` gives
 * the file for a URL's path, or null: those of the repository by default.
 */
export function serve(port = 0, { find = findFile, headers = HEADERS } = {}) {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => respond(request, response, { find, headers }));
    server.on('error', (error) => {
      if (error.code === 'EADDRINUSE') server.listen(++port, 'localhost');
      else reject(error);
    });
    server.on('listening', () => {
      resolve({
        url: `http://localhost:${server.address().port}`,
        close: () => server.closeAllConnections() ?? server.close(),
      });
    });
    server.listen(port, 'localhost');
  });
}
