import { importBeside } from '../../bundled.ts';
import type * as Host from './host.ts';

/** Takes the place of load-host.ts in the script that holds all of the library, beside which it is a file of its own. */
export const loadHost = (): Promise<typeof Host> => importBeside('cpu-host.js');
