import { t } from './languages/words.ts';

/**
 * A whole number in words for readers. What has no thousands is written as it is: the first number that is written by locale takes 10
 * ms, which the beginning of a page does not have.
 */
export function whole(value: number): string {
  return Math.abs(value) < 1000 ? String(value) : value.toLocaleString('en');
}

/** How many pictures, in words. */
export function picturesText(count: number): string {
  return count === 1 ? t('1 picture') : t`${whole(count)} pictures`;
}
