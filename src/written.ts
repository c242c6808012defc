import { checkChoice, checkNumber, shown } from './check.ts';
import { BACKEND_CHOICES, type BackendChoice } from './engine/shared.ts';
import { ArgumentError } from './errors.ts';
import { MAX_CHANNELS, MAX_LAYERS } from './limits.ts';
import type { PatchFill } from './methods/occlusion.ts';
import { COLORMAPS, type ColormapName } from './paint/colormaps.ts';
import type { Range } from './paint/range.ts';

// What people write in attributes and on a command line. Each throws ArgumentError saying what could be there.

/** As in HTML, digits with a point and an exponent: `Number` would take `0x10`, and nothing for 0. */
export function numberOf(written: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(written) ? Number(written) : NaN;
}

/** The two ends of a colour scale, `low,high`; undefined where there is nothing. */
export function parseRange(text: string | undefined): Range | undefined {
  if (!text?.trim()) return undefined;
  const [low = NaN, high = NaN, ...more] = text.split(',', 3).map(numberOf);
  if (low < high && Number.isFinite(high - low) && more.length === 0) return [low, high];
  throw new ArgumentError('the range makes no sense', { expected: 'low,high', got: shown(text) });
}

/** Who computes. */
export function parseBackend(name: string): BackendChoice {
  return checkChoice('backend', name, BACKEND_CHOICES);
}

export function parseColormap(name: string): ColormapName {
  return checkChoice('colour map', name, COLORMAPS);
}

/** `max`, `all`, or a position as `y,x`. */
export function parsePosition(text: string): 'max' | 'all' | readonly [y: number, x: number] {
  if (text === 'max' || text === 'all') return text;
  const position = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(text);
  if (position) return [Number(position[1]), Number(position[2])];
  throw new ArgumentError('the position makes no sense', { expected: 'max, all or y,x', got: shown(text) });
}

/** `gray`, `mean`, `blur` or a colour `#rrggbb`. */
export function parseFill(text: string): PatchFill {
  if (text === 'gray' || text === 'mean' || text === 'blur') return text;
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex) return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
  throw new ArgumentError('the fill makes no sense', { expected: 'gray, mean, blur or #rrggbb', got: shown(text) });
}

/** A number 0…1. */
export function parseShare(attribute: string, value: number): number {
  return checkNumber(attribute, value, { least: 0, most: 1 });
}

/** Whole numbers from 0 on, `3, 17, 42`; undefined where there is nothing. */
export function parseChannels(text: string | undefined): readonly number[] | undefined {
  if (!text?.trim()) return undefined;
  const parts = new Set(text.split(/[\s,]+/).filter(Boolean));
  if (parts.size <= MAX_CHANNELS && [...parts].every((part) => /^\d{1,9}$/.test(part))) return [...parts].map(Number);
  throw new ArgumentError('the channels make no sense', {
    expected: `at most ${MAX_CHANNELS} numbers as 3, 17, 42`,
    got: shown(text),
  });
}

/** Names of layers, `conv1, fire3`; undefined where there is nothing. */
export function parseNames(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const distinct = [...new Set(names.filter(Boolean))];
  if (distinct.length <= MAX_LAYERS) return distinct.length > 0 ? distinct : undefined;
  throw new ArgumentError('the layers make no sense', { expected: `at most ${MAX_LAYERS} names`, got: shown(text) });
}
