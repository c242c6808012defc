/** What scripts/fuzz.mjs runs in Node: the pipeline under test, and what makes its cases. */
export { Random } from '../support/random.ts';
export { readStrange } from './json.ts';
export { minimised } from './minimise.ts';
export { mutate } from './mutate.ts';
export { lookAt, operatorNames } from './pipeline.ts';
export { parse, write, message, text } from './wire.ts';
