import { fetchWith } from './internal/fetch-elements.beside.ts';

/** Takes the place of learning.ts in the script for a tag, beside which these elements are a file of their own. */
fetchWith('cnn-trainer, cnn-training', 'learning.js');
