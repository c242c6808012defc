/**
 * A whole number in words for readers. What has no thousands is written as it is: the first number that is written by locale takes 10
 * ms, which the beginning of a page does not have.
 */
export function whole(value: number): string {
  return Math.abs(value) < 1000 ? String(value) : value.toLocaleString('en');
}
