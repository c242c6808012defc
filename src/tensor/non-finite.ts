import type { Data } from './tensor.ts';

const EXPONENT = 0x7f800000;

/** The first NaN or infinity; undefined where there is none. */
export function nonFinite(data: Data): number | undefined {
  if (data instanceof Float32Array) {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (let i = 0; i < bits.length; i++) if ((bits[i]! & EXPONENT) === EXPONENT) return data[i];
    return undefined;
  }
  return data instanceof Float64Array ? data.find((value) => !Number.isFinite(value)) : undefined;
}
