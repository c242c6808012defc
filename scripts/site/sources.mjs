// What pages of the documentation say of sources.
import { kept } from './kept.mjs';

const MANIFEST = new URL('../manifest/elements.mjs', import.meta.url).href;
const API = new URL('api.mjs', import.meta.url).href;

/** `{ elements, api }`, as the two modules read them; one after the other. Options as of {@link kept}. */
export async function readSources(options) {
  const manifest = { module: MANIFEST, read: 'readElements' };
  const elements = await kept('elements', ['components', 'scripts/manifest'], manifest, options);
  const api = await kept('api', ['src', 'scripts/site'], { module: API, read: 'readApi' }, options);
  return { elements, api };
}
