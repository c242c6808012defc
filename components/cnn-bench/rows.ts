import { rateOf, type Benchmark, type LaunchTime, type Rate } from '../../src/internal.ts';
import { t } from '../internal/languages/words.ts';

/** What a row of the table sums up. */
export const GROUPINGS = ['layer', 'kernel'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Some launches together. */
export interface Row extends Rate {
  readonly layer: string;
  readonly kernel: string;
  readonly ms: number;
  /** Operations for each byte. */
  readonly intensity: number;
}

/** The columns, in order, and how each is headed. */
export const COLUMNS = {
  layer: 'Layer',
  kernel: 'Kernel',
  ms: 'ms',
  flops: 'GFLOP/s',
  bytes: 'GB/s',
  share: '% of roofline',
} as const;
export type Column = keyof typeof COLUMNS;

/** A column, and whether its smallest values come first. */
export interface Order {
  readonly column: Column;
  readonly ascending: boolean;
}

/** In the order of execution. */
export function rowsOf({ launches, roofline }: Benchmark, grouping: Grouping): Row[] {
  const groups = new Map<string, LaunchTime[]>();
  for (const launch of launches) {
    const key = grouping === 'layer' ? launch.node : launch.shader;
    groups.set(key, [...(groups.get(key) ?? []), launch]);
  }
  return [...groups.values()].map((group) => {
    const sum = (of: (launch: LaunchTime) => number): number => group.reduce((total, launch) => total + of(launch), 0);
    return {
      layer: listed(group.map(({ node }) => node)),
      kernel: listed(group.map(({ shader }) => shader)),
      ms: sum(({ ms }) => ms),
      intensity: sum(({ flops }) => flops) / sum(({ bytes }) => bytes),
      ...rateOf(group, roofline),
    };
  });
}

/** Each once; only their number where there are many. */
function listed(names: readonly string[]): string {
  const different = [...new Set(names)];
  return different.length > 2 ? t`${different.length} layers` : different.join(', ');
}

export function sorted(rows: readonly Row[], order: Order | undefined): readonly Row[] {
  if (!order) return rows;
  const { column, ascending } = order;
  const sign = ascending ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [p, q] = [a[column], b[column]];
    return sign * (typeof p === 'string' ? p.localeCompare(String(q), 'en', { numeric: true }) : p - Number(q));
  });
}

/** A number of a column as people read it; a clock that is too coarse gives no rate. */
export function cellText(row: Row, column: Column): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  return digits(value * SCALES[column as keyof typeof SCALES]);
}

const SCALES = { ms: 1, flops: 1e-9, bytes: 1e-9, share: 100 } as const;

/** Three digits, but all of those before the point. */
export function digits(value: number): string {
  if (value === 0) return '0';
  return value.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(Math.abs(value))), 0), 4));
}

/** Rows as a file for spreadsheets (RFC 4180). */
export function toCsv(rows: readonly Row[]): string {
  const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const columns = Object.keys(COLUMNS) as Column[];
  const value = (row: Row, column: Column): string => {
    const cell = row[column];
    if (typeof cell === 'string') return quote(cell);
    return Number.isFinite(cell) ? String(cell * SCALES[column as keyof typeof SCALES]) : '';
  };
  const lines = rows.map((row) => columns.map((column) => value(row, column)));
  return [Object.values(COLUMNS), ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}
