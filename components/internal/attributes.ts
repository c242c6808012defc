import type { PropertyDeclaration } from 'lit';
import { ArgumentError, COLORMAPS, type ColormapName, type PatchFill, type Range } from '../../src/index.ts';

/** An attribute of text; without the attribute the property has its default again. */
export function text(fallback?: string): PropertyDeclaration {
  return { converter: { fromAttribute: (value) => value ?? fallback } };
}

/** An attribute of a number. What is no number is NaN, so that the run says so. */
export function numeric(fallback?: number): PropertyDeclaration {
  return { converter: { fromAttribute: (value) => (value === null ? fallback : Number(value)) } };
}

// What authors write in attributes. Each throws ArgumentError saying what could be there.

/** The two ends of a colour scale, `low,high`; undefined where there is nothing. */
export function parseRange(text: string | undefined): Range | undefined {
  if (!text?.trim()) return undefined;
  const [low = NaN, high = NaN, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (low < high && more.length === 0) return [low, high];
  throw new ArgumentError('the range makes no sense', { expected: 'low,high', got: `"${text}"` });
}

export function parseColormap(name: string): ColormapName {
  const known = COLORMAPS.find((colormap) => colormap === name);
  if (known) return known;
  throw new ArgumentError(`there is no colour map "${name}"`, { expected: COLORMAPS.join(', ') });
}

/** `max`, `all`, or a position as `y,x`. */
export function parsePosition(text: string): 'max' | 'all' | readonly [y: number, x: number] {
  if (text === 'max' || text === 'all') return text;
  const position = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(text);
  if (position) return [Number(position[1]), Number(position[2])];
  throw new ArgumentError('the position makes no sense', { expected: 'max, all or y,x', got: `"${text}"` });
}

/** `gray`, `mean`, `blur` or a colour `#rrggbb`. */
export function parseFill(text: string): PatchFill {
  if (text === 'gray' || text === 'mean' || text === 'blur') return text;
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex) return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
  throw new ArgumentError('the fill makes no sense', { expected: 'gray, mean, blur or #rrggbb', got: `"${text}"` });
}

/** A number 0…1. */
export function parseShare(attribute: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new ArgumentError(`the ${attribute} makes no sense`, { expected: '0 to 1', got: String(value) });
}

/** Whole numbers from 0 on, `3, 17, 42`; undefined where there is nothing. */
export function parseChannels(text: string | undefined): readonly number[] | undefined {
  if (!text?.trim()) return undefined;
  const parts = text.split(/[\s,]+/).filter(Boolean);
  if (parts.every((part) => /^\d+$/.test(part))) return [...new Set(parts.map(Number))];
  throw new ArgumentError('the channels make no sense', { expected: 'numbers as 3, 17, 42', got: `"${text}"` });
}

/** Names of layers, `conv1, fire3`; undefined where there is nothing. */
export function parseNames(text: string | undefined): readonly string[] | undefined {
  const names =
    text
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return names.length > 0 ? [...new Set(names)] : undefined;
}

/** One of the texts an attribute may have. */
export function parseChoice<T extends string>(attribute: string, choices: readonly T[], text: string): T {
  const known = choices.find((choice) => choice === text);
  if (known) return known;
  throw new ArgumentError(`there is no ${attribute} "${text}"`, { expected: choices.join(', ') });
}
