import { importBeside } from '../bundled.ts';

/** Takes the place of umap-js.ts in the script that holds all of the library, beside which umap-js is a file of its own. */
export const loadUmap = (): Promise<typeof import('./umap-js.generated.js')> => importBeside('umap.js');
