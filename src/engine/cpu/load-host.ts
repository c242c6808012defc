import { ModelFetchError } from '../../errors.ts';
import type * as Local from './local-host.ts';

/** Fetches what runs programs on this thread: where there can be no Worker, and for operations that a page has defined. */
export const loadHost = (): Promise<typeof Local> =>
  import('./local-host.ts').catch((cause: unknown) => {
    throw new ModelFetchError('a part of the library could not be loaded', { cause });
  });

/** Where the Worker may find more.ts. */
export const addressesOfMore = (): readonly string[] => [new URL('./cpu-more.js', import.meta.url).href];
