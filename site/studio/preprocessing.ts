import { parsePreprocessing, type Preprocessing } from '../../src/internal.ts';

/** Digits of a number in the line: more than tell two pictures of 8 bits apart. */
const DIGITS = 7;

/** How pictures become inputs, in one line that a reader can edit: `224×224 RGB, mean 104 117 123, std 1 1 1, resize 256`. */
export function formatPreprocessing({ height, width, channels, mean, std, resize }: Preprocessing): string {
  const list = (values: readonly number[]): string => values.map((n) => Number(n.toPrecision(DIGITS))).join(' ');
  return `${width}×${height} ${channels}, mean ${list(mean)}, std ${list(std)}, resize ${resize}`;
}

/**
 * The inverse of {@link formatPreprocessing}; `x` does for `×`, and what is left out is as in `rest`. Throws
 * ModelFormatError with what is expected at which place.
 */
export function parsePreprocessingLine(line: string, rest?: Preprocessing): Preprocessing {
  const [, width, height] = /(\d+)\s*[×x*]\s*(\d+)/i.exec(line) ?? [];
  const channels = /\b(RGB|BGR|gray)\b/i.exec(line)?.[1];
  const resize = /\bresize\s+(\S+)/i.exec(line)?.[1];
  const list = (name: string): number[] | undefined => {
    const values = new RegExp(`\\b${name}\\s+([^a-z]+)`, 'i').exec(line)?.[1];
    return values
      ?.split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
  };
  const given = {
    height: height && Number(height),
    width: width && Number(width),
    channels: channels && (/gray/i.test(channels) ? 'gray' : channels.toUpperCase()),
    mean: list('mean'),
    std: list('std'),
    resize: resize === undefined || resize === 'stretch' ? resize : Number(resize),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return parsePreprocessing({ ...rest, ...Object.fromEntries(present) }, 'preprocessing');
}
