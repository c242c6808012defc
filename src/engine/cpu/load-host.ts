import { ModelFetchError } from '../../errors.ts';
import type * as Host from './host.ts';

/** Fetches what runs programs on this thread: where there can be no Worker, and for operations that a page has defined. */
export const loadHost = (): Promise<typeof Host> =>
  import('./host.ts').catch((cause: unknown) => {
    throw new ModelFetchError('a part of the library could not be loaded', { cause });
  });
