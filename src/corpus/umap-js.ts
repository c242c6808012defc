import type * as UmapJs from './umap-js.generated.js';

/** Fetches umap-js, of which only few pages need anything. */
export const loadUmap = (): Promise<typeof UmapJs> => import('./umap-js.generated.js');
