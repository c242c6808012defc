import type { Words } from './words.ts';

/** Texts that come with their values in them: errors, notes, what methods are about. The more particular first. */
export const composed: Words = {};
