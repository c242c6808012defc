/**
 * Where the models that come with the library are described. This file and every file of a build lie one level below
 * the package, so the address holds in the sources, in `dist/` and on a CDN.
 */
export const BUNDLED_MODELS: URL = new URL('../models/models.json', import.meta.url);
