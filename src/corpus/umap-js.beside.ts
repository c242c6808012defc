import { importBeside } from '../bundled.ts';
import type * as UmapJs from './umap-js.generated.js';

/** Takes the place of umap-js.ts in the script that holds all of the library, beside which umap-js is a file of its own. */
export const loadUmap = (): Promise<typeof UmapJs> => importBeside('umap.js');
