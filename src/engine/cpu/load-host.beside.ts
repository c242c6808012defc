import { addressesBeside, importBeside } from '../../bundled.ts';
import type * as Local from './local-host.ts';

/** Takes the place of load-host.ts in the script that holds all of the library, beside which it is a file of its own. */
export const loadHost = (): Promise<typeof Local> => importBeside('cpu-host.js');

export const addressesOfMore = (): readonly string[] => addressesBeside('cpu-more.js');
