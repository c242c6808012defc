import { fetchWith } from './internal/fetch-elements.beside.ts';

/** Takes the place of mechanism.ts in the script for a tag, beside which this element is a file of its own. */
fetchWith('cnn-mechanism', 'mechanism.js');
