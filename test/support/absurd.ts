import { expect } from 'chai';
import { UnpoolError } from '../../src/errors.ts';

/** What an attribute may hold, from an author who errs to one who means harm. */
export const ABSURD_TEXTS: readonly string[] = [
  '',
  ' ',
  'null',
  'NaN',
  'Infinity',
  '-Infinity',
  '-1',
  '0',
  '0.5',
  '1e8',
  '1e9',
  '1e308',
  '1e999',
  '1e-320',
  '0x10',
  '١٢',
  '🦆\n\u0000',
  '__proto__',
  'constructor',
  '{"a": [1, "b", null], "__proto__": {"x": 1}}',
  '[[], {}, null]',
  ','.repeat(3000),
  '3,'.repeat(3000),
  Array.from({ length: 3000 }, (_, i) => i).join(', '),
  ';'.repeat(3000),
  'x'.repeat(100_000),
  '9'.repeat(400),
  '1,2,3',
  '5,-5',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  'http://[',
  '//',
  'data:',
  'data:text/plain,%',
  'blob:x',
  'file:///',
  'data:,/%E0%A4%A',
];

/** What scripts and frameworks may set a property or an option to. */
export const ABSURD_VALUES: readonly unknown[] = [
  undefined,
  null,
  NaN,
  Infinity,
  -Infinity,
  -1,
  0,
  0.5,
  1e9,
  1e308,
  1e-320,
  true,
  '',
  '16',
  'constructor',
  10n,
  Symbol('s'),
  () => 1,
  {},
  Object.create(null),
  { toString: () => '__proto__' },
  [],
  [null, {}],
  Array.from({ length: 3000 }, (_, i) => i),
  new Date(NaN),
];

/** Expects an error of this library that says in words, few enough to be read, what is wrong and what would be right. */
export function expectWords(error: unknown, where: string): void {
  const message = error instanceof Error ? error.message : String(error);
  expect(error, `${where}: ${message.slice(0, 300)}`).to.be.instanceOf(UnpoolError);
  const { details } = error as UnpoolError;
  expect(message.length, `${where}: words`).to.be.within(20, 10_000);
  const help = details.expected ?? details.remedy ?? details.got ?? details.where;
  expect(help, `${where}: help in "${message}"`).to.be.a('string');
}

/** A value for the name of a case. */
export function nameOf(value: unknown): string {
  const name = typeof value === 'string' ? JSON.stringify(value) : Object.prototype.toString.call(value);
  const text = typeof value === 'number' ? String(value) : name;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
