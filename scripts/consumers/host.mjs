// Sites on this computer.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serve } from '../serve.mjs';
import { folders, PACKAGE, PHOTO, PROJECT } from './project.mjs';

/** Serves what `find` finds, with no headers but these. The address of the page there, and what stops it. */
export async function host(find, path = '/', headers = {}) {
  const server = await serve(0, { find, headers });
  return { url: server.url + path, close: server.close };
}

/** A page around a snippet. Its icon is no `data:`, which policies do not allow. */
export const page = (body, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Page</title><link rel="icon" href="/bee.jpg" />${head}</head><body>${body}</body></html>`;

/** Files of a site, beside those that the guides have there: the package at /unpool/, a photo, a network and its labels. */
export function site(name, files) {
  const folder = join(PROJECT, 'built', name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const find = folders({
    '/unpool/': PACKAGE,
    '/bee.jpg': PHOTO,
    '/assets/bee.jpg': PHOTO,
    '/net.onnx': join(PACKAGE, 'models/squeezenet1.1-fp16.onnx'),
    '/labels.json': join(PACKAGE, 'models/labels/imagenet-labels.json'),
    '/': folder,
  });
  return (path, headers) => host(find, path, headers);
}
