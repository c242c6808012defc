import type { ParamField, ShaderSource } from '../../shaders/source.ts';
import { ShaderError } from '../errors.ts';
import { roundUp } from './buffers.ts';

export type ParamValues = Readonly<Record<string, number | readonly number[]>>;

const WRITE = {
  u32: (view: DataView, at: number, n: number) => view.setUint32(at, n, true),
  i32: (view: DataView, at: number, n: number) => view.setInt32(at, n, true),
  f32: (view: DataView, at: number, n: number) => view.setFloat32(at, n, true),
};

/** Whether WGSL can hold the number: its floats are finite. */
const FITS = {
  u32: (n: number) => Number.isInteger(n) && n >= 0 && n < 2 ** 32,
  i32: (n: number) => Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 31,
  f32: (n: number) => Number.isFinite(Math.fround(n)),
};

function numbersOf([name, type, , count]: ParamField, values: ParamValues, where: string): readonly number[] {
  const value = values[name];
  const numbers = typeof value === 'number' ? [value] : (value ?? []);
  if (numbers.length !== count || !numbers.every(FITS[type])) {
    throw new ShaderError(`Params.${name} does not fit the shader`, {
      where,
      expected: `${String(count)} × ${type}`,
      got: value === undefined ? 'nothing' : JSON.stringify(value),
    });
  }
  return numbers;
}

/** Size of `struct Params`, in which every field has 4 bytes a scalar and the whole is aligned like its widest vector. */
export function paramsBytes(fields: ShaderSource['params']): number {
  const [, , offset, count] = fields.at(-1) ?? ['', 'u32', 0, 0];
  return roundUp(offset + 4 * count, 16);
}

/** Writes the fields of `struct Params` at `offset`. All of them must be given, and no others. */
export function packParams(
  view: DataView,
  offset: number,
  fields: ShaderSource['params'],
  values: ParamValues,
  where: string,
): void {
  const unknown = Object.keys(values).find((name) => !fields.some(([field]) => field === name));
  if (unknown !== undefined) {
    throw new ShaderError(`Params has no field "${unknown}"`, {
      where,
      expected: fields.map(([name]) => name).join(', ') || 'none',
    });
  }
  for (const field of fields) {
    for (const [i, n] of numbersOf(field, values, where).entries()) {
      WRITE[field[1]](view, offset + field[2] + 4 * i, n);
    }
  }
}
