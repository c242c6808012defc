import { serve } from '../serve.mjs';

/** Serves what `find` finds, with no headers but these. The address of the page there, and what stops it. */
export async function host(find, path = '/', headers = {}) {
  const server = await serve(0, { find, headers });
  return { url: server.url + path, close: server.close };
}
