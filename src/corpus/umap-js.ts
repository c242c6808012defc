/** Fetches umap-js, of which only few pages need anything. */
export const loadUmap = (): Promise<typeof import('./umap-js.generated.js')> => import('./umap-js.generated.js');
