import { t } from './languages/words.ts';

/**
 * A whole number in words for readers. Numbers are written as English and Chinese write them, alike, whatever the language of the
 * browser: in a page of another language figures speak English, and a comma would mean two things in one sentence. What has no thousands is written as it is: the first number that is written by locale takes 10
 * ms, which the beginning of a page does not have.
 */
export function whole(value: number): string {
  return Math.abs(value) < 1000 ? String(value) : value.toLocaleString('en');
}

/** How many pictures, in words. */
export function picturesText(count: number): string {
  return count === 1 ? t('1 picture') : t`${whole(count)} pictures`;
}
