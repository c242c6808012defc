/** A time as people say it: `0.31 s`, `4 min 10 s`, `34.7 h`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min ${String(Math.floor(seconds % 60))} s`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** A number with four digits that count. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A probability as `97.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Sizes as `55×55`. */
export function times(sizes: readonly number[]): string {
  return sizes.join('×');
}

/** `1 picture`, `98 pictures`. */
export function pictures(count: number): string {
  return `${count.toLocaleString('en')} picture${count === 1 ? '' : 's'}`;
}

/** Bytes as `4.98 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
