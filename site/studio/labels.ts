import { say } from './words.ts';

/** Names of classes in a file: JSON as the elements read it, or one name on each line. Throws where it is neither. */
export function parseLabelFile(text: string): unknown {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) return JSON.parse(trimmed) as unknown;
  if (trimmed === '') throw new Error(say('the file of labels is empty'));
  return trimmed.split(/\r?\n/).map((line) => line.trim());
}
